"""What a reader hands over: the words of a document, not yet the ids of our parties.

Ids of persons take the system's key, which a process that opens strangers' files must not hold.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.onboarding.domain import Answer, Box, Field, Finding


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


class Good(Heard):
    """A device or product that a paper is about. `basic_udi` is the Basic UDI-DI of its family."""

    name: str = ""
    basic_udi: str = ""
    udi_di: str = ""
    risk_class: str = ""


class Region(Heard):
    """A part of a page that must not be kept."""

    page: int
    box: Box


class Partner(Heard):
    """Another company that tenders together with this one, or on which it relies."""

    relation: str
    who: Who
    criteria: tuple[str, ...] = ()


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
    """All that one reader found in one document.

    `manufacturer` and `goods` say whose a certificate is that a supplier brings; `status` is what
    the paper says of its own validity (`suspended`). `redact` must be made unreadable before the
    file is kept.
    """

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
    partners: tuple[Partner, ...] = ()
    manufacturer: Who | None = None
    goods: tuple[Good, ...] = ()
    status: str = ""
    contacts: tuple[Who, ...] = ()
    redact: tuple[Region, ...] = ()
    owned: tuple[OwnedCompany, ...] = ()
    persons: tuple[Who, ...] = ()
    problems: tuple[str, ...] = ()
