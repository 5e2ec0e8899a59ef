"""Whether a report speaks of danger: by answer, by matter, or by a word that somebody typed (DESIGN 5.3)."""

import re
import unicodedata
from collections.abc import Iterable

# "Gasse" is a street, "Gast" a person (but not "Gastank"), "газон" a lawn; the front end makes the same exceptions.
HARMLESS = re.compile(r"gass|gast(?!ank|herm)|газон|газет|applicab")
LONG = 5  # letters: such a word means danger in the middle of another one, too ("Fliegerbomben")
# "الغاز" is "the gas": Arabic writes the article with the word.
ARTICLE = re.compile(r"^(?:[وب]?ال|لل)(?=\w{3})")
# What the stop page was answered: "Ich habe angerufen", "Keine akute Gefahr".
CALLED, CALM = "called", "calm"


def names_danger(text: str, hazard_words: Iterable[str]) -> bool:
    """Whether a word begins or ends with one of the city's hazard words ("Gasgeruch", "Erdgas", "газу")."""
    return bool(named_dangers(text, hazard_words))


def named_dangers(text: str, hazard_words: Iterable[str]) -> list[str]:
    """Which of them it names."""
    typed = [word for word in _words(text) if not HARMLESS.match(word)]
    dangers = (word for phrase in hazard_words for word in _words(phrase))
    return [danger for danger in dangers if any(_names(word, danger) for word in typed)]


def _names(word: str, danger: str) -> bool:
    return word.startswith(danger) or word.endswith(danger) or (len(danger) >= LONG and danger in word)


def _words(text: str) -> list[str]:
    """The words of a text in any script: small letters, no accents, no Arabic article."""
    text = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return [ARTICLE.sub("", word) for word in re.findall(r"[^\W_]+", plain)]
