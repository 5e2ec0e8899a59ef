"""Pages that only tell: open data, imprint, privacy, accessibility."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from geo.models import City, ZoneLayer
from geo.proxy import held
from mangel.catalogue import Catalogue
from pwa.translated import FALLBACK, foreign, pick

TITLES = {
    "imprint": gettext_lazy("Impressum"),
    "privacy": gettext_lazy("Datenschutz"),
    "accessibility": gettext_lazy("Barrierefreiheit"),
}
# How a city pack marks what its city has yet to write.
UNFINISHED = ("platzhalter", "placeholder")


@require_safe
def city_text(request: HttpRequest, key: str) -> HttpResponse:
    """A text of the city. One that is not finished says so on top."""
    text = Catalogue.current().text(key)
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    context = {
        "title": TITLES[key],
        "paragraphs": paragraphs,
        "draft": Catalogue.current().text(key, FALLBACK).strip().lower().startswith(UNFINISHED),
        "map_services": ", ".join(held.hosts()) if key == "privacy" else "",
        "lang": foreign(text),
    }
    return render(request, "mangel/text.html", context)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """`/daten/`: what is open, how to get it, whose work is in it."""
    layers = [
        {
            "name": pick(layer.names),
            "source": layer.source,
            "licence": layer.licence,
            "attribution": layer.attribution,
            "schematic": layer.schematic,
            "url": f"/api/v1/zones/?layer={layer.key}",
        }
        for layer in ZoneLayer.objects.all()
    ]
    return render(request, "mangel/data.html", {"sets": sets(), "layers": layers})


def sets() -> list[dict[str, Any]]:
    """The open data there is."""
    centre = City.current().centre
    return [
        {
            "name": _("Meldungen"),
            "url": "/api/v1/reports/",
            "text": _(
                "Alle öffentlichen Meldungen als GeoJSON: Ort, Kategorie, Stand, Zeiten, zuständige Stelle, Begründung."
                " Filter wie auf der Liste."
            ),
        },
        {
            "name": _("Änderungen"),
            "url": "/api/v1/changes/",
            "text": _("Was sich seit einem Zeitpunkt geändert hat, in der Reihenfolge des Geschehens."),
        },
        {
            "name": _("Zuständigkeit"),
            "url": f"/api/v1/responsibility/?lon={centre.x:.4f}&lat={centre.y:.4f}",
            "text": _("Wer an einem Ort für eine Sache zuständig ist, und warum."),
        },
        {
            "name": _("Kategorien und Fragen"),
            "url": "/api/v1/categories/",
            "text": _("Was gemeldet werden kann, in allen Sprachen, mit Suchwörtern."),
        },
        {
            "name": _("Gebiete"),
            "url": "/api/v1/zones/?layer=district",
            "text": _("Ortsteile und Flächen anderer Eigentümer als GeoJSON."),
        },
        {
            "name": _("Kacheln"),
            "url": "",
            "text": _(
                "Vektorkacheln für eigene Karten: /tiles/reports/{z}/{x}/{y}.mvt"
                " und /tiles/zones/{layer}/{z}/{x}/{y}.mvt"
            ),
        },
    ]
