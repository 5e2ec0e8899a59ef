"""Text that can be kept: what PostgreSQL and UTF-8 refuse is told to its sender, not to the error log."""

from collections.abc import Iterator
from typing import Any

DEEPEST = 20


def illegible(value: Any) -> Iterator[str]:
    """Paths ("answers.depth") of texts in JSON-like data that hold a NUL or half a character; deeper than 20 levels
    counts as illegible, too. Not recursive: a sender decides on the depth."""
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        path, found, depth = waiting.pop()
        if isinstance(found, str):
            if not is_legible(found):
                yield path
        elif isinstance(found, dict | list):
            if depth >= DEEPEST:
                yield path
                continue
            pairs = found.items() if isinstance(found, dict) else enumerate(found)
            for key, inner in pairs:
                name = str(key) if is_legible(str(key)) else "?"
                if name == "?" and str(key) != "?":
                    yield f"{path}.?".strip(".")
                waiting.append((f"{path}.{name[:60]}".strip("."), inner, depth + 1))


def is_legible(text: str) -> bool:
    """Whether a text can be stored: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
