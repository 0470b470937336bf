"""Which party an organisation in a release is: the id its own register's number gives it.

A number that contains another is that other one (design §2): a Danish VAT number is a CVR number,
a Swedish one an organisation number. The number of a Swedish sole trader is a personnummer: it
becomes a keyed hash here and goes no further.
"""

import hashlib
import hmac
import re
from typing import NamedTuple

from stdnum import lei, luhn
from stdnum.dk import cvr
from stdnum.eu import vat

from shared.events.words import Identifier

SCHEMES = {
    "cvr": "dk-cvr",
    "se-blv": "se-orgnr",
    "orgnr": "se-orgnr",
    "xi-lei": "lei",
    "vat_number": "vat",
}
"""What others call the registers: org-id.guide lists and older names."""

STRONGEST = ("dk-cvr", "se-orgnr", "lei", "vat")
"""Which number names a party that has several: its own register's before all others."""

COUNTRIES = {"dk-cvr": "DK", "se-orgnr": "SE"}
REGISTER = re.compile(r"([a-z]{2})-[a-z0-9_]{2,20}")
REFERENCE = re.compile(r"([A-Z]{2}-[A-Z0-9_]{2,20}|XI-LEI|LEI|VAT)-(.+)")


class WrongNumber(ValueError):
    """A number that no register can have given; the text says which rule it breaks."""


class SoleTrader(NamedTuple):
    """A Swedish sole trader, known by the ten digits of a personnummer that nobody keeps."""

    personnummer: str

    def party_id(self, key: bytes) -> str:
        said = f"se-personnummer|{self.personnummer}".encode()
        return f"se-sole-{hmac.new(key, said, hashlib.sha256).hexdigest()[:20]}"


def number_of(scheme: str, text: str) -> Identifier | SoleTrader:
    """The number as we keep it. Raises `WrongNumber`."""
    named = SCHEMES.get(scheme.strip().lower(), scheme.strip().lower())
    # Identifiers that went through a spreadsheet come back with a decimal: 11111111.0
    bare = re.sub(r"[\s\-/:]", "", text.removesuffix(".0")).upper()
    if named == "vat":
        return _vat(bare)
    if named == "dk-cvr":
        bare = bare.removeprefix("DK")
        if not re.fullmatch(r"[1-9][0-9]{7}", bare) or not cvr.is_valid(bare):
            raise WrongNumber("a CVR number has eight digits of which the last checks the others")
        return Identifier(scheme=named, value=bare)
    if named == "se-orgnr":
        return _orgnr(bare)
    if named == "lei":
        if not lei.is_valid(bare):
            raise WrongNumber("an LEI has 18 letters or digits and two check digits")
        return Identifier(scheme=named, value=bare)
    if not REGISTER.fullmatch(named) or not bare:
        raise WrongNumber(f"a register has a code of org-id.guide such as DK-CVR, not {scheme!r}")
    return Identifier(scheme=named, value=bare[:40])


def _vat(number: str) -> Identifier | SoleTrader:
    if number.startswith("DK"):
        return number_of("dk-cvr", number)
    if number.startswith("SE"):
        if len(number) != 14 or not number.endswith("01"):
            raise WrongNumber("a Swedish VAT number is SE, ten digits and 01")
        return _orgnr(number[2:12])
    if not vat.is_valid(number):
        raise WrongNumber("this is no VAT number of an EU country, or a digit is wrong")
    return Identifier(scheme="vat", value=vat.compact(number))


def _orgnr(number: str) -> Identifier | SoleTrader:
    if len(number) == 12 and number[:2] in ("16", "18", "19", "20"):
        number = number[2:]
    if not re.fullmatch(r"[0-9]{10}", number) or luhn.checksum(number):
        raise WrongNumber("an organisation number has ten digits that keep the Luhn rule")
    if number[2] < "2":  # the month of a birth; legal persons have at least 2 here
        return SoleTrader(number)
    return Identifier(scheme="se-orgnr", value=number)


def party_id_of(identifiers: tuple[Identifier, ...]) -> str | None:
    """The id that a company has by its numbers, or None where they do not identify it."""
    found = {identifier.scheme: identifier.value for identifier in identifiers}
    for scheme in (*STRONGEST, *sorted(found.keys() - set(STRONGEST) - {"gln"})):
        if value := found.get(scheme):
            parted = f"{value[:2]}-{value[2:]}" if scheme == "vat" else value
            return slug(f"{scheme}-{parted}")
    return None


def numbers_in_reference(reference: str) -> tuple[str, str] | None:
    """Scheme and number of an OCDS organisation id, which begins with its register by rule."""
    match = REFERENCE.fullmatch(reference)
    return (match[1], match[2]) if match else None


def country_of(identifiers: tuple[Identifier, ...]) -> str | None:
    """The country whose register gave the number; not where the company may be active."""
    for identifier in identifiers:
        if identifier.scheme in COUNTRIES:
            return COUNTRIES[identifier.scheme]
        if identifier.scheme == "vat":
            return identifier.value[:2]
        if (match := REGISTER.fullmatch(identifier.scheme)) and match[1] != "xi":
            return match[1].upper()
    return None


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
