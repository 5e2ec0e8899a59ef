"""Originals lie sealed on the disk; who steals the disk has nothing, and a key can be changed while the town works."""

import base64
import os
import secrets
from io import BytesIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from photos import keys, originals, sealing, staging, storage, tasks, uploads
from photos.models import Photo
from photos.sealing import CHUNK, KeyMissing, SealBroken, Unsealed
from tests.photos.conftest import files_below, jpeg_bytes

KEYS = {"a": secrets.token_bytes(32), "b": secrets.token_bytes(32)}


def key(kid: str) -> str:
    return f"{kid}:{base64.b64encode(KEYS[kid]).decode()}"


def sealed(tmp_path, plain: bytes, kid="a"):
    path = tmp_path / secrets.token_hex(4)
    path.write_bytes(b"".join(sealing.seal([plain[:7], plain[7:]], kid=kid, key=KEYS[kid])))
    return path


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_back_byte_for_byte(tmp_path, size):
    plain = os.urandom(size)
    path = sealed(tmp_path, plain)
    with Unsealed(path, KEYS) as file:
        assert file.read() == plain
        assert file.size == size
    assert plain[:64] not in path.read_bytes() or size < 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3 * CHUNK), st.integers(0, 5_000)), max_size=8))
def test_it_may_be_read_in_any_order(tmp_path_factory, steps):
    plain = os.urandom(2 * CHUNK + 99)
    with Unsealed(sealed(tmp_path_factory.mktemp("s"), plain), KEYS) as file:
        for position, length in steps:
            file.seek(position)
            found = file.read(length)  # a raw file may give less than was asked for, at the end of a chunk
            assert plain[position:].startswith(found)
            assert len(found) == min(length, max(0, len(plain) - position)) or (position + len(found)) % CHUNK == 0


def test_the_same_photo_twice_gives_nothing_alike(tmp_path):
    one, two = (sealed(tmp_path, b"x" * 1000).read_bytes() for _ in range(2))
    assert one[60:] != two[60:]


@pytest.mark.parametrize("damage", ["flip", "cut", "cut at a chunk", "swap chunks", "wrong key", "header"])
def test_a_file_that_was_changed_is_not_read(tmp_path, damage):
    path = sealed(tmp_path, os.urandom(2 * CHUNK + 10))
    content = bytearray(path.read_bytes())
    start = len(content) - (2 * CHUNK + 10 + 3 * 16)
    piece = CHUNK + 16
    if damage == "flip":
        content[start + 5] ^= 1
    elif damage == "cut":
        del content[-3:]
    elif damage == "cut at a chunk":
        del content[start + 2 * piece :]
    elif damage == "swap chunks":
        content[start : start + 2 * piece] = content[start + piece : start + 2 * piece] + content[start : start + piece]
    elif damage == "header":
        content[20] ^= 1
    path.write_bytes(content)
    with pytest.raises(SealBroken):
        Unsealed(path, KEYS | ({"a": KEYS["b"]} if damage == "wrong key" else {})).read()


def test_a_key_that_was_taken_away_is_named(tmp_path):
    with pytest.raises(KeyMissing, match=r"'a'.*put it back"):
        Unsealed(sealed(tmp_path, b"x"), {"b": KEYS["b"]})


# --- In the house -----------------------------------------------------------------------------------------------------


def test_nothing_of_a_photo_lies_readable_on_the_disk_but_its_renditions(arrive, media):
    content = jpeg_bytes(comment=b"GEHEIM-4711") + os.urandom(400_000)
    photo = arrive(content)
    tasks.make_renditions(photo.pk)
    staging.stage(BytesIO(content))
    private = [name for name in files_below(media) if not name.startswith("renditions/")]
    assert {name.split("/")[0] for name in private} == {"originals", "upright", "staged"}
    for name in private:
        found = (media / name).read_bytes()
        assert found.startswith(sealing.MAGIC)
        assert b"GEHEIM" not in found
        assert b"JFIF" not in found
        assert content[-1000:-900] not in found


def test_plain_files_of_an_earlier_version_are_read_and_then_sealed(arrive, media):
    content = jpeg_bytes()
    photo = arrive(content)
    path = storage.root() / photo.original
    path.write_bytes(content)  # as it was before
    assert originals.read(photo.original) == content
    with pytest.raises(CommandError, match="1 files are not sealed"):
        call_command("rewrap_photos", "--check")
    call_command("rewrap_photos")
    assert path.read_bytes().startswith(sealing.MAGIC)
    assert originals.read(photo.original) == content
    call_command("rewrap_photos", "--check")
    tasks.make_renditions(photo.pk)
    assert Photo.objects.get().status == "ready"


def test_the_key_is_changed_while_photos_stay_readable(arrive, media, settings):
    settings.MANGEL_PHOTO_KEYS = [key("a")]
    content = jpeg_bytes() + os.urandom(600_000)
    photo = arrive(content)
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    settings.MANGEL_PHOTO_KEYS = [key("b"), key("a")]
    assert originals.read(photo.original) == content
    before = (media / photo.original).read_bytes()
    call_command("rewrap_photos")
    after = (media / photo.original).read_bytes()
    assert before[-600_000:] == after[-600_000:], "the picture itself is not sealed anew"
    settings.MANGEL_PHOTO_KEYS = [key("b")]
    assert originals.read(photo.original) == content
    assert originals.read(photo.upright).startswith(b"\xff\xd8")
    call_command("rewrap_photos", "--check")


def test_a_rotation_says_what_it_cannot_open_and_does_the_rest(arrive, settings, capsys):
    settings.MANGEL_PHOTO_KEYS = [key("a")]
    lost = arrive()
    settings.MANGEL_PHOTO_KEYS = [key("b")]
    kept = arrive(jpeg_bytes(colour=(1, 2, 3)))
    with pytest.raises(CommandError, match="could not be opened"):
        call_command("rewrap_photos")
    assert lost.original in capsys.readouterr().err
    assert originals.read(kept.original)


def test_without_its_key_a_photo_waits_and_is_not_given_up(arrive, settings):
    settings.MANGEL_PHOTO_KEYS = [key("a")]
    photo = arrive()
    settings.MANGEL_PHOTO_KEYS = [key("b")]
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == ("stored", 0)


@pytest.mark.parametrize(
    "value", [[], ["a"], ["a:???"], ["a:YWJj"], [f":{base64.b64encode(b'x' * 32).decode()}"], ["TWICE"]]
)
def test_a_key_nobody_can_use_stops_the_start_with_a_remedy(settings, value):
    settings.MANGEL_PHOTO_KEYS = [key("a"), key("a")] if value == ["TWICE"] else value
    with pytest.raises(ImproperlyConfigured, match="MANGEL_PHOTO_KEYS"):
        keys.keys()
    with pytest.raises(Exception, match="MANGEL_PHOTO_KEYS"):
        call_command("check")


def test_a_staged_photo_tells_its_true_size(media):
    content = jpeg_bytes() + os.urandom(300_000)
    with staging.open_staged(staging.stage(BytesIO(content))) as file:
        assert file.size == len(content)
        assert uploads.inspect(file).size == len(content)
