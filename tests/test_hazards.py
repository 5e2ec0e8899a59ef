"""A word of danger is heard in every language residents write in."""

import pytest

from mangel.hazards import names_danger

WORDS = ["gas", "kabel", "bombe", "газ", "غاز", "قنبلة"]


@pytest.mark.parametrize(
    "text",
    [
        "Es riecht nach Gas",
        "Gasgeruch im Keller",
        "Erdgas",
        "Stromkabel",
        "Fliegerbomben",
        "сильний запах газу",
        "رائحة الغاز في الشارع",
        "وجدت قنبلة",
    ],
)
def test_a_word_of_danger_is_heard(text):
    assert names_danger(text, WORDS)


@pytest.mark.parametrize("text", ["Gasse gesperrt", "Gäste parken hier", "газон не підстрижено", "حفرة في الطريق", ""])
def test_a_lane_a_guest_and_a_lawn_are_no_danger(text):
    assert not names_danger(text, WORDS)
