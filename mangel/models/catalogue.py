"""What can be reported, who there is to do it, and what is asked. Data a city edits; codes never change."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.revisions import bump_trigger
from pwa.translated import TranslatedField, pick

CODE = RegexValidator(r"^[A-Za-z0-9_-]+$", _("Nur Buchstaben, Ziffern, Binde- und Unterstrich."))


class Office(models.Model):
    """Somebody who can be responsible: an office of the city, an owner outside, a neighbour, a council."""

    class Kind(models.TextChoices):
        INTAKE = "intake", _("Zentrale Annahme")
        INTERNAL = "internal", _("Amt der Stadt")
        EXTERNAL = "external", _("Stelle außerhalb der Stadt")
        NEIGHBOUR = "neighbour", _("Nachbargemeinde")
        COUNCIL = "council", _("Ortsteilrat")

    class ForwardBy(models.TextChoices):
        MANUAL = "manual", _("von Hand")
        MAIL_LINK = "mail_link", _("E-Mail mit Link")
        OPEN311 = "open311", _("Open311")

    code = models.CharField(_("Kürzel"), max_length=40, unique=True, validators=[CODE])
    names = TranslatedField(_("Name"))
    # Nominative with its article, for sentences: "die Klassik Stiftung Weimar".
    names_in_sentence = TranslatedField(_("Name im Satz, mit Artikel"), blank=True)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind.choices, default=Kind.INTERNAL)
    contact = models.JSONField(_("Kontakt"), default=dict, blank=True)
    hours = models.JSONField(_("Öffnungszeiten"), default=dict, blank=True)
    appointment_url = models.URLField(_("Terminvereinbarung"), blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="units", verbose_name=_("gehört zu")
    )
    minded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="minds", verbose_name=_("betreut von")
    )
    forward_by = models.CharField(_("Weiterleitung"), max_length=12, choices=ForwardBy.choices, default="manual")
    auto_forward = models.BooleanField(_("sofort weiterleiten, ohne Text und Foto"), default=False)
    active = models.BooleanField(_("aktiv"), default=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ersetzt durch")
    )

    class Meta:
        verbose_name = _("Amt oder Stelle")
        verbose_name_plural = _("Ämter und Stellen")
        ordering = ["code"]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> str:
        return pick(self.names)

    @property
    def is_outside(self) -> bool:
        """Whether somebody inside must release and forward its reports (DESIGN 5.2.4)."""
        return self.kind in {self.Kind.EXTERNAL, self.Kind.NEIGHBOUR}


class Category(models.Model):
    """A matter that can be reported; a row without parent is a group of them."""

    class Privacy(models.TextChoices):
        PUBLIC = "public", _("öffentlich")
        PRIVATE_DEFAULT = "private_default", _("nicht öffentlich, bis jemand sie öffnet")
        NEVER_PUBLIC = "never_public", _("nie öffentlich")

    class Hazard(models.TextChoices):
        NEVER = "never", _("nie")
        BY_ANSWER = "by_answer", _("je nach Antwort")
        ALWAYS = "always", _("immer")

    class Policy(models.TextChoices):
        AFTER_CHECK = "after_check", _("nach Ansicht durch eine Person")
        AFTER_BLUR = "after_blur", _("nach automatischer Schwärzung")
        NEVER = "never", _("nie")

    class Place(models.TextChoices):
        REQUIRED = "required", _("nötig")
        OPTIONAL = "optional", _("freiwillig")
        NONE = "none", _("ohne Ort")

    code = models.CharField(_("Kürzel"), max_length=24, unique=True, validators=[CODE])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("Gruppe")
    )
    names = TranslatedField(_("Name"))
    hint = TranslatedField(_("Hinweis"), blank=True)
    synonyms = models.JSONField(_("Suchwörter je Sprache"), default=dict, blank=True)
    icon = models.CharField(_("Symbol"), max_length=40, blank=True)
    zone_layers = ArrayField(
        models.CharField(max_length=24),
        default=list,
        blank=True,
        verbose_name=_("Ebenen, denen die Zuständigkeit folgt, in dieser Reihenfolge"),
    )
    place = models.CharField(_("Ort"), max_length=8, choices=Place.choices, default=Place.REQUIRED)
    privacy = models.CharField(_("Öffentlichkeit"), max_length=16, choices=Privacy.choices, default=Privacy.PUBLIC)
    hazard = models.CharField(_("Gefahrenhinweis"), max_length=12, choices=Hazard.choices, default=Hazard.NEVER)
    duplicate_radius_m = models.PositiveSmallIntegerField(_("Umkreis für Doppelte in Metern"), default=30)
    text_policy = models.CharField(_("Text öffentlich"), max_length=12, choices=Policy.choices, default="after_check")
    photo_policy = models.CharField(_("Fotos öffentlich"), max_length=12, choices=Policy.choices, default="after_check")
    # Months (1–12) in which it is offered; empty: always. Out of season it hides from choosing, it never refuses.
    season = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("Monate"))
    react_days = models.PositiveSmallIntegerField(_("Erste Reaktion, Arbeitstage"), null=True, blank=True)
    done_days = models.PositiveSmallIntegerField(_("Ziel, Arbeitstage"), null=True, blank=True)
    target_confirmed = models.BooleanField(_("Ziel von der Stadt bestätigt"), default=False)
    # A report of "something else" without a word or a picture cannot be worked on.
    needs_text_or_photo = models.BooleanField(_("Text oder Foto nötig"), default=False)
    rank = models.PositiveSmallIntegerField(_("Reihenfolge"), default=100)
    frequent = models.BooleanField(_("häufig"), default=False)
    active = models.BooleanField(_("aktiv"), default=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ersetzt durch")
    )

    class Meta:
        verbose_name = _("Kategorie")
        verbose_name_plural = _("Kategorien")
        ordering = ["rank", "code"]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return pick(self.names)

    @property
    def group(self) -> "Category":
        return self.parent or self


class Question(models.Model):
    """Something asked about a category. Required only where routing or the hazard page needs it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Zahl")
        YES_NO = "yes_no", _("Ja oder nein")
        SINGLE = "single", _("eine Auswahl")
        MULTI = "multi", _("mehrere Auswahlen")
        DATE = "date", _("Tag")
        ASSET = "asset", _("Nummer am Objekt")
        NOTICE = "notice", _("Hinweis, keine Frage")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(_("Kürzel"), max_length=40, validators=[CODE])
    kind = models.CharField(_("Art"), max_length=8, choices=Kind.choices)
    text = TranslatedField(_("Frage"))
    help = TranslatedField(_("Erklärung"), blank=True)
    # [{"code": "tief", "text": {"de": "tief", "en": "deep"}}]
    options = models.JSONField(_("Antworten"), default=list, blank=True)
    required = models.BooleanField(_("nötig"), default=False)
    public = models.BooleanField(_("Antwort öffentlich"), default=False)
    routes = models.BooleanField(_("entscheidet mit über die Zuständigkeit"), default=False)
    hazard_if = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("Gefahr bei"))
    private_if = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("privat bei"))
    # {"question": code, "options": [codes]}; empty: always shown
    shown_if = models.JSONField(_("nur zeigen, wenn"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    active = models.BooleanField(_("aktiv"), default=True)

    class Meta:
        verbose_name = _("Frage")
        verbose_name_plural = _("Fragen")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["category", "code"], name="question_once_per_category")]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return f"{self.category.code}: {pick(self.text)}"


