"""Account numbers: checked, and cut down to what has to be kept."""

import hashlib
import re

from stdnum import iban as iban_form
from stdnum.exceptions import ValidationError

from services.screening.domain.haven import PayeeAccount
from shared.domain import Rejected

BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
"""ISO 9362: bank, country, place, branch."""

SHOWN = 4
"""Signs of the number that stay readable."""


def account_of(party_id: str, iban: str | None, bic: str | None, source: str) -> PayeeAccount:
    """The countries of an account and its last signs. Raises `Rejected` naming the field."""
    number, bank = _bare(iban), _bare(bic)
    if not number and not bank:
        raise Rejected("give the IBAN, the BIC of the bank, or both", field="iban")
    country = _country_of_iban(number) if number else None
    bank_country = _country_of_bic(bank) if bank else None
    shown = f"{number[:2]}** {number[-SHOWN:]}" if number else f"{bank[:6]}**"
    seed = f"{party_id}|{shown}|{country}|{bank_country}|{source}"
    return PayeeAccount(
        id="account-" + hashlib.sha256(seed.encode()).hexdigest()[:16],
        party_id=party_id,
        shown=shown,
        country=country,
        bank_country=bank_country,
        source=source.strip(),
    )


def _bare(text: str | None) -> str:
    return "".join((text or "").split()).replace("-", "").upper()


def _country_of_iban(number: str) -> str:
    """The number itself is in no message: it would end up in logs."""
    try:
        iban_form.validate(number, check_country=False)
    except ValidationError as wrong:
        reason = "this is no IBAN: country, two check digits and the account, such as DK50 0040…"
        raise Rejected(reason, field="iban") from wrong
    return number[:2]


def _country_of_bic(bank: str) -> str:
    found = BIC.fullmatch(bank)
    if found is None:
        raise Rejected("a BIC has 8 or 11 signs, such as DABADKKK", field="bic")
    return found[1]
