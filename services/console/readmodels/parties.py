"""Who everybody is: identity, owners, screenings, and who was found to be the same."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel, computed_field

from services.console.readmodels.shelves import SHELF_RANK, on_shelves
from services.console.seeking import fold
from shared.domain import Aggregate
from shared.events.base import Event, Personal
from shared.events.onboarding import (
    OwnershipDeclared,
    PartyAliased,
    PartyChanged,
    PartyQualified,
    PartyRegistered,
    QualificationLost,
)
from shared.events.screening import OwnershipFlagged, PartyScreened
from shared.events.words import Identifier, ListRef, PartyDescription, Share
from shared.unit import Unit

RANKED_LETTERS = 3
"""Letters of a company's name in the clear: enough to sort by, too few to be its name."""
LAST = "~"


class Owner(BaseModel, frozen=True):
    """One declared interest. Without a `party_id` the owner is unknown, and `reason` says why."""

    party_id: str = ""
    share: Share
    interest: str = ""
    direct: bool = True
    reason: str = ""
    starts: date | None = None
    ends: date | None = None
    """It holds from the one day on, and on the other no longer; without them it always did."""


class Screened(BaseModel, frozen=True):
    """The last comparison with the lists, and with which versions."""

    at: datetime
    lists: tuple[ListRef, ...]
    hits: int


class Flag(BaseModel, frozen=True):
    """What a buyer found about the listed owners of a company."""

    buyer_id: str
    verdict: str
    share: Share
    at: datetime


class Qualification(BaseModel, frozen=True):
    buyer_id: str
    contract_id: str
    role: str
    qualified: bool
    at: datetime


class Party(Aggregate):
    """A party as it is known now. `buyers` are those whose contracts it has to do with."""

    indexes: ClassVar[tuple[str, ...]] = (
        "buyers",
        "owner_of",
        "supplies",
        "shelves",
        "rank",
        SHELF_RANK,
    )
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)
    subject_field: ClassVar[str] = "id"

    kind: str = "company"
    name: Personal[str] = ""
    country: str = ""
    address: Personal[str] = ""
    birth_date: Personal[str] = ""
    contact: Personal[str] = ""
    aliases: tuple[Personal[str], ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    buyers: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()
    """Contracts that it is a supplier of; `works_on` are those that it was declared for."""
    works_on: tuple[str, ...] = ()
    rank: str = ""
    """Its place in the list of parties: roughly by name. Persons, whose names nobody may read in an
    index, come last."""
    owner_of: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    screened: Screened | None = None
    flags: tuple[Flag, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    merged: tuple[str, ...] = ()
    """Parties that a person found to be this one; what was told of them is about it."""
    merged_into: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        if not self.rank:
            return ()  # nobody has said yet who it is
        return on_shelves(self.id, ("all", "suppliers") if self.supplies else ("all",), self.buyers)

    def describe(self, party: PartyDescription) -> None:
        self.kind, self.name = party.kind.value, party.name
        self.country = party.country or self.country
        self.address = party.address or self.address
        self.birth_date = party.birth_date or self.birth_date
        self.contact = party.contact or self.contact
        self.aliases = party.aliases or self.aliases
        self.identifiers = tuple(dict.fromkeys((*self.identifiers, *party.identifiers)))

        begins = fold(self.name)[:RANKED_LETTERS] if self.kind == "company" else LAST
        self.rank = f"{begins}/{self.id}"

    def supply(self, contract_id: str) -> None:
        self.supplies = tuple(dict.fromkeys((*self.supplies, contract_id)))

    def works_for(self, buyer_id: str) -> None:
        if buyer_id and buyer_id not in self.buyers:
            self.buyers = (*self.buyers, buyer_id)

    def qualify(self, new: Qualification) -> None:
        def key(q: Qualification) -> tuple[str, str]:
            return (q.contract_id, q.role)

        kept = tuple(q for q in self.qualifications if key(q) != key(new))
        self.qualifications = (*kept, new)


async def party_of(party_id: str, unit: Unit) -> Party:
    return await unit.load(Party, party_id) or Party(id=party_id)


async def follow_parties(event: Event, unit: Unit) -> None:
    happened = unit.message.time or unit.now
    match event:
        case PartyRegistered() | PartyChanged():
            party = await party_of(event.party.party_id, unit)
            party.describe(event.party)
            unit.save(party)
        case PartyAliased():
            party = await party_of(event.party_id, unit)
            party.identifiers = tuple(dict.fromkeys((*party.identifiers, event.identifier)))
            unit.save(party)
        case OwnershipDeclared():
            await _declare_owners(event, unit)
        case PartyScreened():
            party = await party_of(event.party_id, unit)
            if party.screened is None or party.screened.at <= happened:
                hits = len(event.hits)
                party.screened = Screened(at=happened, lists=event.lists, hits=hits)
                unit.save(party)
        case OwnershipFlagged():
            party = await party_of(event.party_id, unit)
            flag = Flag(
                buyer_id=event.buyer_id, verdict=event.verdict, share=event.share, at=happened
            )
            others = tuple(f for f in party.flags if f.buyer_id != event.buyer_id)
            party.flags = (*others, flag)
            unit.save(party)
        case PartyQualified() | QualificationLost():
            party = await party_of(event.party_id, unit)
            party.works_for(event.buyer_id)
            party.qualify(
                Qualification(
                    buyer_id=event.buyer_id,
                    contract_id=event.contract_id,
                    role=event.role,
                    qualified=isinstance(event, PartyQualified),
                    at=happened,
                )
            )
            unit.save(party)


async def _declare_owners(event: OwnershipDeclared, unit: Unit) -> None:
    company = await party_of(event.party_id, unit)
    company.owners = tuple(
        Owner(
            party_id=stake.owner.party_id if stake.owner else "",
            share=stake.share,
            interest=stake.interest,
            direct=stake.direct,
            reason=stake.reason_unknown or "",
            starts=stake.starts,
            ends=stake.ends,
        )
        for stake in event.stakes
    )
    unit.save(company)
    for stake in event.stakes:
        if stake.owner:
            owner = await party_of(stake.owner.party_id, unit)
            owner.describe(stake.owner)
            owner.owner_of = tuple(dict.fromkeys((*owner.owner_of, event.party_id)))
            unit.save(owner)
