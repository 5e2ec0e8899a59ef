"""The last press: everything is read by the rules of all reports, taken in once, and the browser is sent on."""

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mangel import work
from mangel.drafts import read_draft
from mangel.intake import KeyReused, StillRunning, Submitted, submit
from mangel.models import Submission
from mangel.views.reporting import details, place
from mangel.views.reporting.state import Begun
from mangel.views.reporting.steps import CATEGORY, DETAILS, PHOTO, PLACE, category_of
from photos import staging
from photos.errors import StorageFull, StorageUnavailable
from pwa.errors import DomainError, DomainErrors

# Nobody goes through four pages in two seconds (GOALS S10).
FASTEST_S = 2.0
WAIT_S, WAITS = 0.25, 16
PAGE_OF = {"category": CATEGORY, "photos": PHOTO} | dict.fromkeys(place.FIELDS, PLACE)


class LooksAutomatic(DomainError):
    """A machine filled it in, by all signs; a person gets a sentence and loses nothing."""

    code = "looks_automatic"


class Refused(Exception):
    """It cannot go like this: which page has to be mended, and what."""

    def __init__(self, step: str, errors: list[DomainError]) -> None:
        self.step, self.errors = step, errors


def check_human(request: HttpRequest, begun: Begun) -> None:
    """Honeypot and form time; in a rush a little patience. Raises Refused."""
    if request.POST.get("website"):
        message = _(
            "Bitte lassen Sie das Feld „Website“ leer und senden Sie noch einmal. Es ist eine Falle für Automaten."
        )
        raise Refused(DETAILS, [LooksAutomatic(message, field="website")])
    if time.time() - begun.at < FASTEST_S:
        message = _("Das ging sehr schnell. Bitte senden Sie noch einmal ab, es ist nichts verloren.")
        raise Refused(DETAILS, [LooksAutomatic(message)])
    try:
        work.demand_patience(begun_at=begun.at)
    except DomainError as wait:
        raise Refused(DETAILS, [wait]) from wait


def send(request: HttpRequest, begun: Begun) -> HttpResponse:
    """Take the report in and lead to its tracking page. Raises Refused."""
    check_human(request, begun)
    try:
        submitted = submit_patiently(begun)
    except KeyReused:
        # Back button, something changed, sent again: the report is in the house already.
        submitted = Submitted(
            report=Submission.objects.select_related("report").get(key=begun.key).report, created=False
        )
        messages.info(request, _("Diese Meldung ist schon angekommen. Für etwas anderes beginnen Sie bitte eine neue."))
    except DomainErrors as refused:
        raise sorted_out(begun, refused.errors) from refused
    except DomainError as refused:
        raise sorted_out(begun, [refused]) from refused
    address = reverse("tracking", args=[submitted.report.public_id, submitted.tracking_code])
    return redirect(f"{address}?angekommen=1")


def submit_patiently(begun: Begun) -> Submitted:
    """A double click runs twice at once: the second waits for the first and gets its report."""
    for _attempt in range(WAITS):
        try:
            return submit_once(begun)
        except StillRunning:
            time.sleep(WAIT_S)
    return submit_once(begun)


def submit_once(begun: Begun) -> Submitted:
    data = begun.as_data(category_of(begun), get_language() or "de")
    if number := details.asset_number(begun):
        data["asset"] = number
    files = [staging.open_staged(kept["key"]) for kept in begun.photos]
    try:
        draft = read_draft(data, photos=files, photo_alts=[kept["alt"] for kept in begun.photos])
        return submit(draft, key=begun.key)
    finally:
        for file in files:
            file.close()


def sorted_out(begun: Begun, errors: list[DomainError]) -> Refused:
    """The first page that has something to mend, with what is to be mended there."""
    for error in errors:
        if isinstance(error, StorageFull | StorageUnavailable):
            return Refused(DETAILS, [error])
    if any(error.field == "photos" for error in errors):
        begun.photos = [kept for kept in begun.photos if is_there(kept)]
    for step in (PHOTO, PLACE, CATEGORY):
        here = [error for error in errors if PAGE_OF.get((error.field or "").split(".")[0]) == step]
        if here:
            return Refused(step, here)
    return Refused(DETAILS, errors)


def is_there(kept: dict[str, str]) -> bool:
    """Whether a staged photo has not been swept meanwhile."""
    try:
        staging.open_staged(kept["key"]).close()
    except DomainError:
        return False
    return True
