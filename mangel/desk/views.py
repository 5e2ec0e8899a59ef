"""Pages of the desk. GET shows, POST acts; every action is one row of `actions.ACTIONS`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from geo import revisions
from geo.lookup import ZoneIndex
from geo.models import City
from mangel.catalogue import Catalogue
from mangel.desk import queue as q
from mangel.desk.actions import ACTIONS, NAMES, Action, Case, Said, offered
from mangel.desk.forms import DeskForm, LookForm, MergeForm
from mangel.desk.sight import Sight, add_double, look_at, map_of
from mangel.models import Report
from mangel.permissions import desk_offices, minded_offices
from mangel.states import State
from mangel.workflow import MergedReport, StaleForm
from pwa.errors import DomainError, DomainErrors

LATER = "desk_later"
LATER_MAX = 200


def desk_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Signed in, with a desk, never cached; catalogue and zones are looked up once for the whole answer."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with revisions.held():
            prefetch_related_objects([staff(request)], "memberships")
            if not request.user.has_perm("mangel.use_desk"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

    return guarded


def staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def find_report(request: HttpRequest, public_id: str) -> Report:
    """A report of my desk, merged ones too. 404 for everybody else: whether it exists is nobody's business."""
    report = (
        Report.objects.filter(public_id=public_id, office__in=minded_offices(staff(request)))
        .select_related("category", "office", "asset", "merged_into", "declined_reason")
        .first()
    )
    if report is None:
        raise Http404
    return report


# --- the queue ------------------------------------------------------------------------------------------------------


@require_safe
@desk_page
def queue(request: HttpRequest) -> HttpResponse:
    """/dienst/: what lies here, by due; on wide screens the chosen report beside it."""
    user = staff(request)
    wanted = q.Filter.read(request.GET)
    if wanted.number:
        return jump(request, wanted.number)
    catalogue, index, tz = Catalogue.current(), ZoneIndex.current(), City.current().tz
    now = timezone.now()
    today_ends = q.end_of_today(now, tz)
    mine = Report.objects.for_desk_of(user)
    counts: dict[str, int] = q.counts(mine, today_ends=today_ends)
    listed = q.narrowed(q.of_view(mine, wanted.view, today_ends=today_ends), wanted, catalogue)
    total = counts[wanted.view.key] if wanted.view.key in counts and not wanted.narrows else q.capped_count(listed)
    if wanted.view.key not in counts:
        counts[wanted.view.key] = total
    start = (wanted.page - 1) * q.PAGE
    found = q.ordered(listed, wanted.view).annotate(is_new_photo=q.new_photos())[start : start + q.PAGE]
    rows = q.rows(list(found), now=now, tz=tz, catalogue=catalogue, index=index)
    chosen = choose(request, [row.report for row in rows])
    context = {
        "wanted": wanted,
        "chips": chips(wanted, counts),
        "rows": rows,
        "chosen": chosen,
        "sight": look_at(chosen, user, history=False) if chosen else None,
        "title": desk_name(user, catalogue),
        "groups": [(group, catalogue.children(group)) for group in catalogue.groups()],
        "districts": sorted((z for z in index.zones if z.layer == "district"), key=lambda z: z.name),
        "total": total,
        "first": start + 1,
        "last": start + len(rows),
        "previous": wanted.address(seite=wanted.page - 1) if wanted.page > 1 else "",
        "next": wanted.address(seite=wanted.page + 1) if start + len(rows) < total and rows else "",
        "map": map_of(chosen) if chosen else None,
        "to_triage": reverse("desk-triage") if counts["sichten"] else "",
    }
    return render(request, "mangel/desk/queue.html", context)


def choose(request: HttpRequest, reports: list[Report]) -> Report | None:
    """The report of the panel: the one named in the address if it is listed, else the first."""
    named = request.GET.get("meldung", "")
    return next((r for r in reports if r.public_id == named), reports[0] if reports else None)


def chips(wanted: q.Filter, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "name": view.name,
            "address": wanted.address(ansicht=view.key),
            "current": view.key == wanted.view.key,
            "count": counts.get(view.key),
            "many": counts.get(view.key, 0) >= q.COUNTED_AT_MOST and view.key not in ("faellig", "sichten"),
        }
        for view in q.VIEWS.values()
    ]


