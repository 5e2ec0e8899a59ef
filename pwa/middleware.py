"""What may be copied onto a device."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def no_copies_of_sessions(get_response: GetResponse) -> GetResponse:
    """A page made for somebody who is signed in says `no-store`: neither browser nor service worker may keep it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if (
            is_page
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and "no-store" not in response.get("Cache-Control", "")
        ):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware
