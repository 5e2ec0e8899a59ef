"""The shape of what a clerk sends. Rules live in the services; these only read."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mangel.catalogue import Catalogue
from mangel.desk.sight import Sight
from mangel.models import DeclinedReason, Office, Report
from mangel.states import Visibility
from photos.models import Photo
from photos.uploads import MAX_PHOTOS
from pwa.translated import pick
from threads.numbers import parse
from threads.states import Check

NOTE_MAX = 2000
TEXT_MAX = 4000


class DeskForm(forms.Form):
    """All forms of a page lie in one <form>, so that nothing typed elsewhere is lost; each has its prefix."""

    use_required_attribute = False

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        self.sight = sight
        kwargs["auto_id"] = "id_%s"
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs.setdefault("aria-describedby", f"id_{self.add_prefix(name)}_helptext")


def note_field(label: Any, *, required: bool = False, help_text: Any = "", rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=NOTE_MAX, widget=widget)


class LookForm(DeskForm):
    """What a person has looked at: the public text beside the original, each photo with its description."""

    public_text = forms.CharField(
        label=_("Öffentlicher Text"), required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        report = sight.report
        if report.text_check == Check.WAITING:
            self.initial.setdefault("public_text", report.description)
        else:
            self.initial.setdefault("public_text", report.public_text)
        for number, picture in enumerate(sight.pictures, start=1):
            photo = picture.photo
            self.fields[f"show_{photo.pk}"] = forms.BooleanField(
                label=_("Foto %(n)s freigeben") % {"n": number},
                required=False,
                initial=photo.check_state != Check.WITHHELD and not sight.photos_are_never_public,
                disabled=sight.photos_are_never_public,
            )
            self.fields[f"alt_{photo.pk}"] = forms.CharField(
                label=_("Was ist auf Foto %(n)s zu sehen?") % {"n": number},
                required=False,
                max_length=300,
                initial=photo.alt_text,
            )

    def for_pictures(self) -> list[tuple[Any, Any, Any]]:
        """(picture, its checkbox, its description) for the page."""
        return [(p, self[f"show_{p.photo.pk}"], self[f"alt_{p.photo.pk}"]) for p in self.sight.pictures]

    def look(self) -> dict[str, Any]:
        """Keyword arguments of `workflow.accept` and `workflow.release`."""
        shown: list[Photo] = []
        withheld: list[Photo] = []
        for picture in self.sight.pictures:
            (shown if self.cleaned_data.get(f"show_{picture.photo.pk}") else withheld).append(picture.photo)
        alts = {photo.pk: self.cleaned_data.get(f"alt_{photo.pk}", "") for photo in shown}
        return {
            "public_text": self.cleaned_data.get("public_text", ""),
            "photos": shown,
            "withheld": withheld,
            "alts": alts,
        }


def office_choices(offices: Sequence[Office]) -> list[tuple[Any, Any]]:
    """Offices by kind, by name."""
    groups: dict[Any, list[tuple[str, str]]] = {}
    for office in sorted(offices, key=lambda o: str(o.name)):
        groups.setdefault(Office.Kind(office.kind).label, []).append((office.code, str(office.name)))
    return [("", _("Bitte wählen")), *groups.items()]


class OfficeForm(DeskForm):
    """An office and why."""

    office = forms.ChoiceField(label=_("Stelle"), error_messages={"required": _("Bitte eine Stelle wählen.")})
    why = note_field(
        _("Warum diese Stelle?"), help_text=_("Für die Kolleginnen und Kollegen, nicht öffentlich."), rows=2
    )

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        self.offices = {o.code: o for o in self.possible()}
        self.fields["office"].choices = office_choices(list(self.offices.values()))  # type: ignore[attr-defined]

    def possible(self) -> list[Office]:
        return [o for o in Catalogue.current().offices.values() if o.active]

    def clean_office(self) -> Office:
        return self.offices[self.cleaned_data["office"]]


class RerouteForm(OfficeForm):
    """Umleiten: any other active office."""

    def possible(self) -> list[Office]:
        return [o for o in super().possible() if o.pk != self.sight.report.office_id]


class ForwardForm(OfficeForm):
    """Weiterleiten: an office outside; preset where the rules named one."""

    note = note_field(_("Satz für die Öffentlichkeit"), rows=2)
    field_order = ["office", "why", "note"]

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        if sight.office.is_outside:
            self.initial.setdefault("office", sight.office.code)
        # The big button names an office: it means that one, whatever stands in the fold below it.
        if self.is_bound and self.add_prefix("direct") in self.data and sight.office.is_outside:
            self.data = {**self.data.dict(), self.add_prefix("office"): sight.office.code}  # type: ignore[attr-defined]
        self.fields["why"].help_text = _(
            "Nötig, wenn es eine andere Stelle ist als die vorgeschlagene. Nicht öffentlich."
        )

    def possible(self) -> list[Office]:
        return [o for o in super().possible() if o.is_outside]


class MergeForm(DeskForm):
    """Zusammenlegen: into which number."""

    into = forms.CharField(
        label=_("Nummer der anderen Meldung"),
        max_length=20,
        help_text=_("Diese Meldung geht in der anderen auf. Beispiel: 417 203 858"),
        error_messages={"required": _("Bitte die Nummer der anderen Meldung eingeben.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, sight: Sight, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        self.user = user
        if sight.double:
            self.initial.setdefault("into", sight.double.spoken_id)

    def clean_into(self) -> Report:
        number = parse(self.cleaned_data["into"])
        found = Report.objects.visible_to(self.user).filter(public_id=number).first() if number.isascii() else None
        if found is None:
            raise ValidationError(_("Diese Nummer finden wir nicht. Bitte die neun Ziffern prüfen."))
        return found


class DeclineForm(DeskForm):
    """Keine Maßnahme: reason and sentence; the page adds the next step of the reason."""

    declined_reason = forms.ChoiceField(
        label=_("Grund"),
        widget=forms.RadioSelect,
        required=False,  # the table of moves asks for it
    )
    note = note_field(_("Satz für die Öffentlichkeit"), help_text=_("Was haben Sie festgestellt?"))

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        self.reasons = {r.code: r for r in Catalogue.current().declined.values() if r.active}
        self.fields["declined_reason"].choices = [(r.code, str(r)) for r in self.reasons.values()]  # type: ignore[attr-defined]

    def for_reasons(self) -> list[tuple[Any, str]]:
        """(radio button, next step of its reason) for the page."""
        steps = [pick(r.next_step) for r in self.reasons.values()]
        return list(zip(self["declined_reason"].subwidgets, steps, strict=True))

    def clean_declined_reason(self) -> DeclinedReason | None:
        return self.reasons.get(self.cleaned_data["declined_reason"])


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files; what they are is judged by `photos.uploads`."""

    widget = SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [file for file in files if file]


