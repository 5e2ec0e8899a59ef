"""Public numbers that can be spoken on the phone: 8 random digits and a check digit.

The check digit is Damm's: it finds every single wrong digit and every swap of neighbours
(H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004).
"""

import re
import secrets

DAMM_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
DIGITS = 9


def check_digit(digits: str) -> int:
    """Damm's check digit of a string of decimal digits."""
    interim = 0
    for digit in digits:
        interim = DAMM_TABLE[interim][int(digit)]
    return interim


def new_number() -> str:
    """A random number of 9 digits that does not start with 0, for a leading zero is lost on the phone."""
    body = str(secrets.randbelow(90_000_000) + 10_000_000)
    return f"{body}{check_digit(body)}"


def is_number(text: str) -> bool:
    """Whether `text` is 9 digits with the right check digit."""
    return bool(re.fullmatch(r"[0-9]{9}", text)) and check_digit(text) == 0


def spoken(number: str) -> str:
    """Grouped in threes, as it is printed and read aloud: "417 203 858"."""
    return " ".join(number[i : i + 3] for i in range(0, len(number), 3))


def parse(text: str) -> str:
    """What somebody typed ("417 203-858") as a plain number; not checked."""
    return re.sub(r"[\s.\-/]+", "", text)
