"""Questions as a form shows them, and answers as a form sends them. Inputs are named `answers-<code>`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from mangel.answers import PLACE, UNKNOWN
from mangel.models import Question
from mangel.routing import UNKNOWN as PLACE_UNKNOWN
from mangel.routing import PlaceQuestion
from pwa.translated import Text, pick

Kind = Question.Kind
PREFIX = "answers-"


@dataclass(frozen=True)
class Option:
    """One answer to choose. `id` is the input's."""

    code: str
    text: str
    id: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """A question with what was answered so far. `condition`: when it belongs ("Nur bei …"), for pages without
    JavaScript; `shown_if`/`shown_if_values` say the same to the front end."""

    code: str
    kind: str
    text: Text
    help: Text | None = None
    options: list[Option] = field(default_factory=list)
    value: Any = ""
    error: str = ""
    required: bool = False
    shown_if: str = ""
    shown_if_values: str = ""
    condition: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.code

    @property
    def id(self) -> str:
        return f"id_{PREFIX}{self.code}"

    @property
    def target(self) -> str:
        """The id an error summary links to: the first input."""
        return self.options[0].id if self.options else self.id


def asked(questions: Iterable[Question], answers: Mapping[str, Any], errors: Mapping[str, str]) -> list[Asked]:
    """The questions of a category for a form, in order."""
    questions = list(questions)
    by_code = {q.code: q for q in questions}
    return [one_asked(q, by_code, answers.get(q.code), errors.get(f"answers.{q.code}", "")) for q in questions]


def one_asked(question: Question, others: Mapping[str, Question], value: Any, error: str) -> Asked:
    condition = question.shown_if or {}
    on = others.get(condition.get("question", ""))
    values = [str(code) for code in condition.get("options", [])]
    return Asked(
        code=question.code,
        kind=question.kind,
        text=pick(question.text),
        help=pick(question.help) or None,
        options=options_of(question, value),
        value="" if value is None else value,
        error=error,
        required=question.required,
        shown_if=PREFIX + on.code if on else "",
        shown_if_values=" ".join(values) if on else "",
        condition=only_if(on, values) if on else "",
    )


def option_texts(question: Question) -> list[tuple[str, str]]:
    if question.options:
        return [(str(option["code"]), pick(option.get("text"))) for option in question.options]
    if question.kind == Kind.YES_NO:
        return [("ja", _("Ja")), ("nein", _("Nein")), (UNKNOWN, _("Weiß nicht"))]
    return []


def options_of(question: Question, value: Any) -> list[Option]:
    given = value if isinstance(value, list) else [value]
    return [
        Option(code, text, f"id_{PREFIX}{question.code}_{n}", code in given)
        for n, (code, text) in enumerate(option_texts(question))
    ]


def only_if(on: Question, values: list[str]) -> str:
    words = [f"„{text}“" for code, text in option_texts(on) if code in values]
    return _("Nur bei %(answers)s") % {"answers": ", ".join(words)} if words else ""


def place_asked(question: PlaceQuestion, text: Text, none_label: Text, value: Any) -> Asked:
    """The one question about the exact spot (DESIGN 5.2.2). `none_label`: the words for "in none of them"."""
    choices: list[tuple[str, str]] = [
        (code, pick(hit.answer_label) or hit.name if hit else none_label or _("An keiner davon"))
        for code, hit, _office in question.options
    ]
    choices.append((PLACE_UNKNOWN, _("Weiß nicht")))
    return Asked(
        code=PLACE,
        kind=Kind.SINGLE,
        text=text,
        options=[
            Option(code, words, f"id_{PREFIX}{PLACE}_{n}", code == value) for n, (code, words) in enumerate(choices)
        ],
        value=value or "",
    )


def read_form(questions: Iterable[Question], post: QueryDict) -> dict[str, Any]:
    """What the form sends, as typed: lists for several, text for one; nothing is checked yet."""
    raw: dict[str, Any] = {}
    for question in questions:
        name = PREFIX + question.code
        if question.kind == Kind.NOTICE or name not in post:
            continue
        raw[question.code] = post.getlist(name) if question.kind == Kind.MULTI else post[name]
    if post.get(PREFIX + PLACE):
        raw[PLACE] = post[PREFIX + PLACE]
    return {code: value for code, value in raw.items() if value not in ("", [])}
