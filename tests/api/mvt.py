"""A small reader of vector tiles (protobuf by hand), enough to see what a map sees."""

from typing import Any


def layers(tile: bytes) -> dict[str, list[dict[str, Any]]]:
    """Layer name → features: their properties, and `at`, the point in tile units (0 to 4096)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for field, layer in fields(tile):
        assert field == 3
        parts = list(fields(layer))
        name = next(value for number, value in parts if number == 1).decode()
        keys = [value.decode() for number, value in parts if number == 3]
        values = [plain(value) for number, value in parts if number == 4]
        found[name] = [feature(value, keys, values) for number, value in parts if number == 2]
    return found


def feature(raw: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    parts = dict(fields(raw))
    tags = list(varints(parts.get(2, b"")))
    told = {keys[tags[n]]: values[tags[n + 1]] for n in range(0, len(tags), 2)}
    _command, x, y = list(varints(parts[4]))[:3]
    return told | {"at": ((x >> 1) ^ -(x & 1), (y >> 1) ^ -(y & 1))}


def plain(raw: bytes) -> Any:
    ((number, value),) = fields(raw)
    return value.decode() if number == 1 else value


def fields(raw: bytes):
    position = 0
    while position < len(raw):
        tag, position = varint(raw, position)
        if tag & 7 == 0:
            value, position = varint(raw, position)
        else:
            assert tag & 7 == 2, tag
            length, position = varint(raw, position)
            value, position = raw[position : position + length], position + length
        yield tag >> 3, value


def varints(raw: bytes):
    position = 0
    while position < len(raw):
        value, position = varint(raw, position)
        yield value


def varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7
