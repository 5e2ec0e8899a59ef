"""What somebody has told us so far, on its way through the pages in a signed hidden field."""

import dataclasses
import time
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from mangel.drafts import new_key
from mangel.models import Category

SALT = "mangel.reporting"
# Submission keys are kept for 30 days; an older page might bring a second report.
OLDEST_S = 14 * 24 * 3600


class Stale(Exception):
    """The hidden field is missing, forged or older than two weeks."""


@dataclass
class Begun:
    """A report in the making. `key` is made at the first page and stays: a double click gives one report."""

    key: str = field(default_factory=new_key)
    at: float = field(default_factory=time.time)
    # [{"key": signed key of the staged file, "name": its name, "alt": words for those who cannot see it}]
    photos: list[dict[str, str]] = field(default_factory=list)
    # lon, lat, accuracy_m, place_source, address, place_hint as sent
    place: dict[str, str] = field(default_factory=dict)
    category: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    details_done: bool = False
    not_it: list[str] = field(default_factory=list)  # numbers that "Nein, etwas anderes" was said to
    danger: str = ""  # "called" or "calm", once asked
    dangers: list[str] = field(default_factory=list)  # what that answer was about

    def token(self) -> str:
        return signing.dumps(dataclasses.asdict(self), salt=SALT, compress=True)

    @classmethod
    def from_token(cls, token: str) -> "Begun":
        """Raises Stale."""
        try:
            return cls(**signing.loads(token, salt=SALT, max_age=OLDEST_S))
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise Stale from error

    def choose_category(self, code: str) -> None:
        """Another matter has other questions, other doubles, another danger."""
        if code != self.category:
            self.category, self.answers, self.details_done, self.not_it = code, {}, False, []
            self.danger, self.dangers = "", []

    def set_place(self, place: dict[str, str]) -> None:
        if place != self.place:
            self.place, self.not_it = place, []
            self.answers.pop("place", None)

    def as_data(self, category: Category | None, language: str) -> dict[str, Any]:
        """As `drafts.read_draft` reads it."""
        data: dict[str, Any] = {name: value for name, value in self.place.items() if value}
        data |= {
            "category": self.category,
            "description": self.description,
            "answers": self.answers,
            "language": language,
            "channel": "web",
            "danger": self.danger,
        }
        if category and category.place == Category.Place.NONE:
            return {name: value for name, value in data.items() if name not in self.place}
        return data
