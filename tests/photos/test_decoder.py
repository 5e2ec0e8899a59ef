"""Pictures are decoded in a process with limits: what kills it costs that photo, never the worker."""

import os
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import cv2
import pytest
from PIL import Image

from bench._hostile import header_says, scan_bomb
from photos import decoder, decoding, tasks
from photos.appetite import coefficients_of, is_too_much
from photos.decoding import Decoder, DecoderUnavailable, NotReadable, decode
from photos.errors import PhotoRefused
from photos.inspection import inspect
from tests.photos.conftest import jpeg_bytes, scene

LIMIT = 900 << 20  # GOALS R13: the worker with all it starts


@pytest.fixture
def fresh_decoder():
    """The next picture starts a decoder of its own, and nobody uses it afterwards."""
    Decoder.stop_current()
    yield
    Decoder.stop_current()


def peak(pid: int) -> int:
    """Highest resident memory of a process, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def test_the_decoder_knows_no_secrets_and_no_django(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "very secret")
    assert not {name for name in decoding.environment() if "SECRET" in name or "MANGEL" in name or "DATABASE" in name}
    code = "import sys, photos.decoder; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=decoding.HOME, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_the_decoder_cannot_write_a_file_or_take_what_memory_it_likes(tmp_path):
    code = f"""
from photos import decoder
decoder.confine()
try:
    open({str(tmp_path / "x")!r}, "wb", buffering=0).write(b"x")
    print("wrote")
except OSError:
    print("no file")
try:
    bytearray(700 << 20)
    print("took")
except MemoryError:
    print("no memory")
"""
    code = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + code
    done = subprocess.run([sys.executable, "-c", code], cwd=decoding.HOME, capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["no file", "no memory"], done.stderr


def test_a_picture_that_takes_too_long_is_marked_and_the_next_one_is_made(arrive, monkeypatch, fresh_decoder):
    slow, fine = arrive(), arrive(jpeg_bytes(colour=(1, 2, 3)))
    decode(jpeg_bytes(), "image/jpeg")  # awake
    frozen = Decoder.current().process.pid
    os.kill(frozen, signal.SIGSTOP)
    monkeypatch.setattr(tasks, "decode", lambda *a, **k: decode(*a, **k, time_s=1))
    tasks.make_renditions(slow.pk)
    monkeypatch.undo()
    slow.refresh_from_db()
    assert (slow.status, slow.failed_because) == ("failed", "took longer than 1 s")
    tasks.make_renditions(fine.pk)
    fine.refresh_from_db()
    assert fine.status == "ready"
    assert not Path(f"/proc/{frozen}").exists()


def test_a_picture_that_uses_up_its_processor_time_is_ended_by_the_kernel(fresh_decoder, monkeypatch):
    # A progressive JPEG of a few kilobytes whose thousands of scans each run over the whole picture.
    monkeypatch.setattr(decoding, "TIME_S", 60)
    with pytest.raises(NotReadable, match=r"signal 24|longer than"):
        decode(scan_bomb((6_000, 6_000), scans=20_000), "image/jpeg", time_s=40)
    assert decode(jpeg_bytes(), "image/jpeg").files


def test_a_decoder_killed_by_somebody_else_is_started_again_for_the_same_picture(fresh_decoder):
    decode(jpeg_bytes(), "image/jpeg")
    os.kill(Decoder.current().process.pid, signal.SIGKILL)
    assert decode(jpeg_bytes(), "image/jpeg").files.keys() == decoding.FILES
    victim = Decoder.current().process.pid
    big = BytesIO()
    scene((6_000, 4_500)).save(big, "PNG")
    threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
    assert decode(big.getvalue(), "image/png").files.keys() == decoding.FILES


def test_if_the_decoder_cannot_start_the_photo_waits(arrive, monkeypatch, fresh_decoder):
    monkeypatch.setattr(decoding, "HOME", Path("/nowhere"))
    photo = arrive()
    with pytest.raises(DecoderUnavailable):
        decode(jpeg_bytes(), "image/jpeg")
    tasks.make_renditions(photo.pk)
    photo.refresh_from_db()
    assert (photo.status, photo.failed_because) == ("stored", "")


def test_a_worker_that_is_told_to_stop_takes_its_decoder_along(fresh_decoder):
    code = """
