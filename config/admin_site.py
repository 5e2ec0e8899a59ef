"""Who may open the administration, what it is called, and what is still to do before the start."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class MangelAdminSite(AdminSite):
    site_header = _("Verwaltung")
    site_title = _("Verwaltung")
    index_title = _("Zonen, Kategorien, Regeln und Texte")
    index_template = "mangel/admin/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        if request.user.is_authenticated:
            prefetch_related_objects([request.user], "city_roles")  # asked for every model of the page
        return request.user.has_perm("accounts.administer")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:  # type: ignore[override]
        """One way in for everybody: /anmelden/."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from geo import ground
        from mangel.admin.ready import to_do

        return super().index(request, {**(extra_context or {}), "to_do": to_do(), "bare_map": ground.is_bare()})
