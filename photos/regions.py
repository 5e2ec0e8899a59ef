"""What is blurred: polygons in a picture, x and y from 0 to 1 of the upright picture. Plain Python."""

import math
from typing import Any, TypedDict

MAX_REGIONS = 100
MAX_CORNERS = 50
MACHINE, HUMAN = "machine", "human"


class Region(TypedDict):
    """`by`: machine or human. `what`: face, plate, or area where a person drew it."""

    by: str
    what: str
    polygon: list[list[float]]


def region(by: str, what: str, polygon: list[list[float]]) -> Region:
    return {"by": by, "what": what, "polygon": polygon}


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    """The polygon of a rectangle, cut at the edges of the picture."""
    left, top, right, bottom = (round(min(1.0, max(0.0, value)), 5) for value in (left, top, right, bottom))
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def clean(raw: Any) -> list[Region]:
    """Regions read from outside. Raises ValueError: malformed, too many, not in the picture."""
    if not isinstance(raw, list) or len(raw) > MAX_REGIONS:
        raise ValueError(f"at most {MAX_REGIONS} regions")
    return [clean_one(item) for item in raw]


def clean_one(raw: Any) -> Region:
    if not isinstance(raw, dict):
        raise ValueError("a region is an object")
    by, what, corners = raw.get("by", HUMAN), raw.get("what", "area"), raw.get("polygon")
    if by not in (MACHINE, HUMAN) or what not in ("face", "plate", "area"):
        raise ValueError("by machine or human; face, plate or area")
    if not isinstance(corners, list) or not 3 <= len(corners) <= MAX_CORNERS:
        raise ValueError(f"a polygon has 3 to {MAX_CORNERS} corners")
    polygon = []
    for corner in corners:
        if not isinstance(corner, list | tuple) or len(corner) != 2:
            raise ValueError("a corner is [x, y]")
        x, y = (value if isinstance(value, int | float) else math.nan for value in corner)
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError("x and y lie between 0 and 1")
        polygon.append([round(float(x), 5), round(float(y), 5)])
    return region(by, what, polygon)
