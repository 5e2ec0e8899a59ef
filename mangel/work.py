"""Proof of work while far more reports come in than a city ever sends (GOALS S10). Nothing third-party, no puzzle.

A browser looks for a number for a second or two; who has no JavaScript waits half a minute instead. Only a flood from
one machine becomes expensive. How many came in this minute is counted in Redis, for all processes together; without
Redis nothing is demanded, for a report must never depend on it.
"""

import hashlib
import hmac
import secrets
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from mangel.models import Submission
from pwa.errors import DomainError

COUNTER = "mangel:reports-in-minute:"
WINDOW_S = 60
# The number lies below this: 50,000 SHA-256 on average, about a second on an old phone.
MOST = 100_000
GOOD_FOR_S = 600
WAITING_S = 30.0


class WorkRequired(DomainError):
    """Try again with the solved challenge in the header `Proof-Of-Work`, or when the rush is over."""

    status = 429
    code = "work_required"

    def __init__(self, challenge: str) -> None:
        super().__init__(
            _("Gerade kommen sehr viele Meldungen an. Bitte lösen Sie die Rechenaufgabe in „work“ und senden Sie neu."),
            field="Proof-Of-Work",
        )
        self.retry_after_s = seconds_left()
        self.more = {"work": challenge}


class WaitALittle(DomainError):
    """A form without JavaScript cannot work, so it waits."""

    status = 429
    code = "wait_a_little"


def is_rush() -> bool:
    """Count one more report coming in; whether there are too many in this minute or were in the last one."""
    limit = settings.MANGEL_WORK_ABOVE_PER_MINUTE
    if not limit:
        return False
    minute = int(time.time() // WINDOW_S)
    try:
        counting = redis().pipeline(transaction=False)
        counting.incr(f"{COUNTER}{minute}")
        counting.expire(f"{COUNTER}{minute}", 3 * WINDOW_S)
        counting.get(f"{COUNTER}{minute - 1}")
        now, _kept, before = counting.execute()
    except RedisError:
        return False
    return max(int(now), int(before or 0)) > limit


def redis() -> Any:
    """The cache's own connection pool, with its short timeouts."""
    return cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]


def seconds_left() -> int:
    """Until the next minute is counted."""
    return WINDOW_S - int(time.time()) % WINDOW_S


def demand(*, key: str, solution: str) -> None:
    """For the API: raises WorkRequired while there is a rush, unless `solution` solves a challenge made for `key`.

    What came before under this key is answered again without work: a phone in a cellar must get its number.
    """
    if not is_rush() or is_solved(solution, key=key) or Submission.objects.filter(key=key).exists():
        return
    raise WorkRequired(new_challenge(key))


def demand_patience(*, begun_at: float) -> None:
    """For the form without JavaScript: raises WaitALittle while there is a rush and the form is younger than 30 s."""
    left = WAITING_S - (time.time() - begun_at)
    if left > 0 and is_rush():
        raise WaitALittle(
            _("Gerade kommen sehr viele Meldungen an. Bitte warten Sie %(n)s Sekunden und senden Sie noch einmal ab.")
            % {"n": int(left) + 1}
        )


# --- the challenge: EXPIRES.NONCE.TARGET.MOST.SIGNATURE; solved, with .NUMBER at its end ------------------------------


def new_challenge(key: str) -> str:
    """A challenge for one submission key. Nothing is stored: the signature says that it is ours."""
    expires, nonce = int(time.time()) + GOOD_FOR_S, secrets.token_hex(12)
    body = f"{expires}.{nonce}.{target(expires, nonce, secrets.randbelow(MOST))}.{MOST}"
    return f"{body}.{signature(body, key)}"


def target(expires: object, nonce: str, number: object) -> str:
    return hashlib.sha256(f"{expires}.{nonce}.{number}".encode()).hexdigest()


def signature(body: str, key: str) -> str:
    return salted_hmac("mangel.work", f"{body}|{key}", algorithm="sha256").hexdigest()


def is_solved(solution: str, *, key: str) -> bool:
    """Whether `solution` is a challenge made for `key`, in time, with the number found."""
    parts = solution.split(".") if len(solution) < 400 and solution.isascii() else []
    if len(parts) != 6 or not parts[0].isdigit() or not parts[5].isdigit():
        return False
    expires, nonce, wanted, _most, signed, number = parts
    if not constant_time_compare(signed, signature(".".join(parts[:4]), key)) or int(expires) < time.time():
        return False
    return hmac.compare_digest(target(expires, nonce, number), wanted)
