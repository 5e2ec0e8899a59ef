"""The catalogue as this process knows it: read once, read again when the city changed it.

What is handed out is shared between threads: read it, never write to it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from geo import revisions
from mangel.models import Category, CityText, DeclinedReason, HazardWord, Office, Question, ReasonText
from pwa.translated import Text, pick


@dataclass(frozen=True)
class Catalogue:
    """Categories (with `.parent` and `.asked`), offices, reasons and texts, by code."""

    revision: int
    categories: dict[str, Category]
    offices: dict[str, Office]
    office_by_id: dict[int, Office]
    category_by_id: dict[int, Category]
    reasons: dict[str, dict[str, str]]
    declined: dict[str, DeclinedReason]
    hazard_words: tuple[str, ...]
    texts: dict[str, dict[str, str]]
    questions: dict[int, tuple[Question, ...]] = field(default_factory=dict)

    @classmethod
    def current(cls, known: Mapping[str, int] | None = None) -> Catalogue:
        """The catalogue of this moment. `known`: revisions already read in this transaction (saves one SQL)."""
        global _held
        revision = (known or revisions.current()).get("catalogue", 0)
        held = _held
        if held is None or held.revision != revision:
            with _lock:
                held = _held = load(revision)
        return held

    def leaves(self) -> list[Category]:
        """Active categories that can be reported, in the city's order."""
        return [c for c in self.categories.values() if c.active and c.parent_id is not None]

    def groups(self) -> list[Category]:
        """Active groups, in the city's order."""
        return [c for c in self.categories.values() if c.active and c.parent_id is None]

    def children(self, group: Category) -> list[Category]:
        return [c for c in self.leaves() if c.parent_id == group.pk]

    def offered(self) -> list[Category]:
        """Leaves in season today: what choosing shows. Others are still accepted."""
        month = timezone.localdate().month
        return [c for c in self.leaves() if not c.season or month in c.season]

    def asked(self, category: Category) -> tuple[Question, ...]:
        """Active questions of a leaf, in order."""
        return self.questions.get(category.pk, ())

    def central(self) -> Office:
        """The central intake; the answer where no rule speaks. Raises LookupError if the city has none."""
        for office in self.offices.values():
            if office.kind == Office.Kind.INTAKE and office.active:
                return office
        raise LookupError("No active office of kind 'intake'; load a city pack or add one in the administration")

    def in_charge(self, office: Office) -> Office:
        """The inside office that minds `office`; an outside one without a minder goes to central intake."""
        if office.minded_by_id:
            return self.office_by_id[office.minded_by_id]
        return self.central() if office.is_outside else office

    def text(self, key: str, language: str | None = None) -> Text:
        return pick(self.texts.get(key), language)


_held: Catalogue | None = None
_lock = threading.Lock()


def load(revision: int) -> Catalogue:
    """Read everything from the database: a handful of SQL, a few hundred rows."""
    categories = list(Category.objects.order_by("rank", "code"))
    by_id = {c.pk: c for c in categories}
    for category in categories:
        if category.parent_id:
            category.parent = by_id[category.parent_id]
    questions: dict[int, list[Question]] = {}
    for question in Question.objects.filter(active=True).order_by("order", "pk"):
        question.category = by_id[question.category_id]
        questions.setdefault(question.category_id, []).append(question)
    offices = list(Office.objects.order_by("code"))
    return Catalogue(
        revision=revision,
        categories={c.code: c for c in categories},
        category_by_id=by_id,
        offices={o.code: o for o in offices},
        office_by_id={o.pk: o for o in offices},
        reasons={r.code: r.texts for r in ReasonText.objects.all()},
        declined={r.code: r for r in DeclinedReason.objects.all()},
        hazard_words=tuple(HazardWord.objects.values_list("word", flat=True)),
        texts={t.key: t.texts for t in CityText.objects.all()},
        questions={pk: tuple(rows) for pk, rows in questions.items()},
    )
