"""Faces, by CenterFace (MIT) through OpenCV. Plain Python: runs in the decoder's process only."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from photos.regions import MACHINE, Region, box, region

THRESHOLD = 0.25
OVERLAP = 0.3
STRIDE = 4  # one cell of the answer stands for 4 × 4 pixels
MARGIN = 0.3  # of the face on each side: hair and ears are recognised, too
OUTPUTS = ("537", "538", "539")


class CenterFace:
    """Anchor-free face detector: a heat map of centres, their sizes and offsets."""

    name = "centerface"

    def __init__(self, model: Path) -> None:
        self.model = str(model)

    def find(self, picture: Image.Image) -> list[Region]:
        """Faces in an RGB picture, with a margin around each."""
        width, height = picture.size
        # The net wants multiples of 32: empty ground is added instead of stretching, which would narrow faces.
        shape = (-(-width // 32) * 32, -(-height // 32) * 32)
        ground = np.zeros((shape[1], shape[0], 3), np.uint8)
        ground[:height, :width] = np.asarray(picture)
        regions = []
        for left, top, w, h in self.run(ground, shape):
            x, y = left - MARGIN * w, top - MARGIN * h
            right, bottom = left + (1 + MARGIN) * w, top + (1 + MARGIN) * h
            regions.append(region(MACHINE, "face", box(x / width, y / height, right / width, bottom / height)))
        return regions

    def run(self, ground: np.ndarray, shape: tuple[int, int]) -> list[list[float]]:
        """[[left, top, width, height], …] in pixels, overlapping ones thinned out."""
        # A new net each time (30 ms): it keeps 300 MB after a picture, and OpenCV 4.14 answers nonsense (thousands of
        # faces) when a net is given another shape than before.
        net = cv2.dnn.readNetFromONNX(self.model)
        net.setInput(cv2.dnn.blobFromImage(ground, 1.0, shape, (0, 0, 0), swapRB=False, crop=False))
        heat, scale, offset = net.forward(OUTPUTS)
        heat, scale, offset = heat[0, 0], scale[0], offset[0]
        rows, columns = np.where(heat > THRESHOLD)
        if not len(rows):
            return []
        scores = heat[rows, columns]
        heights, widths = (np.exp(scale[axis, rows, columns]) * STRIDE for axis in (0, 1))
        tops = (rows + offset[0, rows, columns] + 0.5) * STRIDE - heights / 2
        lefts = (columns + offset[1, rows, columns] + 0.5) * STRIDE - widths / 2
        boxes = np.stack([lefts, tops, widths, heights], axis=1)
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), THRESHOLD, OVERLAP)
        return [boxes[i].tolist() for i in kept]
