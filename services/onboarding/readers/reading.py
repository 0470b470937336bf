"""What a reader hands over: the words of a document, not yet the ids of our parties.

Ids of persons take the system's key, which a process that opens strangers' files must not hold.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.onboarding.domain import Answer, Field, Finding


class NotUnderstood(Exception):
    """A document that is broken, hostile or of no kind we know, and why in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Heard(BaseModel):
    model_config = ConfigDict(frozen=True)


class Number(Heard):
    """A register's number as it stands in the document, with the name of the register if given."""

    text: str
    scheme: str = ""


class Who(Heard):
    """Somebody whom a document names. `role` is what it says they are there."""

    name: str = ""
    numbers: tuple[Number, ...] = ()
    country: str | None = None
    address: str | None = None
    address_country: str | None = None
    contact: str | None = None
    person: bool = False
    birth_date: str | None = None
    role: str = ""


class NamedSub(Heard):
    """A subcontractor in a list, with its share of the contract's value in per cent."""

    who: Who
    share: float | None = None
    service: str = ""
    tier: int = 1
    starts: date | None = None


class Owner(Heard):
    """One owner's interest; without `who`, the reason why nobody is named.

    It holds from `starts` on, and on the day `ends` no longer.
    """

    who: Who | None
    minimum: float = 0.0
    maximum: float = 100.0
    interest: str = "shareholding"
    direct: bool = True
    reason_unknown: str | None = None
    starts: date | None = None
    ends: date | None = None


class OwnedCompany(Heard):
    company: Who
    owners: tuple[Owner, ...]


class Reading(Heard):
    """All that one reader found in one document."""

    kind: str
    reader: str
    about: Who | None = None
    issued: date | None = None
    valid_until: date | None = None
    reference: str = ""
    fields: tuple[Field, ...] = ()
    answers: tuple[Answer, ...] = ()
    findings: tuple[Finding, ...] = ()
    named: tuple[NamedSub, ...] = ()
    owned: tuple[OwnedCompany, ...] = ()
    persons: tuple[Who, ...] = ()
    problems: tuple[str, ...] = ()
