"""The administration's view of city, layers, zones, populations, addresses and assets."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.gis.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo import street_names, zones
from geo.models import Address, Asset, City, Population, Zone, ZoneLayer
from geo.querysets import city_day
from geo.widgets import GeometryTextField
from pwa.errors import DomainError

WORDS = ("name", "names", "answer_label", "phrase", "source")


class GeometryAdmin(admin.ModelAdmin):
    """Geometry as GeoJSON text with our own map above it."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.GeometryField):
            kind = "Point" if isinstance(db_field, models.PointField) else "MultiPolygon"
            return GeometryTextField(kind=kind, label=db_field.verbose_name, required=not db_field.blank)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(City)
class CityAdmin(GeometryAdmin):
    list_display = ("name", "key", "country", "subdivision")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not City.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ZoneLayer)
class ZoneLayerAdmin(admin.ModelAdmin):
    list_display = ("key", "rank", "names", "schematic", "attribution")
    ordering = ("rank", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()  # rules and follows name the key

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ZoneForm(forms.ModelForm):
    """A zone; the ground is checked here so that the reader is told beside the field."""

    class Meta:
        model = Zone
        fields = ("layer", "code", *WORDS, "geometry")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                zones.to_area(cleaned["geometry"])
                if self.instance._state.adding:
                    zones.check_code_free(cleaned["layer"], cleaned["code"])
                else:
                    zones.check_current(self.instance)
            except DomainError as error:
                self.add_error(error.field if error.field in self.fields else None, str(error))
        return cleaned


class ValidFilter(admin.SimpleListFilter):
    title = _("Fassung")
    parameter_name = "fassung"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("auch frühere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "all" else queryset.filter(valid__contains=city_day())

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": _("gültige")} if choice["display"] == _("All") else choice


@admin.register(Zone)
class ZoneAdmin(GeometryAdmin):
    """Saving other ground makes a new version from today on; saved reports keep theirs."""

    form = ZoneForm
    list_display = ("name", "code", "layer", "valid", "hectares", "source")
    list_filter = ("layer", ValidFilter)
    list_select_related = ("layer",)
    search_fields = ("name", "code")
    actions = ("end_zones",)

    @admin.display(description=_("Hektar"), ordering="area_m2")
    def hectares(self, zone: Zone) -> str:
        return f"{zone.area_m2 / 10_000:.1f}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("layer", "code", "valid", "hectares") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("layer", "code", *WORDS, "geometry", *(("valid", "hectares") if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Zone, form: Any, change: bool) -> None:
        given = form.cleaned_data
        words = {name: given[name] for name in WORDS if name in given}
        if change:
            now = zones.change_zone(Zone.objects.get(pk=obj.pk), geometry=given["geometry"], **words)
        else:
            now = zones.add_zone(layer=obj.layer, code=obj.code, geometry=given["geometry"], **words)
        obj.pk, obj.valid = now.pk, now.valid

    @admin.action(description=_("Gebiete ab heute beenden"))
    def end_zones(self, request: HttpRequest, queryset: QuerySet[Zone]) -> None:
        for zone in queryset.select_related("layer"):
            try:
                zones.end_zone(zone)
                self.message_user(request, _("%(zone)s gilt ab heute nicht mehr.") % {"zone": zone})
            except DomainError as error:
                self.message_user(request, f"{zone}: {error}", level="error")


@admin.register(Population)
class PopulationAdmin(admin.ModelAdmin):
    list_display = ("layer", "zone_code", "date", "number", "source")
    list_filter = ("layer",)
    search_fields = ("zone_code",)


@admin.register(Address)
class AddressAdmin(GeometryAdmin):
    list_display = ("street", "number", "postcode", "place", "source")
    search_fields = ("street", "number", "place")
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Address, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        street_names.learn([(obj.street, obj.postcode, obj.place)])


@admin.register(Asset)
class AssetAdmin(GeometryAdmin):
    list_display = ("number", "layer", "owner", "active", "source")
    list_filter = ("layer", "active")
    search_fields = ("number",)
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a report may stand on it: mark it as gone instead