def desk_name(user: User, catalogue: Catalogue) -> str:
    """Whose desk it is: the office, or "Tiefbau und 2 weitere"."""
    offices = sorted((catalogue.office_by_id[pk] for pk in desk_offices(user)), key=lambda o: str(o.name))
    if len(offices) == 1:
        return str(offices[0].name)
    first = str(offices[0].name) if offices else _("Dienst")
    return _("%(office)s und %(n)s weitere") % {"office": first, "n": len(offices) - 1} if len(offices) > 1 else first


def jump(request: HttpRequest, number: str) -> HttpResponse:
    """A typed number opens the report; a merged one leads to the one it went into."""
    report = Report.objects.filter(public_id=number, office__in=minded_offices(staff(request))).first()
    if report is None:
        spoken = " ".join(number[i : i + 3] for i in range(0, 9, 3))
        messages.warning(request, _("%(number)s liegt nicht an diesem Schreibtisch.") % {"number": spoken})
        return redirect("desk")
    return redirect("desk-report", number)


# --- one report -----------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """How a report's page is drawn: in which mode, with which form carrying errors, how many are left."""

    report: Report
    user: User
    triage: bool = False
    action: Action | None = None
    form: DeskForm | None = None
    data: Any = None
    files: Any = None
    problems: list[tuple[str, str]] | None = None
    open: str = ""
    said: Said | None = None

    def render(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        sight = look_at(self.report, self.user)
        add_double(sight, self.user)
        slugs = [] if self.report.merged_into_id else offered(sight.state, outside=sight.office.is_outside)
        context = {
            "sight": sight,
            "report": self.report,
            "forms": self.forms(sight),
            "actions": slugs,
            # One filled button a page: where something new waits, looking at it comes first.
            "primary": "" if sight.waits and sight.state != State.RECEIVED else (slugs or [""])[0],
            "names": {slug.replace("-", "_"): name for slug, name in NAMES.items()},
            "open": self.action.slug if self.action else self.open,
            "problems": self.problems,
            "triage": self.triage,
            "left": to_look_at(self.user).count() if self.triage else 0,
            "map": map_of(self.report),
        }
        return render(request, "mangel/desk/report.html", context, status=status)

    def forms(self, sight: Sight) -> dict[str, DeskForm]:
        """Every form of the page by action; what was typed elsewhere is kept, too."""
        made: dict[str, DeskForm] = {"look": fresh(LookForm, sight, "look", self.data)}
        for slug, action in ACTIONS.items():
            if action.form is None:
                continue
            if self.form is not None and self.action and slug == self.action.slug:
                made[slug.replace("-", "_")] = self.form
            else:
                made[slug.replace("-", "_")] = fresh(action.form, sight, slug, self.data, user=self.user)
        return made


def fresh(form: type[DeskForm], sight: Sight, prefix: str, data: Any, user: User | None = None) -> DeskForm:
    """A form without judgement, filled with what was typed into it if the page was sent."""
    extra = {"user": user} if form is MergeForm else {}
    made = form(sight, prefix=prefix, **extra)
    if data is not None:
        for name, field in made.fields.items():
            if not field.disabled and (made.add_prefix(name) in data or isinstance(made.initial.get(name), bool)):
                made.initial[name] = field.widget.value_from_datadict(data, {}, made.add_prefix(name))
    return made


def to_look_at(user: User) -> Any:
    return Report.objects.for_desk_of(user).filter(q.to_look_at())


@require_safe
@desk_page
def triage(request: HttpRequest) -> HttpResponse:
    """/dienst/sichten/: the next report nobody has looked at; those put off come last."""
    user = staff(request)
    waiting = q.ordered(to_look_at(user).select_related("category", "office", "asset"), q.VIEWS["sichten"])
    put_off = request.session.get(LATER, [])
    report = waiting.exclude(public_id__in=put_off).first()
    if report is None:
        return render(request, "mangel/desk/all_seen.html", {"put_off": waiting.count()})
    return Page(report, user, triage=True).render(request)


@require_safe
@desk_page
def triage_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """/dienst/sichten/<number>/: this one first, then the next."""
    report = find_report(request, public_id)
    if report.merged_into_id or State(report.state) != State.RECEIVED:
        return redirect("desk-report", public_id)
    return Page(report, staff(request), triage=True).render(request)


@require_POST
@desk_page
def later(request: HttpRequest, public_id: str) -> HttpResponse:
    """Später: the next one opens, this one comes again after the others."""
    report = find_report(request, public_id)
    put_off = [number for number in request.session.get(LATER, []) if number != report.public_id]
    request.session[LATER] = [*put_off, report.public_id][-LATER_MAX:]
    return redirect("desk-triage")


@require_POST
@desk_page
def again(request: HttpRequest) -> HttpResponse:
    """Those put off come back."""
    request.session.pop(LATER, None)
    return redirect("desk-triage")


@require_safe
@desk_page
def report_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """/dienst/meldung/<number>/: everything about one report, and every move."""
    report = find_report(request, public_id)
    asked = request.GET.get("aktion", "")
    return Page(report, staff(request), open=asked if asked in ACTIONS else "").render(request)


@require_POST
@desk_page
def act(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    """One click. Read the forms, call one service, open the next; or show the page again with all that was typed."""
    action = ACTIONS.get(slug)
    if action is None:
        raise Http404
    report, user = find_report(request, public_id), staff(request)
    page = Page(report, user, triage=request.POST.get("modus") == "sichten", action=action)
    page.data, page.files = request.POST, request.FILES
    case = Case(report=report, user=user, seen_seq=read_seq(request))
    problems, status = perform(page, case, action)
    if problems is None:
        return done(request, page, case)
    page.problems = problems
    page.report = find_report(request, public_id)
    return page.render(request, status=status)


def read_seq(request: HttpRequest) -> int:
    """The last entry the page showed; a page without it is stale by definition."""
    raw = request.POST.get("seen_seq", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else -1


def perform(page: Page, case: Case, action: Action) -> tuple[list[tuple[str, str]] | None, int]:
    """(None, 200) if it is done, or (problems, status). PermissionDenied goes through to the 403 page."""
    sight = look_at(page.report, page.user)
    look = LookForm(sight, page.data, prefix="look")
    if action.form:
        extra = {"user": page.user} if action.form is MergeForm else {}
        page.form = action.form(sight, page.data, page.files, prefix=action.slug, **extra)
        if not page.form.is_valid():
            return problems_of(page.form), 422
        case.data = page.form.cleaned_data
    if action.looks and "look-public_text" in page.data:
        if not look.is_valid():
            return problems_of(look), 422
        case.look = look.look()
    try:
        page.said = action.run(case)
    except (StaleForm, MergedReport) as error:
        if action.was_done_by(page.user, page.report, since_seq=case.seen_seq or 0):
            return None, 200  # the second half of a double click
        return [("", str(error))], error.status
    except DomainErrors as error:
        return [("", str(one)) for one in error.errors], error.status
    except DomainError as error:
        return [note_problem(page.form, error)], error.status
    return None, 200


def note_problem(form: DeskForm | None, error: DomainError) -> tuple[str, str]:
    """Put a refusal beside its input; returns (id of the input or empty, sentence)."""
    if form is not None and error.field in form.fields:
        form.add_error(error.field, str(error))
        return form[error.field].id_for_label or form[error.field].auto_id, str(error)
    return "", str(error)


def problems_of(form: DeskForm) -> list[tuple[str, str]]:
    found = [("", str(error)) for error in form.non_field_errors()]
    for name, errors in form.errors.items():
        if name in form.fields:
            found += [(form[name].id_for_label or form[name].auto_id, str(error)) for error in errors]
    return found


def done(request: HttpRequest, page: Page, case: Case) -> HttpResponse:
    """Say what happened, with a way back to it, and open what comes next."""
    if page.said:
        number = format_html(
            '<a href="{}">{}</a>', reverse("desk-report", args=[page.report.public_id]), page.report.spoken_id
        )
        messages.success(request, format_html(page.said.sentence, number=number, **page.said.words))
    if page.triage:
        return redirect("desk-triage")
    still_mine = Report.objects.for_desk_of(page.user).filter(pk=page.report.pk).exists()
    return redirect("desk-report", page.report.public_id) if still_mine else redirect("desk")
