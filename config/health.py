"""Is the process alive, and can it do its work?"""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from photos.models import Photo
from photos.storage import check_writable
from pwa.errors import DomainError


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """/healthz: this process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """/readyz: the database decides (503 without it). Storage, broker and the age of the outbox are told: with a full
    disk or without Redis people can still read and report, so no load balancer should turn them away."""
    checks = {"database": database(), "storage": storage(), "broker": broker()}
    needed = checks["database"] == "ok"
    status = "unavailable" if not needed else "ok" if set(checks.values()) == {"ok"} else "degraded"
    ages = {"outbox_age_s": outbox_age_s()} if needed else {}
    response = JsonResponse({"status": status, **checks, **ages}, status=200 if needed else 503)
    if not needed:
        response["Retry-After"] = "5"
    return response


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM geo_revision LIMIT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


def storage() -> str:
    """Whether a photo could be written just now: a small file is, and removed again."""
    try:
        check_writable()
    except DomainError as error:
        return error.code
    return "ok"


def broker() -> str:
    """Redis may be away: nothing is lost, it only gets slower (GOALS R4)."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5) as redis:
            redis.ping()
    except RedisError as error:
        return type(error).__name__
    return "ok"


def outbox_age_s() -> float:
    """Seconds since the oldest photo that waits for its pictures; 0 if none waits. Messages join with their fan-out."""
    return round(Photo.objects.backlog_age_s(), 1)
