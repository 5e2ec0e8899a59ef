"""The one kind of refusal a reader sees: a sentence in their language, naming field and remedy."""

from typing import Any


class DomainError(Exception):
    """A rule said no. `message` is a (lazy) translated sentence with the remedy; `field` names the input, if one.

    `status` is the HTTP status a view or API answers with.
    """

    status = 422
    code = "refused"

    def __init__(self, message: Any, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class DomainErrors(DomainError):
    """Several refusals at once, so that a reader mends all fields in one go."""

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = errors
