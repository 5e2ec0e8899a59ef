"""`/pruefung/`: what waits for a person: notices about public pieces, and texts of residents nobody has looked at."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from geo import revisions
from mangel import noticing, workflow
from mangel.catalogue import Catalogue
from mangel.models import Entry, EntryText, Report
from mangel.querysets import ReportQuerySet
from mangel.workflow import StaleForm
from photos.querysets import as_public
from pwa.errors import DomainError
from threads.models import Notice
from threads.states import Check

SHOWN_AT_MOST = 50


def staff(request: HttpRequest) -> User:
    """Who is signed in and may check. Raises PermissionDenied."""
    user = cast(User, request.user)
    if not user.has_perm("mangel.use_checks"):
        raise PermissionDenied
    return user


def mine(user: User) -> ReportQuerySet:
    """Reports whose pieces `user` may decide about: all of them for a moderator, else those of their desk."""
    reports = Report.objects.filter(merged_into__isnull=True)
    return reports if user.has_perm("accounts.moderate") else Report.objects.for_desk_of(user)


@require_safe
@never_cache
@login_required
def checks(request: HttpRequest) -> HttpResponse:
    with revisions.held():
        return show(request, staff(request))


def show(
    request: HttpRequest, user: User, *, refused: tuple[str, str, str, str] | None = None, status: int = 200
) -> HttpResponse:
    """The page. `refused`: (number, piece, what was typed, what is wrong with it)."""
    noticed = mine(user).filter(thing__notices__outcome=Notice.Outcome.OPEN).distinct()
    # With names: the catalogue's rows are for reading only, and nothing is written here.
    found = noticing.open_notices(noticed.with_names()[:SHOWN_AT_MOST])
    pieces = [
        {
            "piece": piece,
            "report": piece.report,
            "photo": as_public(piece.photo) if piece.photo and piece.photo.rendition_token else None,
            "notices": given,
            "withheld": not piece.is_public,
            "target": f"satz-{piece.report.public_id}-{number}",
            "typed": refused[2] if refused and refused[:2] == (piece.report.public_id, piece.name) else "",
            "error": refused[3] if refused and refused[:2] == (piece.report.public_id, piece.name) else "",
        }
        for number, (piece, given) in enumerate(found)
    ]
    context = {
        "pieces": pieces,
        "texts": waiting_texts(user),
        "problems": [(one["target"], one["error"]) for one in pieces if one["error"]]
        or ([("", refused[3])] if refused else []),
    }
    return render(request, "mangel/checks.html", context, status=status)


def waiting_texts(user: User) -> list[dict[str, object]]:
    """What reporters wrote for the public and nobody has looked at, the oldest first."""
    texts = EntryText.objects.filter(
        check_state=Check.WAITING,
        erased_at=None,
        entry__public=True,
        entry__actor_role=Entry.Role.REPORTER,
        entry__report__in=mine(user).values("pk"),
    )
    catalogue = Catalogue.current()
    rows = texts.select_related("entry__report").order_by("entry__at", "pk")[:SHOWN_AT_MOST]
    return [
        {
            "entry": written.entry,
            "report": written.entry.report,
            "category": catalogue.category_by_id[written.entry.report.category_id],
            "text": written.text,
        }
        for written in rows
    ]


def find(user: User, number: str) -> Report:
    """404 for everybody else: whether it exists is nobody's business."""
    report = mine(user).filter(public_id=number).select_related("category", "office").first()
    if report is None:
        raise Http404
    return report


@require_POST
@login_required
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Uphold or reject the notices about one piece, with reasons."""
    user = staff(request)
    report, name = find(user, number), request.POST.get("piece", "")[:60]
    verdict, statement = request.POST.get("verdict", ""), request.POST.get("statement", "")
    if verdict not in ("uphold", "reject"):
        raise Http404
    try:
        noticing.decide(report=report, name=name, upheld=verdict == "uphold", statement=statement, user=user)
    except DomainError as refusal:
        with revisions.held():
            refused = (number, name, statement, str(refusal))
            return show(request, user, refused=refused, status=refusal.status)
    done = _("Nicht mehr öffentlich.") if verdict == "uphold" else _("Bleibt öffentlich.")
    messages.success(request, _("Meldung %(number)s:") % {"number": report.spoken_id} + " " + done)
    return redirect("checks")


@require_POST
@login_required
def look(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Show a waiting text of a reporter, or keep it back."""
    user = staff(request)
    report = find(user, number)
    try:
        workflow.check_text(report=report, seq=seq, user=user, show=request.POST.get("show") == "yes")
    except StaleForm as stale:
        messages.info(request, str(stale))
    return redirect("checks")
