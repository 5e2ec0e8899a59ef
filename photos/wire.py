"""How a worker and its decoder talk: one JSON line saying what follows, then the bytes. Plain Python, both sides."""

import json
from typing import Any, BinaryIO

MAX_HEAD = 1 << 18


def pack(head: dict[str, Any], blobs: dict[str, bytes]) -> bytes:
    """A message: `head` and named bytes."""
    sizes = [[name, len(blob)] for name, blob in blobs.items()]
    line = json.dumps({**head, "blobs": sizes}, allow_nan=False).encode()
    return line + b"\n" + b"".join(blobs.values())


def unpack_head(line: bytes, *, max_bytes: int) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """The head and what follows it. Raises ValueError if it is not ours or announces more than `max_bytes`."""
    head = json.loads(line)
    if not isinstance(head, dict):
        raise ValueError("not a message")
    blobs = [(str(name), int(size)) for name, size in head.pop("blobs", [])]
    if any(size < 0 for _, size in blobs) or sum(size for _, size in blobs) > max_bytes:
        raise ValueError("announces more than is allowed")
    return head, blobs


def read_message(file: BinaryIO, *, max_bytes: int) -> tuple[dict[str, Any], dict[str, bytes]] | None:
    """The next message of a pipe, None at its end. Raises ValueError."""
    line = file.readline(MAX_HEAD)
    if not line:
        return None
    head, blobs = unpack_head(line, max_bytes=max_bytes)
    return head, {name: file.read(size) for name, size in blobs}
