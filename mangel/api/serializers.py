"""The shape of what the API says about reports: a list of permissions. What is not named here stays inside."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from geo.api.serializers import ZoneNameSerializer
from mangel.api.features import DECIMALS, Beside, Row, properties
from mangel.models import Category, Office, Question, Report
from mangel.states import State, Visibility
from photos.states import Role
from threads.models import Notice

PUBLIC_ID = serializers.RegexField(r"^[1-9][0-9]{8}$", help_text="9 digits, the last one a check digit (Damm)")
LANGUAGES = [code for code, _name in settings.LANGUAGES]
STATE = "What was done so far; resolved alone means repaired, declined comes with its reason"


class NamedSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the reader's language")


class OfficeSerializer(NamedSerializer):
    kind = serializers.ChoiceField(Office.Kind.values)


class AssetNumberSerializer(serializers.Serializer):
    layer = serializers.CharField()
    number = serializers.CharField()


class WaitingSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(Report.Waiting.values)
    until = serializers.DateField(allow_null=True)


class PhotoSerializer(serializers.Serializer):
    small = serializers.URLField(help_text="At most 320 px")
    large = serializers.URLField(help_text="At most 1280 px")
    role = serializers.ChoiceField(Role.values)
    alt = serializers.CharField(allow_blank=True)


@extend_schema_field(serializers.DictField())
class AnswersField(serializers.Field):
    """Question code → answer."""


class PublicReportSerializer(GeoFeatureModelSerializer):
    """A report as everybody sees it, a GeoJSON Feature (RFC 7946: lon before lat, WGS 84)."""

    point = GeometryField(precision=DECIMALS, read_only=True)
    public_id = PUBLIC_ID
    category = NamedSerializer()
    state = serializers.ChoiceField(State.values, help_text=STATE)
    waiting = WaitingSerializer(allow_null=True)
    office = OfficeSerializer()
    reason = serializers.CharField(help_text="Why this office, in one sentence")
    zones = ZoneNameSerializer(many=True)
    district = NamedSerializer(allow_null=True)
    near_address = serializers.CharField(allow_null=True)
    asset = AssetNumberSerializer(allow_null=True)
    answers = AnswersField(help_text="Public ones")
    description = serializers.CharField(allow_null=True, help_text="Only after a person has looked")
    declined_reason = NamedSerializer(allow_null=True)
    text_pending = serializers.BooleanField(help_text="There is a text nobody has looked at yet")
    photos = PhotoSerializer(many=True)
    photos_pending = serializers.IntegerField(help_text="Photos nobody has looked at yet")
    expected = serializers.CharField(allow_null=True, help_text="How long it usually takes, or what is planned")
    url = serializers.URLField(help_text="Its page")

    class Meta:
        model = Report
        geo_field, id_field = "point", False
        fields = [
            *("public_id", "category", "state", "waiting", "office", "reason", "zones", "district", "near_address"),
            *("asset", "answers", "description", "declined_reason", "text_pending", "photos", "photos_pending"),
            *("support_count", "created_at", "updated_at", "expected", "resolved_at", "url"),
        ]
        read_only_fields = fields

    def get_properties(self, instance: Report, fields: Any) -> dict[str, Any]:
        """What is said, by the one function that says it for lists, too."""
        row = Row.of(instance)
        told = properties(row, self.context.get("beside") or Beside.read([row], self.context["base_url"]))
        return {field.field_name: told[field.field_name] for field in fields}


class ReportCollectionSerializer(serializers.Serializer):
    """Newest first. `next`: the address of the rest, null at the end."""

    type = serializers.ChoiceField(["FeatureCollection"])
    features = PublicReportSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class SubmittedReportSerializer(PublicReportSerializer):
    """The answer to who sent it: their number and their code, told once more at every replay."""

    tracking_code = serializers.CharField(help_text="Keep it: proof of being the reporter")
    tracking_url = serializers.URLField(help_text="The reporter's own page; whoever has it sees what they see")

    class Meta(PublicReportSerializer.Meta):
        fields = [*PublicReportSerializer.Meta.fields, "tracking_code", "tracking_url"]
        read_only_fields = fields

    def get_properties(self, instance: Report, fields: Any) -> dict[str, Any]:
        told = super().get_properties(instance, [field for field in fields if not field.field_name.startswith("track")])
        return told | {name: self.context[name] for name in ("tracking_code", "tracking_url")}


class OwnPhotoSerializer(serializers.Serializer):
    key = serializers.UUIDField()
    small = serializers.URLField(allow_null=True)
    large = serializers.URLField(allow_null=True)
    role = serializers.ChoiceField(Role.values)
    alt = serializers.CharField(allow_blank=True)
    shown = serializers.BooleanField(help_text="Public; before that only you see it")


class EntrySerializer(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True, help_text="An office, never a person")
    at = serializers.DateTimeField()


class AskedSerializer(serializers.Serializer):
    text = serializers.CharField()
    until = serializers.DateField(allow_null=True)


class WithheldSerializer(serializers.Serializer):
    piece = serializers.CharField(help_text="What it is, in the reader's language")
    outcome = serializers.ChoiceField(Notice.Outcome.values)
    statement = serializers.CharField(allow_null=True, help_text="The reasons of who decided")


class OwnReportSerializer(PublicReportSerializer):
    """The whole report for who holds its code: also what is not public."""

    visibility = serializers.ChoiceField(Visibility.values)
    description = serializers.CharField(allow_blank=True, help_text="As it was written")
    place_hint = serializers.CharField(allow_blank=True)
    answers = AnswersField(help_text="All of them")
    photos = OwnPhotoSerializer(many=True)  # type: ignore[assignment]
    timeline = EntrySerializer(many=True, help_text="Newest first")
    merged_into = serializers.CharField(allow_null=True, help_text="Number of the public report it became part of")
    question = AskedSerializer(allow_null=True, help_text="What the office wants to know; answer at answers/")
    possible = serializers.ListField(
        child=serializers.ChoiceField(
            ["answer", "add", "photo", "correct", "withdraw", "reopen", "review", "dispute", "erase"]
        ),
        help_text="What you may do now; reopen, review and dispute go to reopen/",
    )
    withheld = WithheldSerializer(many=True, help_text="Pieces that others objected to")

    class Meta(PublicReportSerializer.Meta):
        fields = [
            *PublicReportSerializer.Meta.fields,
            *("visibility", "place_hint", "timeline", "merged_into", "question", "possible", "withheld"),
        ]
        read_only_fields = fields

    def get_properties(self, instance: Report, fields: Any) -> dict[str, Any]:
        mine = self.context["own"]
        told = super().get_properties(instance, [field for field in fields if field.field_name not in mine])
        return told | mine


# Left out, null and empty mean the same.
OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
OPTIONAL_TEXT: dict[str, Any] = OPTIONAL | {"allow_blank": True}


class NewReportSerializer(serializers.Serializer):
    """What can be sent. Rules are in `mangel.drafts`; this is their description."""

    category = serializers.CharField(help_text="Code of a leaf, e.g. STR1, see /api/v1/categories/")
    lon = serializers.FloatField(**OPTIONAL, min_value=-180, max_value=180)
    lat = serializers.FloatField(**OPTIONAL, min_value=-90, max_value=90)
    accuracy_m = serializers.FloatField(**OPTIONAL, min_value=0)
    place_source = serializers.ChoiceField(Report.PlaceSource.values, **OPTIONAL_TEXT)
    place_hint = serializers.CharField(**OPTIONAL_TEXT, max_length=200)
    address = serializers.CharField(**OPTIONAL_TEXT, max_length=200, help_text="Instead of lon and lat, in any words")
    asset = serializers.CharField(**OPTIONAL_TEXT, max_length=80, help_text="Number on the lamp, tree, bench")
    description = serializers.CharField(**OPTIONAL_TEXT, max_length=4000)
    danger = serializers.ChoiceField(
        ["called", "calm"],
        **OPTIONAL_TEXT,
        help_text="What was pressed on the stop page. Unless calm, a hazard word in the description makes it urgent",
    )
    answers = serializers.DictField(**OPTIONAL, help_text="Question code → answer; in multipart as JSON text")
    photos_expected = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}$"),
        **OPTIONAL,
        max_length=5,
        help_text="SHA-256 of photos that follow by PUT",
    )
    photo_alts = serializers.ListField(
        child=serializers.CharField(max_length=300), **OPTIONAL, max_length=5, help_text="Of announced photos, in order"
    )
    language = serializers.ChoiceField(LANGUAGES, **OPTIONAL_TEXT)
    channel = serializers.ChoiceField(["app", "web"], **OPTIONAL_TEXT)
    name = serializers.CharField(**OPTIONAL_TEXT, max_length=120, help_text="For foreign clients; ours ask afterwards")
    email = serializers.CharField(**OPTIONAL_TEXT, max_length=254, help_text="E-mail address")
    phone = serializers.CharField(**OPTIONAL_TEXT, max_length=40)


class NewReportFormSerializer(NewReportSerializer):
    """The same as multipart/form-data, with photos."""

    answers = serializers.CharField(  # type: ignore[assignment]
        **OPTIONAL, help_text='JSON object, e.g. {"tiefe": "flach"}'
    )
    photos = serializers.ListField(child=serializers.FileField(), **OPTIONAL, max_length=5)
    photo_alts = serializers.ListField(child=serializers.CharField(max_length=300), **OPTIONAL, max_length=5)


class ContactSerializer(serializers.Serializer):
    channel = serializers.ChoiceField(["mail", "letter", "call"], help_text="How we may tell you")
    mail = serializers.CharField(**OPTIONAL_TEXT, max_length=254, help_text="E-mail address")
    phone = serializers.CharField(**OPTIONAL_TEXT, max_length=40)
    name = serializers.CharField(**OPTIONAL_TEXT, max_length=120)
    postal_address = serializers.CharField(**OPTIONAL_TEXT, max_length=400)
    language = serializers.ChoiceField(LANGUAGES, **OPTIONAL_TEXT)


class ContactKeptSerializer(serializers.Serializer):
    channel = serializers.ChoiceField(["mail", "letter", "call"])
    verified = serializers.BooleanField(help_text="Nothing is sent before an address is confirmed")


class SentenceSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class ReopenSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=2000, help_text="What is still wrong")


class WithdrawSerializer(serializers.Serializer):
    note = serializers.CharField(**OPTIONAL_TEXT, max_length=2000)


class EraseSerializer(serializers.Serializer):
    confirm = serializers.BooleanField(help_text="true: nothing of it can come back")


class CorrectionSerializer(serializers.Serializer):
    """What is different; what is left out stays. A place is given anew as a whole."""

    category = serializers.CharField(**OPTIONAL, help_text="Code of a leaf")
    description = serializers.CharField(**OPTIONAL_TEXT, max_length=4000)
    danger = serializers.ChoiceField(["called", "calm"], **OPTIONAL_TEXT)
    answers = serializers.DictField(**OPTIONAL, help_text="All of them, as in a new report")
    lon = serializers.FloatField(**OPTIONAL, min_value=-180, max_value=180)
    lat = serializers.FloatField(**OPTIONAL, min_value=-90, max_value=90)
    accuracy_m = serializers.FloatField(**OPTIONAL, min_value=0)
    place_source = serializers.ChoiceField(Report.PlaceSource.values, **OPTIONAL_TEXT)
    place_hint = serializers.CharField(**OPTIONAL_TEXT, max_length=200)
    address = serializers.CharField(**OPTIONAL_TEXT, max_length=200)
    asset = serializers.CharField(**OPTIONAL_TEXT, max_length=80)


class NewNoticeSerializer(serializers.Serializer):
    piece = serializers.ChoiceField(["text", "photo", "note"])
    which = serializers.CharField(
        **OPTIONAL_TEXT, max_length=300, help_text="Of a photo: its `small` or `large`; of a note: its number"
    )
    reason = serializers.ChoiceField(Notice.Reason.values)
    words = serializers.CharField(**OPTIONAL_TEXT, max_length=1000)
    mail = serializers.CharField(**OPTIONAL_TEXT, max_length=254, help_text="Where the reasons may be sent to")


class NoticeGivenSerializer(serializers.Serializer):
    url = serializers.URLField(help_text="Page where you see what became of it")
    outcome = serializers.ChoiceField(Notice.Outcome.values)


class SupportSerializer(serializers.Serializer):
    supporter_key = serializers.CharField(
        **OPTIONAL, min_length=16, max_length=128, help_text="Random, made by the client; only its hash is kept"
    )


class SupportedSerializer(serializers.Serializer):
    support_count = serializers.IntegerField()
    counted = serializers.BooleanField(help_text="False: this key was counted before")


class PhotoReceivedSerializer(serializers.Serializer):
    key = serializers.UUIDField()
    status = serializers.CharField()


class PlaceOptionSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Send it as answers.place")
    text = serializers.CharField()


class PlaceQuestionSerializer(serializers.Serializer):
    code = serializers.ChoiceField(["place"])
    text = serializers.CharField()
    options = PlaceOptionSerializer(many=True)


class AlternativeSerializer(serializers.Serializer):
    office = OfficeSerializer()
    because = serializers.CharField()


class ResponsibilitySerializer(serializers.Serializer):
    office = OfficeSerializer(allow_null=True, help_text="Null without category, where categories differ")
    reason = serializers.CharField(allow_null=True)
    zones = ZoneNameSerializer(many=True)
    ambiguous = serializers.BooleanField(help_text="The position is too inexact; ask `question`")
    question = PlaceQuestionSerializer(allow_null=True)
    alternatives = AlternativeSerializer(many=True)
    inside_city = serializers.BooleanField()


class OptionSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()


class ShownIfSerializer(serializers.Serializer):
    question = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())


class QuestionSerializer(serializers.Serializer):
    code = serializers.CharField()
    kind = serializers.ChoiceField(Question.Kind.values)
    text = serializers.CharField()
    help = serializers.CharField(allow_null=True)
    options = OptionSerializer(many=True)
    required = serializers.BooleanField()  # type: ignore[assignment]
    public = serializers.BooleanField(help_text="The answer is shown to everybody")
    routes = serializers.BooleanField(help_text="The answer can change the office")
    hazard_if = serializers.ListField(child=serializers.CharField(), help_text="Show the emergency numbers at once")
    private_if = serializers.ListField(child=serializers.CharField(), help_text="Makes the report private")
    shown_if = ShownIfSerializer(allow_null=True)


class CategorySerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    lang = serializers.CharField(help_text="Language of the name, if it had to fall back")
    hint = serializers.CharField(allow_null=True)
    icon = serializers.CharField(allow_blank=True)
    synonyms = serializers.ListField(child=serializers.CharField())
    place = serializers.ChoiceField(Category.Place.values)
    privacy = serializers.ChoiceField(Category.Privacy.values)
    hazard = serializers.ChoiceField(Category.Hazard.values)
    duplicate_radius_m = serializers.IntegerField()
    in_season = serializers.BooleanField(help_text="Out of season it is not offered, but taken")
    frequent = serializers.BooleanField()
    needs_text_or_photo = serializers.BooleanField()
    questions = QuestionSerializer(many=True)


class GroupSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    lang = serializers.CharField()
    icon = serializers.CharField(allow_blank=True)
    categories = CategorySerializer(many=True)


class CatalogueSerializer(serializers.Serializer):
    groups = GroupSerializer(many=True)
    hazard_words = serializers.ListField(child=serializers.CharField())


class ChangeSerializer(serializers.Serializer):
    public_id = PUBLIC_ID
    state = serializers.ChoiceField(State.values, allow_null=True)
    gone = serializers.BooleanField()


class ChangesSerializer(serializers.Serializer):
    cursor = serializers.CharField(help_text="Opaque; ask with it next time")
    more = serializers.BooleanField(help_text="Ask again at once")
    changes = ChangeSerializer(many=True)


class ProblemErrorSerializer(serializers.Serializer):
    field = serializers.CharField()
    message = serializers.CharField()
    code = serializers.CharField(required=False)


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457), in the language of Accept-Language."""

    type = serializers.CharField(default="about:blank")
    status = serializers.IntegerField()
    title = serializers.CharField()
    code = serializers.CharField(required=False)
    work = serializers.CharField(required=False, help_text="With code work_required: the challenge, see Proof-Of-Work")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]
