"""The numbers that registers give: checked, normalised, and made into the ids of parties.

A number that contains another is that other one: a Danish VAT number is a CVR number, a Swedish
one an organisation number, an EUID what its register gave. So two intakes arrive at the same
party without asking each other.

The number of a Swedish sole trader is a personnummer: it is recognised here as a `SoleTrader` and
must go no further than the keyed hash of `shared.persons.PersonKey`.
"""

import re
from collections.abc import Callable, Iterable

from stdnum import ean, lei, luhn
from stdnum.dk import cvr
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.gb import vat as gb_vat
from stdnum.iso7064 import mod_97_10

from shared.events.base import is_natural_person
from shared.events.words import Identifier
from shared.persons import PersonKey, SoleTrader

RightNumber = Identifier | SoleTrader
"""A number that is right; that of a natural person is a kind of its own, because it is not kept."""


class WrongNumber(ValueError):
    """A number that no register can have given; the text says which rule it breaks."""


def _bare(text: str) -> str:
    # A number that went through a spreadsheet comes back with a decimal: 92431185.0
    text = re.sub(r"^\s*([0-9]+)\.0\s*$", r"\1", text)
    return re.sub(r"[\s.\-\u2013/:,]", "", text).upper()


def _digits(text: str, length: int, name: str) -> str:
    number = _bare(text)
    if not re.fullmatch(r"[0-9]+", number):
        raise WrongNumber(f"{name} has only digits")
    if len(number) != length:
        raise WrongNumber(f"{name} has {length} digits, not {len(number)}")
    return number


def _mod_11(text: str, name: str) -> str:
    """Domain reference §4: eight digits, the first not nought, weights 2 7 6 5 4 3 2 1."""
    number = _bare(text)
    number = _digits(number.removeprefix("DK"), 8, name)
    if number[0] == "0":
        raise WrongNumber(f"{name} does not begin with 0")
    if rest := cvr.checksum(number):
        raise WrongNumber(
            f"{name} is wrong in a digit: weighted 2 7 6 5 4 3 2 1 its sum leaves {rest} "
            "when divided by 11, and must leave 0"
        )
    return number


def _luhn(number: str, name: str) -> str:
    if luhn.checksum(number):
        expected = luhn.calc_check_digit(number[:-1])
        raise WrongNumber(
            f"{name} is wrong in a digit: by the Luhn rule the last one must be {expected}"
        )
    return number


def _cvr(text: str) -> Identifier:
    return Identifier(scheme="dk-cvr", value=_mod_11(text, "a CVR number"))


def _se_number(text: str) -> Identifier:
    return Identifier(scheme="dk-se", value=_mod_11(text, "an SE number"))


def _p_number(text: str) -> Identifier:
    return Identifier(scheme="dk-pnr", value=_digits(text, 10, "a P number"))


def _orgnr(text: str) -> RightNumber:
    """Legal persons have at least 2 as the third digit; below it is the month of a birth."""
    name = "an organisation number"
    number = _bare(text)
    if len(number) == 12 and number[:2] in ("16", "18", "19", "20"):
        number = number[2:]
    number = _luhn(_digits(number, 10, name), name)
    if number[2] < "2":
        return SoleTrader(number)
    return Identifier(scheme="se-orgnr", value=number)


def _lei(text: str) -> Identifier:
    number = _bare(text)
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", number):
        raise WrongNumber("an LEI has 18 letters or digits and 2 check digits")
    if not lei.is_valid(number):
        rest = mod_97_10.checksum(number)
        raise WrongNumber(f"an LEI leaves 1 when divided by 97 (ISO 7064), this leaves {rest}")
    return Identifier(scheme="lei", value=number)


