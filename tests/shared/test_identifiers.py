"""The numbers of registers: what is right, what is wrong and why, and which party they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.dk import cvr

from shared.events.words import Identifier
from shared.identifiers import WrongNumber, check, country_of, kept, party_id_of, recognise
from shared.persons import PersonKey, SoleTrader

KEY = PersonKey(b"k" * 32)

RIGHT = [
    ("dk-cvr", "DK 92 43 11 85", "dk-cvr", "92431185"),
    ("CVR", "92431185", "dk-cvr", "92431185"),
    ("0184", "92431185", "dk-cvr", "92431185"),
    ("dk-cvr", "DK-13585628", "dk-cvr", "13585628"),
    ("dk-cvr", "92431185.0", "dk-cvr", "92431185"),
    ("dk-pnr", "1003388394", "dk-pnr", "1003388394"),
    ("se-orgnr", "559987-4129", "se-orgnr", "5599874129"),
    ("se-orgnr", "16559987-4129", "se-orgnr", "5599874129"),
    ("SE-BLV", "556012-5790", "se-orgnr", "5560125790"),
    ("vat", "DK92431185", "dk-cvr", "92431185"),
    ("vat", "SE559987412901", "se-orgnr", "5599874129"),
    ("vat", "DE 136 695 976", "vat", "DE136695976"),
    ("euid", "DKCVR.92431185", "dk-cvr", "92431185"),
    ("bris", "SEBOLREG.559987-4129", "se-orgnr", "5599874129"),
    ("euid", "DER1101.HRB116737", "euid", "DER1101.HRB116737"),
    ("lei", "2138 00KUD8LAJWSQ9D15", "lei", "213800KUD8LAJWSQ9D15"),
    ("gln", "5798009912343", "gln", "5798009912343"),
    ("duns", "15-048-3782", "duns", "150483782"),
    ("eori", "DK12345678", "eori", "DK12345678"),
    ("srn", "de-mf-000005219", "srn", "DE-MF-000005219"),
    ("gb-coh", "XE9999", "gb-coh", "XE9999"),
]

WRONG = [
    ("dk-cvr", "92431186", "weighted 2 7 6 5 4 3 2 1 its sum leaves 1 when divided by 11"),
    ("dk-cvr", "02431185", "does not begin with 0"),
    ("dk-cvr", "9243118", "8 digits, not 7"),
    ("dk-cvr", "9243118x", "only digits"),
    ("se-orgnr", "559987-4128", "by the Luhn rule the last one must be 9"),
    ("vat", "SE5599874129", "ten digits and 01"),
    ("vat", "US123456789", "begins with the code of an EU country"),
    ("vat", "DE153301871", "wrong in a digit: the last one is the check digit of ISO 7064"),
    ("vat", "FI20774741", "weighted 7 9 10 5 8 4 2 1"),
    ("vat", "PL8567346216", "weighted 6 5 7 2 3 4 5 6 7"),
    ("vat", "IT00743110158", "by the Luhn rule"),
    ("vat", "DE1366959", "does not have this length"),
    ("nb", "12345", "has 4 digits, not 5"),
    ("lei", "213800KUD8LXJWSQ9D15", "leaves 1 when divided by 97"),
    ("lei", "213800KUD8LAJWSQ9D", "18 letters or digits and 2 check digits"),
    ("gln", "5798009912344", "by GS1 mod 10 the last must be 3"),
    ("gln", "57980099", "13 digits, not 8"),
    ("duns", "1234", "9 digits, not 4"),
    ("eori", "12345", "a country"),
    ("srn", "DE-XX-000005219", "MF, AR, IM or PR"),
    ("euid", "DKCVR11845118", "full stop"),
    ("se-orgnr", "55998741", "10 digits, not 8"),
    ("moon register", "1", "no register called"),
]


@pytest.mark.parametrize(("scheme", "text", "kept", "value"), RIGHT)
def test_a_right_number_is_kept_in_one_form(scheme: str, text: str, kept: str, value: str) -> None:
    assert check(scheme, text) == Identifier(scheme=kept, value=value)


@pytest.mark.parametrize(("scheme", "text", "why"), WRONG)
def test_a_wrong_number_says_which_rule_it_breaks(scheme: str, text: str, why: str) -> None:
    with pytest.raises(WrongNumber, match=why):
        check(scheme, text)


@pytest.mark.parametrize(("scheme", "text", "why"), WRONG)
def test_what_is_wrong_with_a_number_is_told_without_the_number(
    scheme: str, text: str, why: str
) -> None:
    """It may be a person's."""
    with pytest.raises(WrongNumber) as wrong:
        check(scheme, text)
    assert text not in str(wrong.value)


