"""Answers to a category's questions: reading them, and what follows from them."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from mangel.models import Category, Question
from pwa.errors import DomainError
from pwa.translated import pick

UNKNOWN = "weiss_nicht"
PLACE = "place"
Kind = Question.Kind
TEXT_MAX = 500


def is_shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether a question applies, given the answers so far."""
    condition = question.shown_if
    if not condition:
        return True
    given = answers.get(condition.get("question"))
    wanted = condition.get("options", [])
    return any(option in wanted for option in given) if isinstance(given, list) else given in wanted


def read_answers(questions: Iterable[Question], raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[DomainError]]:
    """(clean answers, refusals). Unknown question codes are refused, questions not shown are dropped."""
    known = {q.code: q for q in questions if q.kind != Kind.NOTICE}
    clean: dict[str, Any] = {}
    errors: list[DomainError] = []
    for code in raw:
        if code not in known and code != PLACE:
            errors.append(
                DomainError(
                    _("Diese Frage gibt es bei dieser Kategorie nicht. Bitte weglassen."), field=f"answers.{code}"[:80]
                )
            )
    if raw.get(PLACE) not in (None, ""):
        if isinstance(raw[PLACE], str) and raw[PLACE].isprintable():
            clean[PLACE] = raw[PLACE][:80]
        else:
            errors.append(DomainError(_("Bitte als Text antworten."), field=f"answers.{PLACE}"))
    for code, question in known.items():
        try:
            value = read_one(question, raw.get(code))
        except DomainError as error:
            errors.append(error)
            continue
        if value is not None:
            clean[code] = value
    clean = {c: v for c, v in clean.items() if c == PLACE or is_shown(known[c], clean)}
    for code, question in known.items():
        if question.required and code not in clean and is_shown(question, clean) and not is_refused(errors, code):
            errors.append(
                DomainError(
                    _("Bitte beantworten: „%(question)s“ – „Weiß nicht“ genügt.") % {"question": pick(question.text)},
                    field=f"answers.{code}",
                    code="required",
                )
            )
    return clean, errors


def is_refused(errors: list[DomainError], code: str) -> bool:
    return any(error.field == f"answers.{code}" for error in errors)


def read_one(question: Question, raw: Any) -> Any:
    """One answer in its clean form, None where nothing was answered. Raises DomainError naming the field."""
    field = f"answers.{question.code}"
    if raw is None or raw in ("", [], ()):
        return None
    if question.kind in (Kind.SINGLE, Kind.YES_NO):
        return one_option(question, raw, field)
    if question.kind == Kind.MULTI:
        values = raw if isinstance(raw, list | tuple) else [raw]
        return sorted({one_option(question, value, field) for value in values})
    if question.kind == Kind.NUMBER:
        return read_number(raw, field)
    if question.kind == Kind.DATE:
        try:
            return dt.date.fromisoformat(str(raw)).isoformat()
        except ValueError:
            raise DomainError(_("Bitte einen Tag angeben, zum Beispiel 2026-11-03."), field=field) from None
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise DomainError(_("Bitte als Text antworten."), field=field)
    text = str(raw).strip()
    if len(text) > TEXT_MAX:
        raise DomainError(_("Bitte höchstens %(n)s Zeichen.") % {"n": TEXT_MAX}, field=field)
    if "\x00" in text:
        raise DomainError(_("Der Text enthält ein unzulässiges Zeichen. Bitte neu eingeben."), field=field)
    return text or None


def option_codes(question: Question) -> list[str]:
    """The codes that may be answered."""
    codes = [str(option["code"]) for option in question.options]
    return codes or (["ja", "nein", UNKNOWN] if question.kind == Kind.YES_NO else [])


def one_option(question: Question, raw: Any, field: str) -> str:
    if raw is True or raw is False:
        raw = "ja" if raw else "nein"
    if isinstance(raw, str) and raw in option_codes(question):
        return raw
    raise DomainError(
        _("Diese Antwort gibt es nicht. Möglich sind: %(options)s.") % {"options": ", ".join(option_codes(question))},
        field=field,
    )


def read_number(raw: Any, field: str) -> float | int:
    try:
        number = float(str(raw).replace(",", ".")) if len(str(raw)) <= 40 else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e9:
        raise DomainError(_("Bitte eine Zahl angeben, zum Beispiel 12."), field=field)
    return int(number) if number == int(number) else number


def matches(codes: list[str], answer: Any) -> bool:
    return any(value in codes for value in answer) if isinstance(answer, list) else answer in codes


def is_hazard(category: Category, questions: Iterable[Question], answers: Mapping[str, Any]) -> bool:
    """Whether the emergency page comes: by answer, not by category (weimar/decisions.md)."""
    return bool(dangers(category, questions, answers))


def dangers(category: Category, questions: Iterable[Question], answers: Mapping[str, Any]) -> list[str]:
    """What the danger is, each by a name of its own."""
    always = [category.code] if category.hazard == Category.Hazard.ALWAYS else []
    chosen = ((q.code, option) for q in questions if q.code in answers for option in q.hazard_if)
    return always + [f"{code}={option}" for code, option in chosen if matches([option], answers[code])]


def is_private(category: Category, questions: Iterable[Question], answers: Mapping[str, Any]) -> bool:
    """Whether the report starts private: by category or by an answer that names a person."""
    if category.privacy != Category.Privacy.PUBLIC:
        return True
    return any(q.code in answers and matches(q.private_if, answers[q.code]) for q in questions)


def public_answers(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers everybody may read: public questions with options or numbers, never free text."""
    harmless = {Kind.SINGLE, Kind.MULTI, Kind.YES_NO, Kind.NUMBER, Kind.DATE}
    return {q.code: answers[q.code] for q in questions if q.public and q.kind in harmless and q.code in answers}


def in_words(
    questions: Iterable[Question], answers: Mapping[str, Any], language: str | None = None
) -> list[tuple[str, str]]:
    """(question, answer) as people read them, in order."""
    words: list[tuple[str, str]] = []
    for question in questions:
        if question.code not in answers:
            continue
        texts = {str(o["code"]): pick(o.get("text"), language) for o in question.options}
        value = answers[question.code]
        values = value if isinstance(value, list) else [value]
        words.append((pick(question.text, language), ", ".join(str(texts.get(str(v), v)) for v in values)))
    return words
