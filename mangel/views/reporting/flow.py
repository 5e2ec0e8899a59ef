"""The one view behind `/melden/`: which page was sent, what does it say, which page comes next.

With JavaScript the first page (GET) holds all steps and the browser does the rest; every POST here is the way without.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mangel.catalogue import Catalogue
from mangel.views.reporting import category, danger, details, double, one_page, photo, place
from mangel.views.reporting.sending import Refused, send
from mangel.views.reporting.state import Begun, Stale
from mangel.views.reporting.steps import (
    BACK,
    CATEGORY,
    DANGER,
    DETAILS,
    DOUBLE,
    NUMBERS,
    PHOTO,
    PLACE,
    SEND,
    STEPS,
    next_step,
)
from photos.errors import StorageFull, StorageUnavailable
from pwa.errors import DomainError

PAGES: dict[str, Any] = {
    PHOTO: photo, PLACE: place, CATEGORY: category, DOUBLE: double, DETAILS: details, DANGER: danger
}  # fmt: skip
# What a summary's link leads to, where the field's own id is not `id_<field>`.
TARGETS = {
    "photos": "id_photos",
    "lon": "id_address",
    "lat": "id_address",
    "accuracy_m": "id_address",
    "match": "match_0",
}


# Nobody is signed in here and no cookie has any say: the signed field proves that the form is ours, and a token that
# expired while the page was open would cost a resident what they typed.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    """`/melden/`: GET begins, every POST is one step."""
    if request.method != "POST":
        return page(request, PHOTO, prefilled(request), template="mangel/reporting/one_page.html", **one_page.context())
    try:
        begun = Begun.from_token(request.POST.get("begun", ""))
    except Stale:
        error = DomainError(
            _("Diese Seite war zu lange offen. Bitte beginnen Sie noch einmal; es dauert nur eine Minute.")
        )
        return page(request, PHOTO, Begun(), [error], status=422)
    step = request.POST.get("step", PHOTO)
    step = step if step in PAGES else PHOTO
    if request.POST.get("language") in dict(settings.LANGUAGES):
        return in_language(request, step, begun)
    return take_step(request, step, begun)


def in_language(request: HttpRequest, step: str, begun: Begun) -> HttpResponse:
    """The same page in another language; what was typed stays, also what is not finished yet."""
    PAGES[step].read(request, begun)
    if step == DETAILS:
        begun.details_done = False
    language = request.POST["language"]
    translation.activate(language)
    response = page(request, step, begun)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


def prefilled(request: HttpRequest) -> Begun:
    """A fresh start; the finder hands over matter and place."""
    begun = Begun()
    if request.GET.get("category") in {leaf.code for leaf in Catalogue.current().leaves()}:
        begun.category = request.GET["category"]
    given = {name: request.GET[name][:300] for name in place.FIELDS if request.GET.get(name)}
    begun.place = {name: value for name, value in given.items() if "\x00" not in value}
    return begun


def take_step(request: HttpRequest, step: str, begun: Begun) -> HttpResponse:
    go = request.POST.get("go", "")
    errors: list[DomainError] = PAGES[step].read(request, begun)
    if go == "nophoto":
        begun.photos = []
    if go == "back":
        begun.details_done = False
        return page(request, BACK.get(step, PHOTO), begun)
    if step == DOUBLE and go.startswith(double.JOIN):
        return double.join(request, go.removeprefix(double.JOIN)) or page(request, DETAILS, begun)
    if errors or go.startswith(photo.DROP):
        return page(request, step, begun, errors, status=status_of(errors))
    following = next_step(step, begun)
    if following != SEND:
        return page(request, following, begun)
    try:
        return send(request, begun)
    except Refused as refused:
        if refused.step == DETAILS:
            begun.details_done = False
        return page(request, refused.step, begun, refused.errors, status=status_of(refused.errors))


def status_of(errors: list[DomainError]) -> int:
    """What the answer calls itself: asking which address is meant is no refusal."""
    real = [error for error in errors if not isinstance(error, place.WhichOne)]
    return real[0].status if real else 200


def page(
    request: HttpRequest,
    step: str,
    begun: Begun,
    errors: list[DomainError] | None = None,
    status: int = 200,
    template: str = "",
    **more: Any,
) -> HttpResponse:
    """One page of the flow with what is known so far. Errors are said on top and beside their field."""
    errors = errors or []
    by_field = {error.field: str(error) for error in reversed(errors) if error.field}
    context = PAGES[step].context(begun, by_field)
    problems = [(target_of(error, context), str(error)) for error in errors if not isinstance(error, place.WhichOne)]
    context |= {
        "begun": begun.token(),
        "step": step,
        "number": NUMBERS[step],
        "steps": STEPS,
        "problems": problems,
        "can_go_back": step in BACK,
        "storage_full": any(isinstance(error, StorageFull | StorageUnavailable) for error in errors),
    }
    response = render(request, template or f"mangel/reporting/{step}.html", more | context, status=status)
    # Not `no-store`: the back button must bring the page back with what was typed.
    response["Cache-Control"] = "private, no-cache"
    return response


def target_of(error: DomainError, context: dict[str, Any]) -> str:
    """The id of the input an error belongs to."""
    name = error.field or ""
    if name.startswith("answers."):
        code = name.removeprefix("answers.")
        return next((q.target for q in context.get("questions", []) if q.code == code), "")
    return TARGETS.get(name, f"id_{name}" if name else "")
