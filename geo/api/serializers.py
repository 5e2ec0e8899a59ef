"""The shape of what the API says about places. A list of permissions: what is not named here stays inside."""

from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from geo.models import Asset, Zone


class ZoneSerializer(GeoFeatureModelSerializer):
    """A zone as a GeoJSON Feature (RFC 7946: lon before lat, WGS 84). The contract; bulk answers come from SQL."""

    layer: serializers.SlugRelatedField = serializers.SlugRelatedField("key", read_only=True)
    attribution = serializers.CharField(source="layer.attribution", read_only=True)
    geometry = GeometryField(precision=7)

    class Meta:
        model = Zone
        geo_field, id_field = "geometry", False
        fields = ["layer", "code", "name", "attribution"]
        read_only_fields = fields


class ZoneNameSerializer(serializers.Serializer):
    layer = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class DistrictSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    nearest = serializers.BooleanField(help_text="The point lies in no district; this is the nearest one.")


class ZonesAtSerializer(serializers.Serializer):
    """Which zones hold a point."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    inside_city = serializers.BooleanField()
    in_service_area = serializers.BooleanField()
    district = DistrictSerializer(allow_null=True)
    zones = ZoneNameSerializer(many=True)


class PointSerializer(serializers.Serializer):
    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class AddressPropertiesSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["address", "street"])
    label = serializers.CharField()  # type: ignore[assignment]
    street = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    distance_m = serializers.FloatField(allow_null=True)


class AddressSerializer(serializers.Serializer):
    """An address, or a street without number, as a GeoJSON Feature."""

    type = serializers.ChoiceField(["Feature"])
    geometry = PointSerializer()
    properties = AddressPropertiesSerializer()


class AddressCollectionSerializer(serializers.Serializer):
    type = serializers.ChoiceField(["FeatureCollection"])
    features = AddressSerializer(many=True)


class AssetSerializer(GeoFeatureModelSerializer):
    """A numbered thing of the city. Its source's other attributes are not public."""

    distance_m = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        geo_field, id_field = "point", False
        fields = ["layer", "number", "owner", "distance_m"]
        read_only_fields = fields

    def get_distance_m(self, asset: Asset) -> float | None:
        distance = getattr(asset, "distance", None)
        return round(distance.m, 1) if distance is not None else None
