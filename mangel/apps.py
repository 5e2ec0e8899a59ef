from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MangelConfig(AppConfig):
    name = "mangel"
    verbose_name = _("Meldungen")

    def ready(self) -> None:
        from mangel import photo_rules, repair, zone_users

        photo_rules.listen()
        repair.listen()
        zone_users.listen()
