"""A zone that rules point at does not end unnoticed."""

import pytest

from geo import zones
from geo.models import Zone


@pytest.mark.django_db
def test_a_park_that_a_rule_names_cannot_be_ended_by_accident(city):
    park = Zone.objects.valid_now().get(layer__key="owner", code="klassik-ilmpark")
    with pytest.raises(zones.ZoneRefused, match="klassik"):
        zones.end_zone(park)
    assert Zone.objects.valid_now().filter(pk=park.pk).exists()


@pytest.mark.django_db
def test_a_zone_no_rule_names_ends_quietly(city):
    from django.contrib.gis.geos import Polygon

    layer = Zone.objects.valid_now().get(code="klassik-ilmpark").layer
    meadow = zones.add_zone(
        layer=layer, code="wiese", name="Wiese", geometry=Polygon.from_bbox((11.3, 50.9, 11.31, 50.91))
    )
    zones.end_zone(meadow)
    assert not Zone.objects.valid_now().filter(code="wiese").exists()