class DeclinedReason(models.Model):
    """Why nothing is done; "Keine Maßnahme" is never shown without one."""

    code = models.CharField(_("Kürzel"), max_length=40, unique=True, validators=[CODE])
    names = TranslatedField(_("Grund"))
    next_step = TranslatedField(_("Nächster Schritt"), blank=True)
    active = models.BooleanField(_("aktiv"), default=True)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    class Meta:
        verbose_name = _("Grund für „Keine Maßnahme“")
        verbose_name_plural = _("Gründe für „Keine Maßnahme“")
        ordering = ["order", "code"]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return str(pick(self.names))


class HazardWord(models.Model):
    """A word that, typed into search or description, brings the emergency page ("Gas", "Munition")."""

    word = models.CharField(_("Wort"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("Gefahrenwort")
        verbose_name_plural = _("Gefahrenwörter")
        ordering = ["word"]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return self.word


class CityText(models.Model):
    """A text of the city's pages: hours, legal pages, notes."""

    key = models.CharField(_("Schlüssel"), max_length=60, unique=True)
    texts = TranslatedField(_("Text"), blank=True)

    class Meta:
        verbose_name = _("Text")
        verbose_name_plural = _("Texte")
        ordering = ["key"]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return self.key


class Membership(models.Model):
    """Who works in which office, as what, from a day to a day (half-open)."""

    class Role(models.TextChoices):
        CLERK = "clerk", _("Sachbearbeitung")
        LEAD = "lead", _("Leitung")
        CREW = "crew", _("Team draußen")
        HOTLINE = "hotline", _("Telefon und Schalter")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("Rolle"), max_length=8, choices=Role.choices, default=Role.CLERK)
    starts_on = models.DateField(_("ab"), default=timezone.localdate)
    ends_on = models.DateField(_("bis vor"), null=True, blank=True)

    class Meta:
        verbose_name = _("Mitgliedschaft")
        verbose_name_plural = _("Mitgliedschaften")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="membership_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.office} · {self.get_role_display()}"