import time
from photos import decoding
decoding.decode(open("x.jpg", "rb").read(), "image/jpeg")
print(decoding.Decoder.current().process.pid, flush=True)
time.sleep(60)
"""
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"mangel-{os.getpid()}"  # noqa: S108
    folder.mkdir()
    (folder / "x.jpg").write_bytes(jpeg_bytes())
    env = {**os.environ, "PYTHONPATH": str(decoding.HOME)}
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
    decoder = int(worker.stdout.readline())
    worker.kill()
    worker.wait()
    end = time.monotonic() + 10
    while Path(f"/proc/{decoder}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{decoder}").exists()


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\n",
        b'{"blobs": [["1280.webp", 99999999999]]}\n',
        b'{"blobs": [["../../x", 1]]}\nx',
        b'{"blobs": [], "regions": [], "detectors": ""}\n',
        b"x" * 400_000,
        b'{"blobs": [["upright", -1]]}\n',
    ],
)
def test_a_decoder_that_was_taken_over_cannot_fool_the_worker(answer, monkeypatch, fresh_decoder, tmp_path):
    script = tmp_path / "evil.py"
    script.write_text(f"import sys; sys.stdin.buffer.readline(); sys.stdout.buffer.write({answer!r})")
    real = subprocess.Popen
    monkeypatch.setattr(
        decoding.subprocess, "Popen", lambda argv, **options: real([sys.executable, str(script)], **options)
    )
    with pytest.raises((NotReadable, DecoderUnavailable)):
        decode(jpeg_bytes(), "image/jpeg", time_s=5)


def test_a_forked_child_never_shares_its_parent_s_decoder(fresh_decoder):
    decode(jpeg_bytes(), "image/jpeg")
    mine = Decoder._current
    monkey = mine.owner
    mine.owner = -1  # as a child would see it
    theirs = Decoder.current()
    mine.owner = monkey
    assert theirs is not mine
    mine.stop()


# --- What is refused before anything is decoded -----------------------------------------------------------------------


def test_a_progressive_jpeg_that_would_fill_the_memory_is_refused_at_once():
    with pytest.raises(PhotoRefused, match="gewöhnliches JPEG") as refusal:
        inspect(BytesIO(header_says(10_000, 10_000, progressive=True, components=4)))
    assert refusal.value.code == "photo_too_much_memory"


def test_the_same_pixels_as_ordinary_jpeg_are_taken():
    assert inspect(BytesIO(header_says(10_000, 10_000, progressive=False))).width == 10_000


def test_the_memory_of_a_jpeg_is_told_from_its_scans():
    assert coefficients_of(BytesIO(header_says(8_000, 6_000, progressive=False))) == 0
    assert coefficients_of(BytesIO(header_says(8_000, 6_000, progressive=True))) == 8_000 * 6_000 * 3 * 2


def test_formats_that_cannot_shrink_while_decoding_have_their_own_limit():
    for media_type, megapixels in (("image/webp", 40), ("image/heic", 70)):
        side = int((megapixels * 1e6) ** 0.5)
        assert is_too_much(BytesIO(), media_type, side, side)
        assert not is_too_much(BytesIO(), media_type, side // 2, side)


@pytest.mark.parametrize("kind", ["jpeg", "cmyk", "png", "rgba", "progressive"])
def test_a_hundred_megapixels_stay_within_the_limit_of_memory_and_time(kind, fresh_decoder):
    out = BytesIO()
    mode = {"cmyk": "CMYK", "rgba": "RGBA"}.get(kind, "RGB")
    picture = Image.linear_gradient("L").resize((9_999, 9_999))
    picture = Image.merge(mode, [picture] * len(mode))
    if kind in ("png", "rgba"):
        picture.save(out, "PNG", compress_level=1)
    else:
        # Progressive in colour at full resolution would be refused; subsampled, as cameras write it, it is not.
        picture.save(out, "JPEG", quality=60, progressive=kind == "progressive")
    del picture
    media_type = "image/png" if kind in ("png", "rgba") else "image/jpeg"
    assert inspect(BytesIO(out.getvalue())).width == 9_999
    start = time.monotonic()
    made = decode(out.getvalue(), media_type)
    assert Image.open(BytesIO(made.files["1280.jpg"])).size == (1280, 1280)
    assert made.peak_bytes < 700 << 20, f"{made.peak_bytes >> 20} MB"
    print(f"{kind}: {time.monotonic() - start:.1f} s, {made.peak_bytes >> 20} MB")


def test_what_opencv_calls_lack_of_memory_is_tried_again_in_a_new_process():
    told = cv2.error("Insufficient memory")
    told.code = cv2.Error.StsNoMem
    assert decoder.is_lack_of_memory(told)
    assert decoder.is_lack_of_memory(MemoryError())
    told.code = cv2.Error.StsBadArg
    assert not decoder.is_lack_of_memory(told)
