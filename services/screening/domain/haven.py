"""Ties of a company to countries on the EU's list of tax jurisdictions, and what they mean.

udbudsloven § 134 a excludes a tenderer that is itself established there, by seat or registered
address, where no agreement opens procurement. Every other tie (owners at any level, subsidiaries,
the bank that is paid) is only a question to the supplier: being present there is no ground.
"""

import hashlib
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from shared.events.base import Personal

Whose = Literal["seat", "address", "owner", "subsidiary", "bank"]

SECTION_134A = "EX-N"
TAX_LIST = "TAX-LIST"
"""The rule that only asks (domain §2)."""

OWN = ("seat", "address")
"""Where the tenderer itself is established: what § 134 a looks at."""


class PayeeAccount(BaseModel, frozen=True):
    """Into which account `source` pays a party. Of the number only the last signs are kept."""

    id: str
    party_id: str
    shown: Personal[str]
    country: str | None = None
    bank_country: str | None = None
    source: str

    @property
    def countries(self) -> tuple[str, ...]:
        """Of the account number and of the bank: they can be two."""
        return tuple(dict.fromkeys(c for c in (self.country, self.bank_country) if c))


class Tie(BaseModel, frozen=True):
    """A link of a company to a country. `subject_id` is whose seat it is, `path` the way to it,
    from the owner down."""

    whose: Whose
    country: str
    subject_id: str
    path: tuple[str, ...] = ()


class FlaggedTie(Tie, frozen=True):
    """A tie that leads to a country on a dated list."""

    flag_id: str
    list_name: str
    list_date: date
    rule: str
    since: datetime
    ended: datetime | None = None

    def is_as(self, other: "FlaggedTie") -> bool:
        """Whether both say the same, by whichever revisions of the list."""
        by = ("whose", "country", "list_name", "rule")
        same = all(getattr(self, field) == getattr(other, field) for field in by)
        return same and (self.whose in OWN or self.subject_id == other.subject_id)


def section_134a(whose: Whose, excludes: Literal["yes", "no", "review"]) -> str:
    """The rule that a tie speaks to. `excludes` is what the country's standing says today.

    Where a lawyer has to look at an agreement first, it stays a question.
    """
    return SECTION_134A if whose in OWN and excludes == "yes" else TAX_LIST


def flag_id_of(party_id: str, tie: Tie, list_name: str, list_date: date, rule: str) -> str:
    """The same tie to the same list is the same flag."""
    key = f"{tie.country}|{tie.whose}|{list_name}|{list_date}|{rule}"
    if tie.whose not in OWN:
        key += f"|{tie.subject_id}"
    return "flag-" + hashlib.sha256(f"{party_id}|{key}".encode()).hexdigest()[:16]
