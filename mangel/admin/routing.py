"""Rule sets: the one that holds is only looked at; a draft is a copy that is edited, checked, and put in force."""

import logging
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from geo.lookup import ZoneIndex
from geo.models import ZoneLayer
from mangel import routing_check, tasks
from mangel.models import ReasonText, RoutingRule, RuleSet
from pwa.errors import DomainError

log = logging.getLogger(__name__)
S = RuleSet.Status
EDITABLE = frozenset({S.DRAFT, S.CHECKING, S.READY, S.BLOCKED})


class RuleForm(forms.ModelForm):
    """One rule; layer, zone, question and reason are codes that must exist."""

    class Meta:
        model = RoutingRule
        fields = (
            *("category", "outside", "layer", "zone_code", "question", "option", "office", "reason_code", "active"),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.check_place(given)
        self.check_answer(given)
        if given.get("office") and not given["office"].active:
            self.add_error("office", _("Diese Stelle ist nicht mehr aktiv."))
        code = given.get("reason_code")
        if code and not ReasonText.objects.filter(code=code).exists():
            self.add_error(
                "reason_code", _("Diese Begründung gibt es nicht. Bitte zuerst unter „Begründungen“ anlegen.")
            )
        return given

    def check_place(self, given: dict[str, Any]) -> None:
        """Outside the city, or a layer with or without one of its zones."""
        layer, zone = given.get("layer"), given.get("zone_code")
        if given.get("outside") and layer:
            self.add_error("layer", _("„Außerhalb der Stadt“ verträgt sich nicht mit einer Ebene."))
        if zone and not layer:
            self.add_error("zone_code", _("Zu einer Zone gehört ihre Ebene."))
        if layer and not ZoneLayer.objects.filter(key=layer).exists():
            self.add_error("layer", _("Diese Ebene gibt es nicht."))
        elif zone and layer and ZoneIndex.current().by_code(layer, zone) is None:
            self.add_error("zone_code", _("Diese Zone gibt es in der Ebene heute nicht."))

    def check_answer(self, given: dict[str, Any]) -> None:
        """Question and answer come together."""
        question, option, category = given.get("question"), given.get("option"), given.get("category")
        if bool(question) != bool(option):
            self.add_error("option" if question else "question", _("Frage und Antwort gehören zusammen."))
        elif question and category and not category.questions.filter(code=question, active=True).exists():
            self.add_error("question", _("Diese Frage hat die Kategorie nicht."))


class RuleInline(admin.TabularInline):
    """The rules in order. Each is edited on its own page: three hundred inputs on one page help nobody."""

    model = RoutingRule
    form = RuleForm
    fields = ("category", "outside", "layer", "zone_code", "question", "option", "office", "reason_code", "active")
    extra = 0
    show_change_link = True
    can_delete = False
    opens_for_editing = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # An inline lives for one request: our table asks it whether the links say "Ändern" or "Ansehen".
        self.opens_for_editing = bool(obj and obj.status in EDITABLE)
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("category", "office", "rule_set").order_by("pk")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(obj and obj.status in EDITABLE)


@admin.register(RuleSet)
class RuleSetAdmin(admin.ModelAdmin):
    list_display = ("name", "status", "created_at", "checked_at", "activated_at")
    inlines = (RuleInline,)
    fields = ("name", "status", "created_at", "checked_at", "activated_at", "outcome")
    readonly_fields = ("status", "created_at", "checked_at", "activated_at", "outcome")
    change_form_template = "mangel/admin/ruleset.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a draft is made from the rules that hold: "Neuer Entwurf"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status in EDITABLE)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            back_to_draft(form.instance)

    @admin.display(description=_("Ergebnis der Prüfung"))
    def outcome(self, rule_set: RuleSet) -> SafeString:
        context = {"rule_set": rule_set, "result": rule_set.result}
        return render_to_string("mangel/admin/_check_result.html", context)

    def get_urls(self) -> list[Any]:
        steps = [
            path(f"<int:pk>/{slug}/", self.admin_site.admin_view(self.step(name)), name=f"mangel_ruleset_{name}")
            for slug, name in (("entwurf", "draft"), ("pruefen", "check"), ("einsetzen", "activate"))
        ]
        return [*steps, *super().get_urls()]

    def step(self, name: str) -> Any:
        """A view for one of the buttons above the form."""

        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            if not self.has_view_permission(request):
                raise PermissionDenied
            rule_set = RuleSet.objects.filter(pk=pk).first()
            if rule_set is None:
                raise Http404
            try:
                shown = getattr(self, f"do_{name}")(request, rule_set)
            except DomainError as error:
                self.message_user(request, str(error), level="error")
                shown = rule_set
            return redirect("admin:mangel_ruleset_change", shown.pk)

        return view

    def do_draft(self, request: HttpRequest, rule_set: RuleSet) -> RuleSet:
        name = _t("Entwurf vom %(day)s") % {"day": timezone.localdate().strftime("%d.%m.%Y")}
        draft = routing_check.copy_as_draft(rule_set, name=name)
        self.message_user(request, _("Entwurf angelegt. Ändern Sie die Regeln, dann „Prüfen“."), level="success")
        return draft

    def do_check(self, request: HttpRequest, rule_set: RuleSet) -> RuleSet:
        """The workers check; without them the check runs here, so that nobody waits for ever."""
        if rule_set.status in EDITABLE:
            RuleSet.objects.filter(pk=rule_set.pk).update(status=S.CHECKING)
        try:
            tasks.check_rule_set.delay(rule_set.pk)
        except OperationalError:
            log.warning("broker away: checking rule set %s in the request", rule_set.pk)
            routing_check.check_rule_set(rule_set.pk)
        self.message_user(request, _("Die Prüfung läuft. Bitte laden Sie diese Seite in ein paar Sekunden neu."))
        return rule_set

    def do_activate(self, request: HttpRequest, rule_set: RuleSet) -> RuleSet:
        active = routing_check.activate(rule_set.pk)
        self.message_user(request, _("Dieses Regelwerk gilt ab jetzt für neue Entscheidungen."), level="success")
        return active


def back_to_draft(rule_set: RuleSet) -> None:
    """A changed draft has to be checked anew."""
    RuleSet.objects.filter(pk=rule_set.pk, status__in=EDITABLE).update(status=S.DRAFT, result={}, checked_at=None)


@admin.register(RoutingRule)
class RoutingRuleAdmin(admin.ModelAdmin):
    """One rule of a draft. Reached from its rule set, not from the index."""

    form = RuleForm

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def is_editable(self, obj: RoutingRule | None) -> bool:
        return obj is None or obj.rule_set.status in EDITABLE

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_editable(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and self.is_editable(obj)

    def save_model(self, request: HttpRequest, obj: RoutingRule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        back_to_draft(obj.rule_set)

    def delete_model(self, request: HttpRequest, obj: RoutingRule) -> None:
        super().delete_model(request, obj)
        back_to_draft(obj.rule_set)

    def response_post_save_change(self, request: HttpRequest, obj: RoutingRule) -> HttpResponseRedirect:
        return redirect("admin:mangel_ruleset_change", obj.rule_set_id)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        self.message_user(request, _("Regel gelöscht."), level="success")
        return redirect("admin:mangel_ruleset_changelist")
