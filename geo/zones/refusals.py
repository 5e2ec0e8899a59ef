"""Why a zone or a file is refused. Import messages are English, for they reach the operator of a command."""

from collections.abc import Mapping, Sequence

from pwa.errors import DomainError


class ImportRefused(DomainError):
    """The file, or one of its features, cannot be used. Nothing was changed."""

    code = "import_refused"


class ZoneRefused(DomainError):
    """A zone cannot be changed in this way."""

    code = "zone_refused"


class CodesInUse(ImportRefused):
    """Zone codes would end although something still points at them. `users`: code → who uses it."""

    code = "codes_in_use"

    def __init__(self, users: Mapping[str, Sequence[str]]) -> None:
        lines = [f"  {code}: {', '.join(names)}" for code, names in sorted(users.items())]
        super().__init__(
            "These codes would end but are in use; point their users elsewhere or use --force:\n" + "\n".join(lines)
        )
        self.users = users
