from django.apps import AppConfig


class MangelConfig(AppConfig):
    name = "mangel"
    verbose_name = "Meldungen"
