"""/dienst/meldung/<number>/foto/<key>/: the unblurred photo beside the public one, and what is blurred."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mangel import redacting
from mangel.desk.camera import disagreements
from mangel.desk.sight import picture
from mangel.desk.views import desk_page, find_report, staff
from mangel.models import Report
from photos import redaction
from photos.models import Photo
from photos.regions import HUMAN, MAX_REGIONS, Region, box, region
from photos.states import Status
from pwa.errors import DomainError


class BlurForm(forms.Form):
    """What to blur: drawn ones as JSON in `regions`; without JavaScript ticks at those there are, one more in %."""

    regions = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100_000)
    left = forms.FloatField(label=_("von links (%)"), required=False, min_value=0, max_value=100)
    top = forms.FloatField(label=_("von oben (%)"), required=False, min_value=0, max_value=100)
    width = forms.FloatField(label=_("Breite (%)"), required=False, min_value=1, max_value=100)
    height = forms.FloatField(label=_("Höhe (%)"), required=False, min_value=1, max_value=100)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        numbers = [data.get(name) for name in ("left", "top", "width", "height")]
        if not self.errors and any(n is not None for n in numbers) and None in numbers:
            raise forms.ValidationError(_("Bitte alle vier Zahlen angeben: von links, von oben, Breite und Höhe."))
        return data

    def wanted(self, present: list[Region]) -> list[Any]:
        """The regions to blur from now on. `present`: those the page showed."""
        if self.cleaned_data["regions"]:
            try:
                drawn = json.loads(self.cleaned_data["regions"])
            except ValueError:
                drawn = None
            return drawn if isinstance(drawn, list) else [None]  # [None]: malformed, the service says so
        ticked = self.data.getlist("keep") if isinstance(self.data, QueryDict) else []
        kept = {int(n) for n in ticked if n.isascii() and n.isdigit() and len(n) < 4}
        regions = [one for n, one in enumerate(present) if n in kept]
        if self.cleaned_data.get("left") is not None:
            x, y, w, h = (self.cleaned_data[name] / 100 for name in ("left", "top", "width", "height"))
            regions.append(region(HUMAN, "area", box(x, y, x + w, y + h)))
        return regions


def find_photo(request: HttpRequest, public_id: str, key: str) -> tuple[Report, Photo]:
    """A photo of a report on my desk. 404 for everybody else."""
    report = find_report(request, public_id)
    return report, get_object_or_404(Photo.objects.present(), thing=report.thing_id, key=key)


@require_safe
@desk_page
def photo_page(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """Original and public picture side by side."""
    report, photo = find_photo(request, public_id, key)
    return draw(request, report, photo, BlurForm())


def draw(request: HttpRequest, report: Report, photo: Photo, form: BlurForm, status: int = 200) -> HttpResponse:
    context = {
        "report": report,
        "photo": photo,
        "form": form,
        "public": picture(photo) if photo.status == Status.READY else None,
        "is_in_work": photo.status == Status.STORED,
        "has_original": bool(photo.upright and photo.original),
        "regions": [(n, one, points_of(one)) for n, one in enumerate(photo.regions, start=1)],
        "regions_json": json.dumps(photo.regions),
        "max_regions": MAX_REGIONS,
        "version": redaction.version_of(photo),
        "can_undo": redaction.can_undo(photo),
        "hints": disagreements(report, photo),
        "back": reverse("desk-report", args=[report.public_id]),
    }
    return render(request, "mangel/desk/photo.html", context, status=status)


def points_of(one: Region) -> str:
    """A polygon for an SVG that is 1 wide and 1 high."""
    return " ".join(f"{x},{y}" for x, y in one["polygon"])


@require_safe
@desk_page
def original(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """The unblurred picture, for this desk only; who looked is written down. Never kept by anybody on the way."""
    _report, photo = find_photo(request, public_id, key)
    content = redaction.look_at_original(photo, user=staff(request))
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@desk_page
def blur(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """Blur these places from now on."""
    report, photo = find_photo(request, public_id, key)
    form = BlurForm(request.POST)
    if not form.is_valid():
        return draw(request, report, photo, form, status=422)
    return change(
        request,
        report,
        photo,
        form,
        lambda seen: redacting.redact(
            report=report, photo=photo, user=staff(request), regions=form.wanted(photo.regions), seen_version=seen
        ),
    )


@require_POST
@desk_page
def undo(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """Take the last change back."""
    report, photo = find_photo(request, public_id, key)
    return change(
        request,
        report,
        photo,
        BlurForm(),
        lambda seen: redacting.undo(report=report, photo=photo, user=staff(request), seen_version=seen),
    )


def change(request: HttpRequest, report: Report, photo: Photo, form: BlurForm, run: Any) -> HttpResponse:
    """Run a change; show the page again if it is refused."""
    raw = request.POST.get("version", "")
    try:
        run(int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else -1)
    except DomainError as error:
        messages.error(request, str(error))
        photo.refresh_from_db()
        return draw(request, report, photo, form, status=error.status)
    messages.success(request, _("Gespeichert. Das öffentliche Bild wird neu gemacht."))
    return redirect("desk-photo", report.public_id, photo.key)
