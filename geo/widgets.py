"""A map in a form: a text field with GeoJSON that a script, where there is one, covers with a map."""

import json
from typing import Any

from django import forms
from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon
from django.utils.translation import gettext_lazy as _

from geo import ground
from geo.models import City, ZoneLayer

SHOWN_LAYERS = ("district", "owner", "road", "water")


class MapWidget(forms.Textarea):
    """GeoJSON geometry (SRID 4326) as text; `admin-map.ts` draws a map above it. `kind`: Point or MultiPolygon."""

    template_name = "pwa/_admin_map.html"

    def __init__(self, kind: str = "MultiPolygon", attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"spellcheck": "false", **(attrs or {})})
        self.attrs.pop("rows", None)  # the partial has its own
        self.kind = kind

    def format_value(self, value: Any) -> str:
        if isinstance(value, GEOSGeometry):
            return str(value.geojson)
        return "" if value is None else str(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "kind": self.kind, "map": map_of_the_city()}


def map_of_the_city() -> dict[str, Any]:
    """What lies under the drawing: the city's extent, its zones, and our streets where they are switched on."""
    layers = ZoneLayer.objects.filter(key__in=SHOWN_LAYERS).exclude(attribution="")
    return {
        "style": ground.style(),
        "bounds": City.current().bounds,
        "zones": "/tiles/zones/{layer}/{z}/{x}/{y}.mvt",
        "layers": list(SHOWN_LAYERS),
        "base": "/tiles/base/{z}/{x}/{y}.mvt",
        "attribution": " · ".join(dict.fromkeys(layers.values_list("attribution", flat=True))),
    }


class GeometryTextField(forms.CharField):
    """GeoJSON text to a GEOSGeometry in 4326."""

    def __init__(self, *, kind: str = "MultiPolygon", **kwargs: Any) -> None:
        kwargs.setdefault("widget", MapWidget(kind))
        super().__init__(**kwargs)
        self.kind = kind

    def prepare_value(self, value: Any) -> Any:
        return value.geojson if isinstance(value, GEOSGeometry) else value

    def to_python(self, value: Any) -> GEOSGeometry | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        wrong = forms.ValidationError(
            _('Das ist keine GeoJSON-Geometrie in Grad. Beispiel: {"type": "Point", "coordinates": [11.3, 50.98]}')
        )
        try:
            kind = json.loads(text)["type"]
            shape = GEOSGeometry(text)
        except (ValueError, KeyError, TypeError, RecursionError, GEOSException, GDALException) as error:
            raise wrong from error
        allowed = ("Point",) if self.kind == "Point" else ("Polygon", "MultiPolygon")
        if kind not in allowed or shape.empty:
            raise wrong
        shape.srid = 4326
        west, south, east, north = shape.extent
        if west < -180 or east > 180 or south < -90 or north > 90:
            raise wrong
        return MultiPolygon(shape, srid=4326) if kind == "Polygon" else shape

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial)) != self.to_python(data)
        except forms.ValidationError:
            return True
