"""Photos: time and memory of a picture from original to renditions, and what the blur finds and misses.

Time and memory go into docs/performance.md, what is found into docs/photos.md. Faces and phone photos are the real ones
of MANGEL_TEST_DATA. No photo there shows a number plate that is not masked, so plates are drawn in German proportions
onto the real photos: these figures are kinder than the street.
"""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench import _figures as figures
from bench.drills._record import ROOT
from photos import decoding, formats
from photos.decoding import Decoder
from photos.detecting import all_detectors
from photos.rendering import decode

DATA = Path(settings.MANGEL_TEST_DATA) / "photos"
JPEG_12MP, HEIC_12MP = "Samsung_SM-G935L_Galaxy_S7_Edge.jpg", "IMG_2927.HEIC"
dice = random.Random(11)


def main() -> None:
    figures.begin()
    formats.register()
    rounds = 3 if "--small" in sys.argv else 7
    how_long(rounds)
    what_is_found(1 if "--small" in sys.argv else 2)


def media_type(path: Path) -> str:
    found = formats.media_type_of(path.read_bytes()[:64])
    assert found
    return found


def how_long(rounds: int) -> None:
    """Median over the whole way a worker goes: decode, find, blur, four renditions, the desk's view."""
    rows = []
    for name, goal in ((JPEG_12MP, "≤ 1.5"), (HEIC_12MP, "≤ 3")):
        content, kind = (DATA / "phone" / name).read_bytes(), media_type(DATA / "phone" / name)
        Decoder.stop_current()
        began = time.monotonic()
        decoding.decode(content, kind)
        first = time.monotonic() - began
        waited, worked, peak = [], [], 0
        for _ in range(rounds):
            pid = Decoder.current().process.pid
            before, began = processor_s(pid), time.monotonic()
            made = decoding.decode(content, kind)
            waited.append(time.monotonic() - began)
            worked.append(processor_s(pid) - before)
            peak = max(peak, made.peak_bytes)
        rows.append(
            [
                f"12 MP {kind.split('/')[1].upper()}",
                *(figures.number(v) for v in (figures.median(waited), figures.p95(waited), figures.median(worked))),
                goal,
                figures.number(first),
                peak >> 20,
            ]
        )
    head = ["photo", "median s", "p95 s", "processor s", "goal s", "first one s", "decoder's peak MB"]
    figures.tell("photos", figures.table(head, rows) + f"\n\n{rounds} times each, one after the other, by one decoder.")


def processor_s(pid: int) -> float:
    """Processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


# --- What is found ----------------------------------------------------------------------------------------------------


def what_is_found(times: int) -> None:
    faces, plates = all_detectors()
    scenes = [picture for _name, picture in phone_photos()]
    head = ["height of the face in the published picture (1280 px)", "found"]
    rows = [
        [f"{size} px", *hits(faces, scenes[::2], portraits(), size, times)] for size in (16, 24, 32, 48, 80, 160, 320)
    ]
    body = figures.table(head, rows) + "\n\n"
    head = ["width of the plate in the published picture (1280 px)", "found"]
    rows = [[f"{size} px", *hits(plates, scenes[1::2], None, size, times)] for size in (40, 60, 80, 100, 160, 260, 400)]
    body += figures.table(head, rows) + "\n\n"
    wrong = [sum(len(detector.find(scene)) for scene in scenes) for detector in (faces, plates)]
    body += (
        f"On the {len(scenes)} phone photos themselves, which show no identifiable person and no readable plate: "
        f"{wrong[0]} times a face, {wrong[1]} times a plate was seen that is none."
    )
    page = figures.PAGE
    figures.PAGE = ROOT / "docs" / "photos.md"
    figures.tell("blur", body)
    figures.PAGE = page


def phone_photos() -> Iterator[tuple[str, Image.Image]]:
    """The real photos as they would be published."""
    for path in sorted((DATA / "phone").iterdir()):
        try:
            with path.open("rb") as file:
                yield path.name, decode(file, media_type(path), side=1280)
        except Exception as error:  # two of them are malformed on purpose
            print(f"{path.name}: {type(error).__name__}")


def portraits() -> list[tuple[Image.Image, float]]:
    """Two frontal faces, cut out with some ground around; which share of the height is face."""
    cuts = (("grace_hopper.jpg", (20, 0, 128, 110), 0.72), ("nasa_astronaut_collins.png", (130, 10, 330, 230), 0.55))
    return [(Image.open(DATA / "faces" / name).convert("RGB").crop(box), share) for name, box, share in cuts]


def hits(detector, scenes, patches, size: int, times: int) -> list[str]:  # type: ignore[no-untyped-def]
    """ "found / tried": patches (or drawn plates) of one size on every scene, `times` times each."""
    found = tried = 0
    for scene in scenes:
        for n in range(times):
            if patches:
                patch, share = patches[n % len(patches)]
                height = round(size / share)
                patch = patch.resize(
                    (max(1, round(patch.width * height / patch.height)), height), Image.Resampling.LANCZOS
                )
            else:
                patch = plate(size)
            if patch.width >= scene.width or patch.height >= scene.height:
                continue
            x, y = dice.randrange(scene.width - patch.width), dice.randrange(scene.height - patch.height)
            picture = scene.copy()
            picture.paste(patch, (x, y))
            centre = ((x + patch.width / 2) / scene.width, (y + patch.height / 2) / scene.height)
            tried += 1
            found += any(covers(region["polygon"], centre) for region in detector.find(picture))
    return [f"{found} of {tried}"]


def covers(polygon: list[list[float]], point: tuple[float, float]) -> bool:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return min(xs) <= point[0] <= max(xs) and min(ys) <= point[1] <= max(ys)


def plate(width: int) -> Image.Image:
    """A plate of German proportions on something like a car, a little turned and soft."""
    image = Image.new("RGB", (520, 110), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 519, 109), outline="black", width=5)
    pen.rectangle((5, 5, 45, 104), fill=(0, 51, 153))
    letters = f"{dice.choice(['WE', 'EF', 'J', 'AP'])} {dice.choice('ABCKLMST')}{dice.choice('ABCDEF')}"
    letters += f" {dice.randint(10, 9999)}"
    pen.text((60, 8), letters, font=ImageFont.load_default(80), fill="black")
    image = image.resize((width, max(4, round(width * 110 / 520))), Image.Resampling.LANCZOS)
    image = image.rotate(dice.uniform(-6, 6), expand=True, resample=Image.Resampling.BICUBIC, fillcolor=(40, 40, 45))
    paint = (dice.randint(20, 200),) * 3
    car = Image.new("RGB", (image.width + width // 2, image.height + width // 3), paint)
    car.paste(image, (width // 4, width // 6))
    return car.filter(ImageFilter.GaussianBlur(0.5))


if __name__ == "__main__":
    main()
