"""Let the machine look at photos from before it could: each gets new renditions, public ones stay public."""

from typing import Any

from django.core.management.base import BaseCommand

from photos.models import Photo
from photos.redaction import redo
from photos.release import locked
from photos.states import Status


class Command(BaseCommand):
    help = "Have photos blurred that no detector has looked at yet."

    def handle(self, *args: Any, **options: Any) -> None:
        from django.db import transaction

        number = 0
        for pk in Photo.objects.ready().filter(detectors="").exclude(original="").values_list("pk", flat=True):
            with transaction.atomic():
                photo = locked(Photo(pk=pk))
                if photo.status == Status.READY and photo.original and not photo.detectors:
                    redo(photo, photo.regions)
                    number += 1
        self.stdout.write(f"{number} photos handed to the workers")
