"""Making a place unrecognisable for good: a few mean colours, smoothed. Plain Python."""

from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFilter

from photos.regions import Region

BLOCKS = 8  # along the longer side: of a face 8 × 8 mean values are left, of a plate 8 × 2


def blur(picture: Image.Image, regions: Iterable[Region]) -> Image.Image:
    """The picture with all regions blurred; the given one stays as it is."""
    blurred = picture.copy()
    for region in regions:
        blur_one(blurred, region)
    return blurred


def blur_one(picture: Image.Image, region: Region) -> None:
    """Blur one polygon in place, a little beyond its edge."""
    width, height = picture.size
    corners = [(x * width, y * height) for x, y in region["polygon"]]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    longest = max(max(xs) - min(xs), max(ys) - min(ys))
    margin = max(2.0, longest * 0.04)
    left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
    right, bottom = min(width, int(max(xs) + margin) + 1), min(height, int(max(ys) + margin) + 1)
    if right <= left or bottom <= top:
        return
    cut = picture.crop((left, top, right, bottom))
    block = max(cut.size) / BLOCKS
    few = cut.resize((max(1, round(cut.width / block)), max(1, round(cut.height / block))), Image.Resampling.BOX)
    smooth = few.resize(cut.size, Image.Resampling.NEAREST).filter(ImageFilter.GaussianBlur(block / 2))
    mask = Image.new("L", cut.size)
    shifted = [(x - left, y - top) for x, y in corners]
    pen = ImageDraw.Draw(mask)
    pen.polygon(shifted, fill=255)
    pen.line([*shifted, shifted[0]], fill=255, width=max(2, round(2 * margin)), joint="curve")
    picture.paste(smooth, (left, top), mask)