class ResolveForm(DeskForm):
    """Erledigt: photos after the repair, or a sentence."""

    photos = PhotosField(
        label=_("Foto nachher"),
        required=False,
        help_text=format_lazy(_("Bis zu {n} Fotos. Ohne Foto bitte einen Satz."), n=MAX_PHOTOS),
    )
    alt = forms.CharField(label=_("Was ist auf dem Foto zu sehen?"), required=False, max_length=300)
    show = forms.BooleanField(
        label=_("Foto freigeben: keine Gesichter, keine Kennzeichen"), required=False, initial=True
    )
    note = note_field(_("Satz für die Öffentlichkeit"), rows=2)


class NoteRequiredForm(DeskForm):
    """A public sentence: reopened, came back."""

    note = note_field(_("Satz für die Öffentlichkeit"), rows=2)


class NoteForm(DeskForm):
    """A note for colleagues of the office, or for everybody."""

    text = note_field(_("Notiz"), rows=3)
    public = forms.ChoiceField(
        label=_("Wer darf sie lesen?"),
        choices=[("nein", _("nur unser Amt")), ("ja", _("alle, auf der Seite der Meldung"))],
        initial="nein",
        widget=forms.RadioSelect,
    )

    def clean_public(self) -> bool:
        return self.cleaned_data["public"] == "ja"


class DegreesField(forms.FloatField):
    """Degrees, with a comma too; NaN and Infinity are no places."""

    def __init__(self, limit: float, **kwargs: Any) -> None:
        super().__init__(
            min_value=-limit, max_value=limit, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value or "").strip().replace(",", ".")[:30])


class PinForm(DeskForm):
    """Where the pin belongs: WGS 84 degrees."""

    lon = DegreesField(180, label=_("Länge"))
    lat = DegreesField(90, label=_("Breite"))

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        if point := sight.report.point:
            self.initial.setdefault("lon", f"{point.x:.6f}")
            self.initial.setdefault("lat", f"{point.y:.6f}")
        for name in ("lon", "lat"):
            self.fields[name].error_messages |= {
                "required": _("Bitte die Nadel setzen oder Länge und Breite angeben."),
                "invalid": _("Bitte in Grad angeben, zum Beispiel 11,3295."),
            }


class RecategoriseForm(DeskForm):
    """Another matter."""

    category = forms.ChoiceField(label=_("Kategorie"), error_messages={"required": _("Bitte eine Kategorie wählen.")})

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        catalogue = Catalogue.current()
        self.initial.setdefault("category", sight.category.code)
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (group.name, [(c.code, c.name) for c in catalogue.children(group)]) for group in catalogue.groups()
        ]

    def clean_category(self) -> Any:
        return Catalogue.current().categories[self.cleaned_data["category"]]


class VisibilityForm(DeskForm):
    """Who may see the report."""

    visibility = forms.ChoiceField(
        label=_("Wer darf die Meldung sehen?"),
        choices=[
            (Visibility.PUBLIC, _("öffentlich")),
            (Visibility.PRIVATE, _("nicht öffentlich: nur das Amt und die meldende Person")),
            (Visibility.HIDDEN, _("ausblenden: Missbrauch oder Test")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(sight, *args, **kwargs)
        self.initial.setdefault("visibility", sight.report.visibility)

    def clean_visibility(self) -> Visibility:
        return Visibility(self.cleaned_data["visibility"])
