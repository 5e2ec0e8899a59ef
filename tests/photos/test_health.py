"""/readyz says whether a photo could be taken just now, and how long the oldest waits for its pictures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from photos.models import Photo

pytestmark = pytest.mark.django_db


def test_with_a_disk_that_takes_photos_the_site_is_ready(client, arrive):
    photo = arrive()
    Photo.objects.filter(pk=photo.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["storage"]) == (200, "ok")
    assert answer.json()["outbox_age_s"] == pytest.approx(300, abs=30)


def test_with_a_full_disk_the_site_says_so_and_still_serves_readers(client, settings):
    settings.MANGEL_MEDIA_RESERVE_BYTES = 1 << 60
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["storage"]) == (200, "storage_full")


def test_with_a_disk_that_is_away_the_site_says_so_and_still_serves_readers(client, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["storage"]) == (200, "storage_unavailable")
