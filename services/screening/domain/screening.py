"""One party: what it is, what it was compared with, and what of that still stands."""

import hashlib
from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel

from shared.domain import Aggregate
from shared.events.screening import JurisdictionFlagged, PartyScreened
from shared.events.words import ListRef, PartyDescription


class HitMark(BaseModel, frozen=True):
    """An open hit, and the words of the entry that it rests on."""

    hit_id: str
    source: str
    entry_id: str
    content: str


class Confirmed(BaseModel, frozen=True):
    """A confirmed hit on a list with legal effect, for one buyer."""

    buyer_id: str
    hit_id: str


def matters(before: PartyDescription, after: PartyDescription) -> tuple[str, ...]:
    """What changed of that by which a party is compared, in words. An address does not."""
    names = {
        "kind": "the kind of party",
        "name": "its name",
        "aliases": "its other names",
        "birth_date": "its date of birth",
        "country": "its country",
        "identifiers": "its numbers",
    }
    return tuple(
        words for field, words in names.items() if getattr(before, field) != getattr(after, field)
    )


class Screening(Aggregate):
    """A party under watch. `compared` holds the last version of each list it was compared with.

    `owns` lists the companies in which a statement names it as an owner, `confirmed` the verdicts
    against it: both are here so that two facts about the same owner can never pass each other by.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: str
    party: PartyDescription
    compared: tuple[ListRef, ...] = ()
    hits: tuple[HitMark, ...] = ()
    screened: datetime | None = None
    engine: str = ""
    policy: str = ""
    owns: tuple[str, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()
    jurisdictions: tuple[str, ...] = ()

    def version_of(self, source: str) -> str | None:
        return next((ref.version for ref in self.compared if ref.source == source), None)

    def conclude(
        self,
        lists: tuple[ListRef, ...],
        hits: tuple[HitMark, ...],
        *,
        engine: str,
        policy: str,
        at: datetime,
        say: bool,
    ) -> None:
        """The party was compared with these versions. `say` it as a proof for others, too."""
        others = tuple(r for r in self.compared if r.source not in {ref.source for ref in lists})
        self.compared = tuple(sorted((*others, *lists), key=lambda ref: ref.source))
        self.hits = tuple(sorted(hits, key=lambda mark: mark.hit_id))
        self.screened, self.engine, self.policy = at, engine, policy
        if say and self.compared:
            self.announce(
                PartyScreened(
                    party_id=self.party_id,
                    lists=self.compared,
                    hits=tuple(mark.hit_id for mark in self.hits),
                    engine=engine,
                    policy=policy,
                )
            )

    def own(self, company_id: str, *, still: bool) -> None:
        """A statement names the party as an owner of a company, or no longer does."""
        others = tuple(one for one in self.owns if one != company_id)
        self.owns = (*others, company_id) if still else others

    def record_verdict(self, buyer_id: str, hit_id: str, *, confirmed: bool) -> None:
        mark = Confirmed(buyer_id=buyer_id, hit_id=hit_id)
        others = tuple(one for one in self.confirmed if one != mark)
        self.confirmed = (*others, mark) if confirmed else others

    def flag_jurisdiction(
        self, country: str, *, whose: str, list_name: str, list_date: date, rule: str
    ) -> bool:
        """A seat lies in a listed country. Said once per country, list and place in the chain."""
        key = f"{country}|{whose}|{list_name}|{list_date}|{rule}"
        if key in self.jurisdictions:
            return False
        self.jurisdictions = (*self.jurisdictions, key)
        seed = hashlib.sha256(f"{self.party_id}|{key}".encode()).hexdigest()[:16]
        self.announce(
            JurisdictionFlagged(
                flag_id=f"flag-{seed}",
                party_id=self.party_id,
                country=country,
                whose=whose,
                list_name=list_name,
                list_date=list_date,
                rule=rule,
            )
        )
        return True
