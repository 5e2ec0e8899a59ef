"""Who is responsible for what, and every decision that was made about it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.revisions import bump_trigger
from mangel.models.catalogue import CODE, Category, Office
from pwa.translated import TranslatedField


class RuleSet(models.Model):
    """All rules of one time. A draft is checked as a whole before it becomes the active one."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        CHECKING = "checking", _("wird geprüft")
        READY = "ready", _("geprüft, einsetzbar")
        BLOCKED = "blocked", _("geprüft, nicht einsetzbar")
        ACTIVE = "active", _("gilt")
        RETIRED = "retired", _("abgelöst")

    name = models.CharField(_("Bezeichnung"), max_length=120)
    status = models.CharField(_("Stand"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    result = models.JSONField(_("Prüfergebnis"), default=dict, blank=True)
    created_at = models.DateTimeField(_("angelegt"), default=timezone.now)
    checked_at = models.DateTimeField(_("geprüft"), null=True, blank=True)
    activated_at = models.DateTimeField(_("eingesetzt"), null=True, blank=True)

    class Meta:
        verbose_name = _("Regelwerk")
        verbose_name_plural = _("Regelwerke")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=models.Q(status="active"), name="one_active_rule_set")
        ]
        triggers = [bump_trigger("routing")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"


class RoutingRule(models.Model):
    """If every given condition holds, `office` is a candidate. Order of candidates: DESIGN 5.2.1."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules", verbose_name=_("Regelwerk"))
    # A leaf, a group (all its leaves) or empty (any).
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="rules", verbose_name=_("Kategorie")
    )
    outside = models.BooleanField(_("außerhalb der Stadt"), default=False)
    # Key of a geo.ZoneLayer and code of a zone: configuration means the version valid now (the reference rule).
    layer = models.CharField(_("Ebene"), max_length=24, blank=True)
    zone_code = models.CharField(_("Zone"), max_length=80, blank=True)
    question = models.CharField(_("Frage"), max_length=40, blank=True)
    option = models.CharField(_("Antwort"), max_length=40, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="rules", verbose_name=_("Zuständig"))
    reason_code = models.CharField(_("Begründung"), max_length=40, validators=[CODE])
    active = models.BooleanField(_("aktiv"), default=True)

    class Meta:
        verbose_name = _("Regel")
        verbose_name_plural = _("Regeln")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(zone_code="") | ~models.Q(layer=""), name="rule_zone_needs_layer"
            ),
            models.CheckConstraint(
                condition=models.Q(outside=False) | models.Q(layer=""), name="rule_outside_has_no_layer"
            ),
            models.CheckConstraint(
                condition=models.Q(question="", option="") | (~models.Q(question="") & ~models.Q(option="")),
                name="rule_answer_is_whole",
            ),
        ]
        triggers = [bump_trigger("routing")]

    def __str__(self) -> str:
        where = "außerhalb" if self.outside else f"{self.layer}:{self.zone_code or '*'}" if self.layer else "überall"
        what = self.category.code if self.category else "*"
        answer = f" {self.question}={self.option}" if self.question else ""
        return f"{what} {where}{answer} → {self.office.code}"


class ReasonText(models.Model):
    """The sentence behind a reason code. Placeholders: {zone} {phrase} {office} {office_in_sentence} {category}
    {district}."""

    code = models.CharField(_("Kürzel"), max_length=40, unique=True, validators=[CODE])
    texts = TranslatedField(_("Satz"))

    class Meta:
        verbose_name = _("Begründung")
        verbose_name_plural = _("Begründungen")
        ordering = ["code"]
        triggers = [bump_trigger("catalogue")]

    def __str__(self) -> str:
        return self.code


class Decision(models.Model):
    """Who was made responsible for a report, by which rule, and why. Insert only; the newest one holds."""

    class MadeBy(models.TextChoices):
        SYSTEM = "system", _("Regelwerk")
        USER = "user", _("von Hand")

    report = models.ForeignKey("mangel.Report", on_delete=models.PROTECT, related_name="decisions")
    seq = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    rule_id_plain = models.BigIntegerField(null=True)
    rule_snapshot = models.JSONField(default=dict)
    # Primary keys of geo.Zone versions at the point.
    zone_versions = ArrayField(models.BigIntegerField(), default=list)
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)
    # Codes of offices that were possible but not chosen, with the place that would have led there.
    candidates = models.JSONField(default=list)
    made_by = models.CharField(max_length=6, choices=MadeBy.choices, default=MadeBy.SYSTEM)
    user_id_plain = models.BigIntegerField(null=True)
    why = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["report", "seq"]
        constraints = [models.UniqueConstraint(fields=["report", "seq"], name="decision_seq_once")]
        triggers = [pgtrigger.Protect(name="decisions_are_insert_only", operation=pgtrigger.Update | pgtrigger.Delete)]
