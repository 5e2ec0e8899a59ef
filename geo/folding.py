"""One spelling for what people type and what maps hold: "Göthestr." and "Goethestraße" meet."""

import re
import unicodedata
from functools import lru_cache

STREET = "strasse"
_SPELLED_UMLAUT = str.maketrans({"ß": "ss", "æ": "a", "œ": "o", "ø": "o"})
_AE_OE_UE = re.compile(r"([aou])e+")
_NUMBER_AND_LETTER = re.compile(r"(?<![0-9a-z])([0-9]+) ([a-z])(?![a-z0-9])")


def fold(text: str) -> str:
    """Small letters, no accents, umlauts as their plain letter (also "ae"), "straße" as "str", single spaces."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED_UMLAUT))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = _AE_OE_UE.sub(r"\1", text)
    text = " ".join(_short(word) for word in text.split())
    return _NUMBER_AND_LETTER.sub(r"\1\2", text)


def _short(word: str) -> str:
    """ "bahnhofstrasse" as "bahnhofstr": seven letters that half of all names share would drown the rest. Also with
    one typing mistake in them ("bahnhoftsrasse")."""
    if word.endswith("platz"):
        return word.removesuffix("platz") + "pl"
    tails = [word[-length:] for length in (7, 6, 8) if length <= len(word)]
    tail = min(tails, key=lambda tail: _mistakes(tail, STREET), default="")
    return word.removesuffix(tail) + "str" if tail and _mistakes(tail, STREET) <= 1 else word


@lru_cache(maxsize=4096)
def _mistakes(one: str, other: str) -> int:
    """Letters added, left out, wrong, or swapped with the next (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def split_number(folded: str) -> tuple[str, str]:
    """("gothestr dreieich", "12a") from "gothestr 12a dreieich"; the number is empty if there is none.
    A postcode (five digits) is no house number."""
    words = folded.split()
    for position in range(len(words) - 1, -1 if len(words) > 1 else 0, -1):
        if re.fullmatch(r"[0-9]{1,4}[a-z]?", words[position]):
            return " ".join(words[:position] + words[position + 1 :]), words[position]
    return folded, ""
