"""What lies on the ground: streets, water and green for the map, addresses, and numbered things of the city."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.utils.translation import gettext_lazy as _

from geo import revisions
from geo.querysets import AddressQuerySet, AssetQuerySet


class Street(models.Model):
    """A stretch of street or path."""

    name = models.CharField(_("Name"), max_length=200, blank=True)
    kind = models.CharField(_("Art"), max_length=24)
    rank = models.PositiveSmallIntegerField(default=9)
    geometry = models.MultiLineStringField(_("Verlauf"), srid=4326)
    source = models.CharField(_("Quelle"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Straße")
        verbose_name_plural = _("Straßen")
        indexes = [models.Index(fields=["name"], condition=~models.Q(name=""), name="street_name")]
        triggers = [revisions.bump_trigger("base")]

    def __str__(self) -> str:
        return self.name or self.kind


class Landcover(models.Model):
    """Water, green and the like, drawn under the streets: areas, and brooks or rails as lines."""

    class Kind(models.TextChoices):
        WATER = "water", _("Wasser")
        GREEN = "green", _("Grün")
        WOOD = "wood", _("Wald")
        BUILDING = "building", _("Gebäude")
        RAIL = "rail", _("Bahn")

    name = models.CharField(_("Name"), max_length=200, blank=True)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind.choices)
    geometry = models.GeometryField(_("Fläche oder Linie"), srid=4326)
    size_m = models.FloatField(
        default=0, help_text=_("Wurzel der Fläche oder Länge in Metern: kleine fehlen weit weg.")
    )
    source = models.CharField(_("Quelle"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Fläche der Karte")
        verbose_name_plural = _("Flächen der Karte")
        triggers = [revisions.bump_trigger("base")]

    def __str__(self) -> str:
        return self.name or self.kind


class Address(models.Model):
    """A house number and where it is."""

    street = models.CharField(_("Straße"), max_length=200)
    number = models.CharField(_("Hausnummer"), max_length=20, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=10, blank=True)
    place = models.CharField(_("Ort"), max_length=120, blank=True)
    point = models.PointField(_("Punkt"), srid=4326, geography=True)
    source = models.CharField(_("Quelle"), max_length=200, blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("Adresse")
        verbose_name_plural = _("Adressen")
        indexes = [models.Index(fields=["street", "postcode", "place"], name="address_street")]

    def __str__(self) -> str:
        town = f"{self.postcode} {self.place}".strip()
        street = f"{self.street} {self.number}".strip()
        return f"{street}, {town}" if town else street


class StreetName(models.Model):
    """Every name of a street there is, once per town: what a search looks through, twenty times fewer rows than
    addresses. `search` is the folded "name place postcode", in the order people type. Kept by `geo.street_names`."""

    name = models.CharField(max_length=200)
    postcode = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=120, blank=True)
    search = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "postcode", "place"], name="street_name_once_per_town")]
        indexes = [GinIndex(OpClass("search", "gin_trgm_ops"), name="street_name_search_trgm")]

    def __str__(self) -> str:
        return f"{self.name}, {self.postcode} {self.place}"


class Asset(models.Model):
    """A numbered thing of the city or another owner: a lamp, a tree, a bench. `layer` is a free key ("lamp")."""

    layer = models.SlugField(_("Art"), max_length=40)
    number = models.CharField(_("Nummer"), max_length=60)
    point = models.PointField(_("Punkt"), srid=4326, geography=True)
    owner = models.CharField(_("Eigentümer"), max_length=120, blank=True)
    properties = models.JSONField(_("Angaben der Quelle"), default=dict, blank=True)
    active = models.BooleanField(_("vorhanden"), default=True)
    source = models.CharField(_("Quelle"), max_length=200, blank=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("Anlage")
        verbose_name_plural = _("Anlagen")
        constraints = [models.UniqueConstraint(fields=["layer", "number"], name="asset_number_once_per_layer")]

    def __str__(self) -> str:
        return f"{self.layer} {self.number}"
