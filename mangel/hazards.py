"""Whether a report speaks of danger: by answer, by matter, or by a word that somebody typed (DESIGN 5.3)."""

from collections.abc import Iterable

from geo.folding import fold

# "Gasse" is a street, "Gast" a person; the front end makes the same exceptions.
HARMLESS = ("gass", "gast")
# What the stop page was answered: "Ich habe angerufen", "Keine akute Gefahr".
CALLED, CALM = "called", "calm"


def names_danger(text: str, hazard_words: Iterable[str]) -> bool:
    """Whether a word begins like one of the city's hazard words ("Gasgeruch", "Kabel")."""
    dangers = [fold(word) for word in hazard_words]
    return any(
        word.startswith(danger) and not word.startswith(HARMLESS) for word in fold(text).split() for danger in dangers
    )
