"""How large the pictures are that people see."""

SIDES_PX = (320, 1280)
UPRIGHT_PX = 1600  # what staff draw on: a little more than everybody sees


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The size that keeps the shape and fits into a square of `side` pixels; never larger than it was."""
    longest = max(width, height)
    if longest <= side:
        return width, height
    return max(1, round(width * side / longest)), max(1, round(height * side / longest))
