"""Numbers for the phone and codes for the reporter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mangel import tracking
from threads import numbers


@given(st.integers(10_000_000, 99_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body, position, shift):
    number = f"{body}{numbers.check_digit(str(body))}"
    assert numbers.is_number(number)
    wrong = str((int(number[position]) + shift) % 10)
    assert not numbers.is_number(number[:position] + wrong + number[position + 1 :])


@given(st.integers(10_000_000, 99_999_999), st.integers(0, 7))
def test_two_swapped_neighbours_are_always_noticed(body, position):
    number = f"{body}{numbers.check_digit(str(body))}"
    a, b = number[position], number[position + 1]
    swapped = number[:position] + b + a + number[position + 2 :]
    assert numbers.is_number(swapped) == (a == b)


def test_a_number_is_spoken_in_threes_and_read_back():
    assert numbers.spoken("417203858") == "417 203 858"
    assert numbers.parse(" 417 203-858 ") == "417203858"


def test_a_code_opens_its_report_and_no_other():
    code = tracking.code_for("417203858", kid=tracking.newest_kid(), version=1)
    opens = {"kid": tracking.newest_kid(), "version": 1}
    assert tracking.is_code_of(code, "417203858", **opens)
    assert tracking.is_code_of(tracking.spoken(code).upper(), "417203858", **opens)
    assert not tracking.is_code_of(code, "417203859", **opens)
    assert not tracking.is_code_of(code, "417203858", kid=opens["kid"], version=2)  # revoked
    assert not tracking.is_code_of("", "417203858", **opens)


@given(st.text(max_size=80))
def test_nonsense_is_no_code_and_no_crash(text):
    assert not tracking.is_code_of(text, "417203858", kid=tracking.newest_kid(), version=1)


def test_a_code_has_at_least_80_bits():
    assert tracking.CODE_BYTES * 8 >= 80
    assert len(tracking.code_for("417203858", kid="k1", version=1)) == 16


@pytest.mark.parametrize("typed", ["o1il", "O1IL"])
def test_letters_that_are_misread_are_mended(typed):
    assert tracking.normalised(typed) == "0111"
