"""A town with one report, a disk of its own, and photos: self-made ones, and real ones where the test data is there."""

from collections.abc import Callable, Container, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from PIL import Image

from config.celery import app
from photos import formats, storage, tasks, uploads
from photos.models import Photo
from threads.models import Thing

formats.register()


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    """An empty disk for photos."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MANGEL_MEDIA_RESERVE_BYTES = 0
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def workers_at_once() -> Iterator[None]:
    """Tasks run when they are enqueued: no test talks to a broker unless it says so."""
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    yield
    app.conf.task_always_eager = before


@pytest.fixture
def thing(db) -> Thing:
    return Thing.objects.create(kind="report", public_id="417203858")


@pytest.fixture
def arrive(thing) -> Callable[..., Photo]:
    """A photo that arrived; nothing has been rendered yet."""

    def arrive(content: bytes | None = None, **details) -> Photo:
        file = BytesIO(content or jpeg_bytes())
        return uploads.add(thing=thing, stored=uploads.store(file, uploads.inspect(file)), **details)

    return arrive


@pytest.fixture
def ready_photo(arrive) -> Photo:
    """A photo with renditions that nobody has looked at."""
    photo = arrive()
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert photo.status == "ready", photo.failed_because
    return photo


def jpeg_bytes(size=(640, 480), colour=(180, 60, 60), kind="JPEG", **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def scene(size=(640, 480)) -> Image.Image:
    """A picture that is different in every corner, so that turning it shows."""
    picture = Image.new("RGB", size)
    width, height = size
    picture.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    picture.paste((0, 255, 0), (width // 2, 0, width, height // 2))
    picture.paste((0, 0, 255), (0, height // 2, width // 2, height))
    picture.paste((255, 255, 255), (width // 2, height // 2, width, height))
    return picture


def rendition(photo: Photo, name: str) -> Image.Image:
    return Image.open(storage.root() / "renditions" / photo.rendition_token / name)


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


PHOTOS = Path(configured.MANGEL_TEST_DATA) / "photos"
needs_data = pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"{PHOTOS} is not there (MANGEL_TEST_DATA)")


def real(folder: str, without: Container[str] = ()) -> list:
    """The real photos of a folder, as parameters; one skipped parameter where the test data is missing."""
    found = [path for path in sorted((PHOTOS / folder).glob("*")) if path.name not in without]
    return [pytest.param(path, id=path.name, marks=pytest.mark.data) for path in found] or [
        pytest.param(None, marks=pytest.mark.skip(reason="no test data"))
    ]
