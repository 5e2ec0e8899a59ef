"""Django's admin, at /verwaltung/, opened by the role administrator."""

from django.contrib.admin.apps import AdminConfig


class MangelAdminConfig(AdminConfig):
    default_site = "config.admin_site.MangelAdminSite"