@given(st.integers(min_value=10_000_000, max_value=99_999_999))
def test_exactly_the_numbers_whose_weighted_sum_is_a_multiple_of_11_are_cvr(number: int) -> None:
    text = str(number)
    weights = (2, 7, 6, 5, 4, 3, 2, 1)
    right = sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 11 == 0
    assert cvr.is_valid(text) == right
    if right:
        assert party_id_of([check("dk-cvr", text)]) == f"dk-cvr-{text}"
        assert check("vat", f"DK{text}") == check("dk-cvr", text)
    else:
        with pytest.raises(WrongNumber):
            check("dk-cvr", text)


@given(st.integers(min_value=100_000_000, max_value=999_999_999))
def test_a_swedish_number_is_a_company_or_a_person_by_its_third_digit(nine: int) -> None:
    number = f"{nine}{luhn.calc_check_digit(str(nine))}"
    company = Identifier(scheme="se-orgnr", value=number)
    found = check("se-orgnr", number)
    assert found == (SoleTrader(number) if number[2] in "01" else company)
    assert check("vat", f"SE{number}01") == found
    assert check("se-orgnr", f"{number[:6]}-{number[6:]}") == found


@given(st.text(max_size=40), st.sampled_from(["", "VAT", "NATIONAL", "lei", "dk-cvr", "gb-coh"]))
def test_whatever_stands_in_a_document_is_a_number_or_a_reason(text: str, scheme: str) -> None:
    try:
        number = recognise(text, scheme=scheme)
    except WrongNumber:
        return
    if isinstance(number, Identifier):
        assert number.value
        assert recognise(number.value, scheme=number.scheme) == number


RECOGNISED = [
    ("92431185", "", None, "dk-cvr-92431185"),
    ("DK92431185", "VAT_Number", None, "dk-cvr-92431185"),
    ("559987-4129", "NATIONAL", "SE", "se-orgnr-5599874129"),
    ("559987-4129", "", None, "se-orgnr-5599874129"),
    ("DE136695976", "", "DE", "vat-de-136695976"),
    ("213800KUD8LAJWSQ9D15", "", None, "lei-213800kud8lajwsq9d15"),
    ("XE9999", "GB-COH", "GB", "gb-coh-xe9999"),
]


@pytest.mark.parametrize(("text", "scheme", "country", "id"), RECOGNISED)
def test_a_number_without_a_name_is_recognised_by_its_form(
    text: str, scheme: str, country: str | None, id: str
) -> None:
    assert party_id_of([recognise(text, scheme=scheme, country=country)]) == id


def test_eight_digits_of_another_country_are_no_cvr_number() -> None:
    with pytest.raises(WrongNumber):
        recognise("92431185", country="US")


def test_a_companys_own_register_names_it_before_any_other_number() -> None:
    numbers = [check("lei", "213800KUD8LAJWSQ9D15"), check("dk-cvr", "92431185")]
    assert party_id_of(numbers) == "dk-cvr-92431185"
    assert party_id_of([check("gln", "5798009912343")]) is None


def test_a_sole_trader_is_a_person_whatever_other_numbers_it_has() -> None:
    trader, lei = check("se-orgnr", "19800101-1231"), check("lei", "213800KUD8LAJWSQ9D15")
    id = party_id_of([lei, trader], KEY)
    assert id == KEY.sole_trader(SoleTrader("8001011231"))
    assert party_id_of([lei, trader]) is None
    assert kept([lei, trader], id) == ()
    assert country_of([trader]) == "SE"


def test_the_id_of_a_sole_trader_never_changes() -> None:
    """It was given before, in what is stored and announced."""
    trader = SoleTrader("8001011231")
    assert party_id_of([trader], KEY) == "se-sole-124520fe45405f6c97d5"


def test_a_number_of_a_person_is_not_printed() -> None:
    assert "8001011231" not in repr(check("se-orgnr", "800101-1231"))


@pytest.mark.parametrize(
    ("scheme", "text", "country"),
    [
        ("dk-cvr", "92431185", "DK"),
        ("se-orgnr", "559987-4129", "SE"),
        ("vat", "DE136695976", "DE"),
        ("vat", "EL094259216", "GR"),
        ("euid", "DER1101.HRB116737", "DE"),
        ("gb-coh", "XE9999", "GB"),
        ("xi-grid", "1234", None),
        ("lei", "213800KUD8LAJWSQ9D15", None),
    ],
)
def test_a_register_is_of_a_country(scheme: str, text: str, country: str | None) -> None:
    assert country_of([check(scheme, text)]) == country