VAT_RULES = {
    "AT": "the last one follows from the Luhn sum of the others, plus 4",
    "BE": "the last two are 97 less what the others leave when divided by 97",
    "BG": "the last one follows from the others, weighted 1 to 8 (or 3 to 10), modulo 11",
    "CY": "the letter follows from the digits, every other one translated, modulo 26",
    "CZ": "weighted 8 to 2 the sum gives the last one, modulo 11",
    "DE": "the last one is the check digit of ISO 7064 mod 11, 10",
    "EE": "weighted 3 7 1 3 7 1 3 7 1 the sum leaves 0 when divided by 10",
    "EL": "weighted by powers of two the sum gives the last one, modulo 11",
    "ES": "the control digit or letter does not follow from the others",
    "FI": "weighted 7 9 10 5 8 4 2 1 the sum leaves 0 when divided by 11",
    "FR": "the two in front follow from the SIREN modulo 97, which follows the Luhn rule",
    "GR": "weighted by powers of two the sum gives the last one, modulo 11",
    "HR": "the last one is the check digit of ISO 7064 mod 11, 10",
    "HU": "weighted 9 7 3 1 9 7 3 1 the sum leaves 0 when divided by 10",
    "IE": "weighted 8 to 2 the sum gives the letter, modulo 23",
    "IT": "by the Luhn rule the last one does not follow from the others",
    "LT": "weighted 1 to 9 (or 3 to 9 and 1 2) the sum gives the last one, modulo 11",
    "LU": "the last two are what the others leave when divided by 89",
    "LV": "weighted 9 1 4 8 3 10 2 5 7 6 1 the sum leaves 3 when divided by 11",
    "MT": "weighted 3 4 6 7 8 9 10 1 the sum leaves 0 when divided by 37",
    "NL": "weighted 9 to 2 the sum gives the ninth, modulo 11, or ISO 7064 mod 97, 10 holds",
    "PL": "weighted 6 5 7 2 3 4 5 6 7 the sum gives the last one, modulo 11",
    "PT": "weighted 9 to 2 the sum gives the last one, modulo 11",
    "RO": "weighted 7 5 3 2 1 7 5 3 2 the sum, ten times, gives the last one, modulo 11",
    "SI": "weighted 8 to 2 the sum gives the last one, modulo 11",
    "SK": "the whole number is divisible by 11",
    "XI": "weighted 8 to 2 the sum and the last two leave 0 or 42 when divided by 97",
}
"""The rule that the digits of a country's VAT number follow, as python-stdnum tests it."""


def _vat(text: str) -> RightNumber:
    number = _bare(text)
    country = number[:2]
    if country == "DK":
        return _cvr(number)
    if country == "SE":
        if len(number) != 14 or not number.endswith("01"):
            raise WrongNumber("a Swedish VAT number is SE, ten digits and 01")
        return _orgnr(number[2:12])
    if country not in VAT_RULES:
        raise WrongNumber("a VAT number begins with the code of an EU country, or XI")
    try:
        if country == "XI":
            gb_vat.validate(number[2:])
        else:
            eu_vat.validate(number)
    except InvalidChecksum as wrong:
        rule = VAT_RULES[country]
        raise WrongNumber(f"a VAT number of {country} is wrong in a digit: {rule}") from wrong
    except InvalidLength as wrong:
        raise WrongNumber(f"a VAT number of {country} does not have this length") from wrong
    except ValidationError as wrong:
        raise WrongNumber(f"a VAT number of {country} does not look like this") from wrong
    return Identifier(scheme="vat", value=number if country == "XI" else eu_vat.compact(number))


def _euid(text: str) -> RightNumber:
    number = text.strip().replace(" ", "")
    match = re.fullmatch(r"([A-Z]{2})([A-Z0-9]{1,10})\.([A-Za-z0-9._-]{1,40})", number)
    if match is None:
        raise WrongNumber("an EUID is country, register, full stop, number: DKCVR.11845118")
    if match[1] + match[2] == "DKCVR":
        return _cvr(match[3])
    if match[1] == "SE":
        return _orgnr(match[3])
    return Identifier(scheme="euid", value=number)


def _duns(text: str) -> Identifier:
    return Identifier(scheme="duns", value=_digits(text, 9, "a D-U-N-S number"))


def _eori(text: str) -> Identifier:
    number = _bare(text)
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{1,15}", number):
        raise WrongNumber("an EORI number is a country and at most 15 letters or digits")
    return Identifier(scheme="eori", value=number)


def _gln(text: str) -> Identifier:
    number = _digits(text, 13, "a GLN")
    if not ean.is_valid(number):
        expected = ean.calc_check_digit(number[:-1])
        raise WrongNumber(f"a GLN is wrong in a digit: by GS1 mod 10 the last must be {expected}")
    return Identifier(scheme="gln", value=number)


def _srn(text: str) -> Identifier:
    number = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}-(MF|AR|IM|PR)-[0-9]{9}", number):
        raise WrongNumber("an SRN is country, MF, AR, IM or PR, and nine digits: DE-MF-000005219")
    return Identifier(scheme="srn", value=number)


def _notified_body(text: str) -> Identifier:
    """Four digits, as NANDO lists them and as they stand beside a CE mark."""
    number = _bare(text).removeprefix("CE").removeprefix("NB")
    return Identifier(scheme="nb", value=_digits(number, 4, "the number of a notified body"))


RULES: dict[str, Callable[[str], RightNumber]] = {
    "dk-cvr": _cvr,
    "dk-se": _se_number,
    "dk-pnr": _p_number,
    "se-orgnr": _orgnr,
    "vat": _vat,
    "lei": _lei,
    "euid": _euid,
    "duns": _duns,
    "eori": _eori,
    "gln": _gln,
    "srn": _srn,
    "nb": _notified_body,
}

