"""Natural persons: known by a keyed hash, never by their number."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from shared.persons import MASKED, PersonKey, SoleTrader, without_person_numbers

KEY = PersonKey(b"k" * 32)


def test_the_same_person_has_the_same_id_however_the_name_is_written() -> None:
    one = KEY.person("name-birth", "Ajgul  BERDIKENOVA", "1974-09-02")
    assert one == KEY.person("name-birth", "ajgul berdikenova", "1974-09-02")
    assert one != KEY.person("name-birth", "ajgul berdikenova", "1974-09-03")
    assert one.startswith("person-")
    assert len(one) == len("person-") + 20


def test_another_key_makes_another_person() -> None:
    other = PersonKey(b"o" * 32)
    trader = SoleTrader("8001011231")
    assert KEY.sole_trader(trader) != other.sole_trader(trader)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PersonKey(b"short")


@given(
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.sampled_from([0, 60]),
    st.integers(0, 9999),
    st.sampled_from(["{day}%m%y", "%y%m{day}", "%Y%m{day}"]),
    st.sampled_from(["-", "", " ", "+", " - ", "\u2013"]),
)
def test_every_person_number_in_a_text_is_masked(
    born: date, added: int, serial: int, form: str, between: str
) -> None:
    """Of those who have a co-ordination or replacement number, with 60 added to the day, too."""
    day = f"{born.day + added:02}"
    number = f"{born.strftime(form).format(day=day)}{between}{serial:04}"
    masked = without_person_numbers(f"CPR: {number}, direktør")
    assert number not in masked
    assert MASKED in masked


@given(st.integers(20, 99), st.integers(0, 9_999_999))
def test_a_swedish_company_number_stays(month: int, rest: int) -> None:
    digits = f"55{month}{rest:07}"[:9]
    number = f"{digits}{luhn.calc_check_digit(digits)}"
    text = f"Organisationsnummer {number[:6]}-{number[6:]}"
    assert without_person_numbers(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "CVR-nummer 92431185",
        "DKK 140.000 betalt den 19-11-2026",
        "SA-2026-1104731",
        "GLN 5798009912343",
        "telefon +45 12 34 56 78",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_person_numbers(text) == text


def test_the_vat_number_of_a_sole_trader_is_masked_too() -> None:
    assert "800101" not in without_person_numbers("VAT SE800101123101")
