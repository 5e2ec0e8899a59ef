"""One spelling for what people type and what maps hold: "Göthestr." and "Goethestraße" meet."""

import re
import unicodedata

_SPELLED_UMLAUT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o"})
_AE_OE_UE = re.compile(r"([aou])e")
# Short, not long: seven letters that half of all names share would drown the rest of the name.
_STREET = re.compile(r"stras?se(?![a-z])")
_SQUARE = re.compile(r"platz(?![a-z])")
_NUMBER_AND_LETTER = re.compile(r"(?<![0-9a-z])([0-9]+) ([a-z])(?![a-z0-9])")


def fold(text: str) -> str:
    """Small letters, no accents, umlauts as their plain letter (also "ae"), "straße" as "str", single spaces."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED_UMLAUT))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _AE_OE_UE.sub(r"\1", text)
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = _SQUARE.sub("pl", _STREET.sub("str", text))
    return _NUMBER_AND_LETTER.sub(r"\1\2", text)


def split_number(folded: str) -> tuple[str, str]:
    """("gothestr dreieich", "12a") from "gothestr 12a dreieich"; the number is empty if there is none.
    A postcode (five digits) is no house number."""
    words = folded.split()
    for position in range(len(words) - 1, 0, -1):
        if re.fullmatch(r"[0-9]{1,4}[a-z]?", words[position]):
            return " ".join(words[:position] + words[position + 1 :]), words[position]
    return folded, ""
