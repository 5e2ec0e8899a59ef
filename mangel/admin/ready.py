""" "Startklar?": what the city has not entered yet. Empty things hide their line from residents; here they are told."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.models import City
from mangel.models import Category, CityText, Office, RuleSet

OUTSIDE = (Office.Kind.EXTERNAL, Office.Kind.NEIGHBOUR)
PLACEHOLDER = "Platzhalter"


def to_do() -> list[tuple[str, str]]:
    """(sentence, address where it is done)."""
    city, found = City.current(), []
    city_page = reverse("admin:geo_city_changelist")
    if not city.hotline:
        found.append((_("Kein Bürgertelefon eingetragen."), city_page))
    if not city.outage_numbers:
        found.append((_("Keine Störungsnummern eingetragen (Strom, Gas, Wasser)."), city_page))
    if silent := Office.objects.filter(active=True, kind__in=OUTSIDE, contact={}).count():
        words = ngettext("%(n)s Stelle außerhalb ohne Kontakt.", "%(n)s Stellen außerhalb ohne Kontakt.", silent)
        found.append((words % {"n": silent}, reverse("admin:mangel_office_changelist")))
    if drafts := CityText.objects.filter(texts__de__startswith=PLACEHOLDER).exclude(key="legal_placeholder").count():
        words = ngettext(
            "%(n)s Rechtstext ist noch ein Platzhalter.", "%(n)s Rechtstexte sind noch Platzhalter.", drafts
        )
        found.append((words % {"n": drafts}, reverse("admin:mangel_citytext_changelist")))
    unconfirmed = Category.objects.filter(active=True, done_days__isnull=False, target_confirmed=False).count()
    if unconfirmed:
        words = ngettext("%(n)s Ziel nicht bestätigt.", "%(n)s Ziele nicht bestätigt.", unconfirmed)
        found.append((words % {"n": unconfirmed}, reverse("admin:mangel_category_changelist")))
    if not RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).exists():
        found.append(
            (_("Kein Regelwerk gilt: alles geht an die zentrale Annahme."), reverse("admin:mangel_ruleset_changelist"))
        )
    return found
