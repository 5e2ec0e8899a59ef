from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Nachrichten"

    def ready(self) -> None:
        from notifications import listeners

        listeners.connect()
