"""Offices, categories with questions, reasons, texts. Codes never change; rows are deactivated, not deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.models import ZoneLayer
from mangel.admin.fields import ConditionField, LinesField, OptionsField
from mangel.models import Category, CityText, DeclinedReason, HazardWord, Office, Question, ReasonText
from pwa.translated import TranslatedField, pick
from pwa.translated_forms import TranslatedWidget, TranslatedWordsField


class LastingAdmin(admin.ModelAdmin):
    """A row that others point at by its code: the code is fixed once saved, and the row is never deleted."""

    code_field = "code"
    # Translated fields that take more than a line.
    long_texts: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *((self.code_field,) if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, TranslatedField) and db_field.name in self.long_texts:
            kwargs["widget"] = TranslatedWidget(rows=4)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class OfficeForm(forms.ModelForm):
    appointment_url = forms.URLField(label=_("Terminvereinbarung"), required=False, assume_scheme="https")
    contact = LinesField(
        label=_("Kontakt"),
        required=False,
        help_text=_("Je Zeile eine Angabe: mail: …, phone: …, person: …, url: …. Nur für den Dienst sichtbar."),
    )

    class Meta:
        model = Office
        fields = (
            *(
                "code",
                "names",
                "names_in_sentence",
                "kind",
                "active",
                "replaced_by",
                "contact",
                "minded_by",
                "forward_by",
            ),
            *("auto_forward", "parent", "appointment_url", "hours"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        minder = cleaned.get("minded_by")
        outside = cleaned.get("kind") in (Office.Kind.EXTERNAL, Office.Kind.NEIGHBOUR)
        if minder and (minder.is_outside or not minder.active):
            self.add_error("minded_by", _("Betreuen kann nur ein aktives Amt der Stadt."))
        if minder and not outside:
            self.add_error("minded_by", _("Nur Stellen außerhalb der Stadt werden betreut."))
        if self.instance.pk and self.instance.kind == Office.Kind.INTAKE and not cleaned.get("active"):
            self.add_error(
                "active", _("Die zentrale Annahme bleibt aktiv: Bei ihr landet, was sonst niemandem gehört.")
            )
        return cleaned


@admin.register(Office)
class OfficeAdmin(LastingAdmin):
    form = OfficeForm
    list_display = ("code", "name", "kind", "minded_by", "active")
    list_filter = ("kind", "active")
    list_select_related = ("minded_by",)
    search_fields = ("code", "names")

    @admin.display(description=_("Name"))
    def name(self, office: Office) -> str:
        return str(office.name)


class QuestionForm(forms.ModelForm):
    options = OptionsField(
        label=_("Antworten"),
        required=False,
        help_text=_("Je Zeile: kürzel | Deutsch | Englisch | weitere Sprachen wie oben. Kürzel bleiben, wie sie sind."),
    )
    shown_if = ConditionField(
        label=_("nur zeigen, wenn"), required=False, help_text=_("Zum Beispiel: tiefe = tief, sehr_tief")
    )

    class Meta:
        model = Question
        fields = (
            *("code", "kind", "text", "help", "options", "required", "public", "routes", "hazard_if", "private_if"),
            *("shown_if", "order", "active"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        codes = {option["code"] for option in cleaned.get("options") or []} | {"ja", "nein", "weiss_nicht"}
        for name in ("hazard_if", "private_if"):
            if unknown := set(cleaned.get(name) or []) - codes:
                self.add_error(name, _("Diese Antwort gibt es nicht: %s") % ", ".join(sorted(unknown)))
        return cleaned


class QuestionInline(admin.StackedInline):
    """Questions are switched off, not deleted: old reports hold answers to them."""

    model = Question
    form = QuestionForm
    extra = 0
    can_delete = False


class CategoryForm(forms.ModelForm):
    synonyms = TranslatedWordsField(label=_("Suchwörter"), required=False, help_text=_("Mit Komma getrennt."))

    class Meta:
        model = Category
        fields = (
            *(
                "code",
                "parent",
                "names",
                "hint",
                "synonyms",
                "icon",
                "active",
                "replaced_by",
                "rank",
                "frequent",
                "season",
            ),
            *("zone_layers", "place", "privacy", "hazard", "text_policy", "photo_policy", "needs_text_or_photo"),
            *("duplicate_radius_m", "react_days", "done_days", "target_confirmed"),
        )

    def clean_zone_layers(self) -> list[str]:
        layers = self.cleaned_data["zone_layers"]
        known = set(ZoneLayer.objects.values_list("key", flat=True))
        if unknown := [key for key in layers if key not in known]:
            raise ValidationError(
                _("Diese Ebene gibt es nicht: %(unknown)s. Möglich sind: %(known)s."),
                params={"unknown": ", ".join(unknown), "known": ", ".join(sorted(known))},
            )
        return layers

    def clean_season(self) -> list[int]:
        if wrong := [month for month in self.cleaned_data["season"] if not 1 <= month <= 12]:
            raise ValidationError(_("Monate sind Zahlen von 1 bis 12, nicht %s.") % ", ".join(map(str, wrong)))
        return self.cleaned_data["season"]

    def clean_parent(self) -> Category | None:
        parent = self.cleaned_data["parent"]
        if parent and (parent.parent_id or parent.pk == self.instance.pk):
            raise ValidationError(_("Bitte eine Gruppe wählen, keine Kategorie in einer Gruppe."))
        return parent


class LeafFilter(admin.SimpleListFilter):
    title = _("Gruppe")
    parameter_name = "gruppe"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(group.code, group.name) for group in Category.objects.filter(parent__isnull=True)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(parent__code=self.value()) if self.value() else queryset


@admin.register(Category)
class CategoryAdmin(LastingAdmin):
    form = CategoryForm
    inlines = (QuestionInline,)
    list_display = ("code", "name", "parent", "privacy", "react_days", "done_days", "active")
    list_filter = (LeafFilter, "privacy", "active")
    list_select_related = ("parent",)
    search_fields = ("code", "names")
    long_texts = ("hint",)
    fieldsets = (
        (None, {"fields": ("code", "parent", "names", "hint", "synonyms", "icon", "active", "replaced_by")}),
        (_("Auswahl"), {"fields": ("rank", "frequent", "season", "place", "needs_text_or_photo")}),
        (_("Zuständigkeit und Doppelte"), {"fields": ("zone_layers", "duplicate_radius_m")}),
        (_("Öffentlichkeit und Gefahr"), {"fields": ("privacy", "text_policy", "photo_policy", "hazard")}),
        (_("Ziele"), {"fields": ("react_days", "done_days", "target_confirmed")}),
    )

    @admin.display(description=_("Name"))
    def name(self, category: Category) -> str:
        return str(category.name)


@admin.register(DeclinedReason)
class DeclinedReasonAdmin(LastingAdmin):
    list_display = ("code", "name", "order", "active")
    long_texts = ("next_step",)

    @admin.display(description=_("Grund"))
    def name(self, reason: DeclinedReason) -> str:
        return str(reason)


@admin.register(ReasonText)
class ReasonTextAdmin(LastingAdmin):
    list_display = ("code", "sentence")
    search_fields = ("code", "texts")
    long_texts = ("texts",)

    @admin.display(description=_("Satz"))
    def sentence(self, reason: ReasonText) -> str:
        return str(pick(reason.texts))


@admin.register(CityText)
class CityTextAdmin(LastingAdmin):
    code_field = "key"
    list_display = ("key", "beginning")
    search_fields = ("key", "texts")
    long_texts = ("texts",)

    @admin.display(description=_("Text"))
    def beginning(self, text: CityText) -> str:
        return str(pick(text.texts))[:100]


@admin.register(HazardWord)
class HazardWordAdmin(admin.ModelAdmin):
    list_display = ("word",)
