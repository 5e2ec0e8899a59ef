"""Photos for benches and drills, as large as a phone's after our resizing."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image


@lru_cache(maxsize=32)
def photo_of(bytes_wanted: int, *, seed: int = 1, side: tuple[int, int] = (2048, 1536)) -> bytes:
    """A JPEG of about so many bytes: coarse colours with as much noise as it takes."""
    dice = np.random.default_rng(seed)
    coarse = Image.fromarray(dice.integers(0, 255, (12, 16, 3), dtype=np.uint8)).resize(side, Image.Resampling.BICUBIC)
    ground, noise = np.asarray(coarse, dtype=np.float32), dice.normal(0, 1, (side[1], side[0], 1)).astype(np.float32)
    low, high, found = 0.0, 80.0, b""
    for _ in range(8):
        strength = (low + high) / 2
        out = io.BytesIO()
        Image.fromarray(np.clip(ground + noise * strength, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=82)
        found = out.getvalue()
        low, high = (strength, high) if len(found) < bytes_wanted else (low, strength)
    return found
