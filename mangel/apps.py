from django.apps import AppConfig


class MangelConfig(AppConfig):
    name = "mangel"
    verbose_name = "Meldungen"

    def ready(self) -> None:
        from mangel import repair, zone_users

        repair.listen()
        zone_users.listen()
