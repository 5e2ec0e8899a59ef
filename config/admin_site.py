"""Who may open the administration, and what it is called."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class MangelAdminSite(AdminSite):
    site_header = _("Verwaltung")
    site_title = _("Verwaltung")
    index_title = _("Zonen, Kategorien, Regeln und Texte")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.administer")
