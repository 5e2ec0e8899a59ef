"""Number plates, by the cascade classifier that OpenCV carries. Plain Python: runs in the decoder's process only.

It was trained on another country's plates of the same shape. It is the best we found in a package; what it misses is in
docs/photos.md, and is the reason why a person looks before publication.
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from photos.regions import MACHINE, Region, box, region

CASCADE = "haarcascade_russian_plate_number.xml"
STEP = 1.1
NEIGHBOURS = 4
SMALLEST = (30, 10)
MARGIN = 0.35  # of the plate's height and a quarter of its width: it often finds only the middle


class PlateCascade:
    """Slides over the grey picture in many sizes."""

    name = "plates"

    def __init__(self) -> None:
        self.cascade = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / CASCADE))
        if self.cascade.empty():
            raise RuntimeError(f"{CASCADE} is missing: reinstall requirements/base.txt")

    def find(self, picture: Image.Image) -> list[Region]:
        """Number plates in an RGB picture, with a margin around each."""
        width, height = picture.size
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return []
        grey = np.asarray(picture.convert("L"))
        found = self.cascade.detectMultiScale(grey, STEP, NEIGHBOURS, minSize=SMALLEST)
        regions = []
        for left, top, w, h in (tuple(float(value) for value in one) for one in found):
            x, y = left - w / 4, top - MARGIN * h
            right, bottom = left + 1.25 * w, top + (1 + MARGIN) * h
            regions.append(region(MACHINE, "plate", box(x / width, y / height, right / width, bottom / height)))
        return regions
