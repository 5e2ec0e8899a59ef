from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MangelConfig(AppConfig):
    name = "mangel"
    verbose_name = _("Meldungen")

    def ready(self) -> None:
        from mangel import repair, zone_users

        repair.listen()
        zone_users.listen()
