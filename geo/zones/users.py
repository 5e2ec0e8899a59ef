"""Who points at a zone code. Rooms above tell through a registry, for this room may not look up at them."""

from collections.abc import Callable, Iterable

UsersOf = Callable[[str, list[str]], list[str]]
_registered: list[UsersOf] = []


def register_users(tell: UsersOf) -> None:
    """Register `tell(layer key, zone codes) -> lines naming who uses one of them`; called in `AppConfig.ready()`."""
    if tell not in _registered:
        _registered.append(tell)


def users_of(layer_key: str, codes: Iterable[str]) -> dict[str, list[str]]:
    """Code → lines of its users, only codes that have one."""
    found = {code: [line for tell in _registered for line in tell(layer_key, [code])] for code in codes}
    return {code: lines for code, lines in found.items() if lines}