SCHEMES = {
    "cvr": "dk-cvr",
    "0184": "dk-cvr",
    "0198": "dk-se",
    "0096": "dk-pnr",
    "0088": "gln",
    "0060": "duns",
    "0007": "se-orgnr",
    "se-blv": "se-orgnr",
    "orgnr": "se-orgnr",
    "vat_number": "vat",
    "bris": "euid",
    "xi-lei": "lei",
}
"""What others call them: Peppol ICD codes, org-id.guide lists, the ESPD."""

REGISTER = re.compile(r"([a-z]{2})-[a-z0-9_]{2,20}")
"""What a code of org-id.guide looks like: a country, and one of its registers."""

NATIONAL = {"DK": "dk-cvr", "SE": "se-orgnr"}
"""The number that a company's own country knows it by."""


def check(scheme: str, text: str) -> RightNumber:
    """The number in the form in which we keep it. Raises `WrongNumber`.

    A number of a register that we have no rule for (`gb-coh`) is kept as it stands.
    """
    named = scheme.strip().lower()
    named = SCHEMES.get(named, named)
    if rule := RULES.get(named):
        return rule(text)
    if REGISTER.fullmatch(named) and _bare(text):
        return Identifier(scheme=named, value=_bare(text)[:40])
    raise WrongNumber(
        f"we know no register called {scheme!r}; org-id.guide lists them, such as DK-CVR"
    )


def recognise(text: str, *, scheme: str = "", country: str | None = None) -> RightNumber:
    """A number whose kind may be given, follow from the country, or only show in its form.

    Raises `WrongNumber` with the rule that the most likely kind of number would break.
    """
    named = scheme.strip().lower()
    if named == "national" and country in NATIONAL:
        named = NATIONAL[country]
    if named in RULES or named in SCHEMES or re.fullmatch(r"[a-z]{2}-[a-z0-9_]+", named):
        return check(named, text)
    number = _bare(text)
    if re.fullmatch(r"[A-Z]{2}[A-Z0-9]*\.\S+", text.strip()):
        return _euid(text)
    if re.fullmatch(r"[A-Z]{2}[0-9A-Z]{2,13}", number) and re.search(r"[0-9]{2}", number):
        return _vat(number)
    if len(number) == 20:
        return _lei(number)
    if country in NATIONAL:
        return check(NATIONAL[country], number)
    if country is None and len(number) == 8:
        return _cvr(number)
    if country is None and len(number) in (10, 12):
        return _orgnr(number)
    raise WrongNumber("this is no number that we can tell the register of")


STRONGEST = ("lei", "vat", "euid", "duns")
"""Which number names a party that has several, and none of `NATIONAL`."""

CODES = {"EL": "GR", "XI": "GB"}
"""Countries that VAT numbers and EUIDs call otherwise than ISO 3166 does."""


def party_id_of(numbers: Iterable[RightNumber], key: PersonKey | None = None) -> str | None:
    """The id that a party has by its numbers, or None where they do not identify it.

    The number of its own register names it before all others. GLN, EORI and P numbers name places
    and roles of a company, not the company. A sole trader has an id only where there is a key.
    """
    found: dict[str, str] = {}
    trader = None
    for number in numbers:
        if isinstance(number, SoleTrader):
            trader = number
        else:
            found[number.scheme] = number.value
    for scheme in NATIONAL.values():
        if value := found.get(scheme):
            return f"{scheme}-{value}"
    if trader is not None:
        return key.sole_trader(trader) if key else None
    for scheme in (*STRONGEST, *sorted(found.keys() - RULES.keys())):
        if value := found.get(scheme):
            parted = f"{value[:2]}-{value[2:]}" if scheme == "vat" else value
            return slug(f"{scheme}-{parted}")
    return None


def kept(numbers: Iterable[RightNumber], party_id: str) -> tuple[Identifier, ...]:
    """The numbers to keep of a party: of a sole trader none, as each can hold the personnummer."""
    if is_natural_person(party_id):
        return ()
    return tuple(number for number in numbers if isinstance(number, Identifier))


def country_of(numbers: Iterable[RightNumber]) -> str | None:
    """The country whose register gave a number; not where the company may be active."""
    for number in numbers:
        if isinstance(number, SoleTrader):
            return "SE"
        if number.scheme in ("vat", "euid"):
            return CODES.get(number.value[:2], number.value[:2])
        # Lists of org-id.guide that begin with XI are of no country.
        if (match := REGISTER.fullmatch(number.scheme)) and match[1] != "xi":
            return match[1].upper()
    return None


def slug(text: str) -> str:
    """The text as a part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
