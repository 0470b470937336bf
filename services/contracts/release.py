"""The part of an OCDS 1.1 release that is read here, as it is written.

https://standard.open-contracting.org/1.1/en/schema/reference/ : everything else is let be, and
fields of a release or contract that the standard does not know are kept with the contract.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.events.words import Right


def _day(value: Any) -> Any:
    """OCDS writes dates with a time; the day is the one that stands there, in its own zone."""
    return (
        value[:10] if isinstance(value, str) and len(value) > 10 and value[10] in "Tt " else value
    )


def _listed(value: Any) -> Any:
    return () if value is None else value


Day = Annotated[date | None, BeforeValidator(_day)]


class Part(BaseModel):
    """OCDS lets ids be numbers, and null say that nothing is there."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


class OcdsIdentifier(Part):
    scheme: str | None = None
    id: str | None = None
    legalName: str | None = None


class Address(Part):
    streetAddress: str | None = None
    locality: str | None = None
    postalCode: str | None = None
    countryName: str | None = None


class ContactPoint(Part):
    email: str | None = None


class Organization(Part):
    id: str
    name: str | None = None
    identifier: OcdsIdentifier | None = None
    additionalIdentifiers: Annotated[tuple[OcdsIdentifier, ...], BeforeValidator(_listed)] = ()
    address: Address | None = None
    contactPoint: ContactPoint | None = None
    roles: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()


class Reference(Part):
    id: str
    name: str | None = None


class OcdsValue(Part):
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    currency: str | None = None


class Period(Part):
    startDate: Day = None
    endDate: Day = None


class Classification(Part):
    scheme: str | None = None
    id: str | None = None


class Item(Part):
    classification: Classification | None = None


Items = Annotated[tuple[Item, ...], BeforeValidator(_listed)]


class LegalBasis(Part):
    scheme: str | None = None
    id: str | None = None


class Tender(Part):
    id: str | None = None
    legalBasis: LegalBasis | None = None
    items: Items = ()


class Award(Part):
    id: str
    date: Day = None
    suppliers: Annotated[tuple[Reference, ...], BeforeValidator(_listed)] = ()
    items: Items = ()


class Amendment(Part):
    rationale: str | None = None
    description: str | None = None


class ReleasedClause(Part):
    """A clause of our extension `ansvar_clauses`; its schema lies in samples/ocds."""

    code: str = Field(min_length=1, max_length=100)
    flowsDown: bool
    rights: tuple[Right, ...]
    remedyWorkingDays: int = Field(default=10, ge=0, le=1000)
    hearingWorkingDays: int = Field(default=10, ge=0, le=1000)
    replacementWorkingDays: int = Field(default=20, ge=0, le=1000)
    reason: str = ""


class Facility(Part):
    supervisedByBuyer: bool


class ReleasedContract(Part):
    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, frozen=True)

    id: str = Field(min_length=1, max_length=200)
    awardID: str | None = None
    title: str | None = None
    description: str | None = None
    status: str | None = None
    statusDetails: str | None = None
    period: Period | None = None
    value: OcdsValue | None = None
    dateSigned: Day = None
    items: Items = ()
    amendments: Annotated[tuple[Amendment, ...], BeforeValidator(_listed)] = ()
    ansvar_clauses: tuple[ReleasedClause, ...] | None = None
    ansvar_facility: Facility | None = None


class Release(Part):
    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, frozen=True)

    ocid: str = Field(pattern=r"^ocds-[A-Za-z0-9]{6}-\S{1,150}$")
    id: str = Field(min_length=1, max_length=200)
    date: datetime
    tag: tuple[str, ...] = Field(min_length=1)
    parties: Annotated[tuple[Organization, ...], BeforeValidator(_listed)] = ()
    buyer: Reference
    tender: Tender | None = None
    awards: Annotated[tuple[Award, ...], BeforeValidator(_listed)] = ()
    contracts: Annotated[tuple[ReleasedContract, ...], BeforeValidator(_listed)] = ()


KNOWN_OF_RELEASE = {"language", "initiationType", "planning", "bids", "relatedProcesses", "sources"}
KNOWN_OF_CONTRACT = {
    "documents",
    "implementation",
    "milestones",
    "relatedProcesses",
    "amendment",
}
"""Fields of the standard that say nothing we need."""


def extensions_of(release: Release, contract: ReleasedContract) -> dict[str, Any]:
    """What the standard does not know, of the release and of one of its contracts."""
    of_release = {
        name: value
        for name, value in (release.model_extra or {}).items()
        if name not in KNOWN_OF_RELEASE
    }
    of_contract = {
        name: value
        for name, value in (contract.model_extra or {}).items()
        if name not in KNOWN_OF_CONTRACT
    }
    return {**({"release": of_release} if of_release else {}), **of_contract}
