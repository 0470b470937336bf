"""Who is known to which buyer, by which numbers, and on which contracts it works.

A party that nothing is held against is clear, and one that nobody has named is not: the two must
not look alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import Field

from shared.domain import Aggregate
from shared.events.base import Said
from shared.events.words import PartyDescription, Share


class Joining(Said):
    """From `since` on the party was one with `into`, until somebody found that it was not."""

    into: str
    since: datetime
    until: datetime | None = None

    def held(self, at: datetime | None) -> bool:
        """Whether it held at a moment; without one, whether it does now."""
        if at is None:
            return self.until is None
        return self.since <= at and (self.until is None or at < self.until)


class KnownParty(Aggregate):
    """A party: `numbers` are the ids that its further identifiers would give it.

    `buyers` holds for each buyer since when the party is known to it, `contracts` for each contract
    on which it works now whose it is. There is no name here. `joinings` say with whom it was one
    and when, `twins` whoever was ever merged into it (ADR-0032).
    """

    indexes: ClassVar[tuple[str, ...]] = ("numbers",)

    numbers: tuple[str, ...] = ()
    buyers: dict[str, datetime] = Field(default_factory=dict)
    contracts: dict[str, str] = Field(default_factory=dict)
    joinings: tuple[Joining, ...] = ()
    twins: tuple[str, ...] = ()

    def known_as(self, at: datetime | None = None) -> str:
        """The id of the party that it is a part of, now or at a moment: its own, or another."""
        return next((one.into for one in reversed(self.joinings) if one.held(at)), self.id)

    def join(self, into: str, now: datetime) -> None:
        """It is one with another from now on, and with nobody else."""
        self.part(now)
        self.joinings = (*self.joinings, Joining(into=into, since=now))

    def part(self, now: datetime) -> None:
        """It is a party of its own from now on."""
        self.joinings = tuple(
            one.model_copy(update={"until": now}) if one.until is None else one
            for one in self.joinings
        )

    def has_twin(self, id: str) -> None:
        if id not in self.twins:
            self.twins = (*self.twins, id)

    def also_has(self, *numbers: str) -> bool:
        news = [number for number in numbers if number != self.id and number not in self.numbers]
        self.numbers = (*self.numbers, *dict.fromkeys(news))
        return bool(news)

    def works_on(self, contract_id: str, buyer_ids: Sequence[str], now: datetime) -> bool:
        """`buyer_ids`: who leads the contract, and who buys with it."""
        before = (self.contracts, self.buyers)
        self.contracts = self.contracts | {contract_id: buyer_ids[0]}
        self.buyers = dict.fromkeys(buyer_ids, now) | self.buyers
        return (self.contracts, self.buyers) != before

    def leaves(self, contract_id: str) -> bool:
        """It stays known to the buyer."""
        if contract_id not in self.contracts:
            return False
        self.contracts = {id: of for id, of in self.contracts.items() if id != contract_id}
        return True


class Member(Said):
    """Somebody in the chain of a contract, as it was declared. `ends`: works no longer then."""

    party: PartyDescription
    parent_id: str
    tier: int
    share: Share | None = None
    service: str = ""
    approved: bool | None = None
    ends: date | None = None


class ChainTold(Aggregate):
    """The chain of one contract as subcontractors tells it; the id is that of the contract.

    `proposed` are substitutes of whom nobody has said yet that they take over.
    """

    buyer_id: str = ""
    chain_version: int = 0
    changed: datetime | None = None
    members: tuple[Member, ...] = ()
    proposed: tuple[PartyDescription, ...] = ()

    def member(self, party_id: str) -> Member | None:
        return next((one for one in self.members if one.party.party_id == party_id), None)

    def declare(self, member: Member, chain_version: int, now: datetime) -> None:
        self._put(member)
        self._is_now(chain_version, now)

    def answer(self, party_id: str, approved: bool, chain_version: int, now: datetime) -> None:
        if (member := self.member(party_id)) is not None:
            self._put(member.model_copy(update={"approved": approved}))
            self._is_now(chain_version, now)

    def withdraw(self, party_id: str, ends: date, chain_version: int, now: datetime) -> None:
        if (member := self.member(party_id)) is not None:
            self._put(member.model_copy(update={"ends": ends}))
            self._is_now(chain_version, now)

    def propose(self, party: PartyDescription) -> None:
        others = tuple(one for one in self.proposed if one.party_id != party.party_id)
        self.proposed = (*others, party)

    def change(
        self, party_id: str, told: Mapping[str, Any], chain_version: int, now: datetime
    ) -> None:
        """The fields of a member as they are from now on."""
        if (member := self.member(party_id)) is not None:
            self._put(member.model_copy(update=dict(told)))
            self._is_now(chain_version, now)

    def replace(
        self, outgoing_id: str, incoming_id: str, day: date, chain_version: int, now: datetime
    ) -> None:
        """The incoming one takes the place, tier and task of the outgoing one from the day on."""
        outgoing = self.member(outgoing_id)
        incoming = next((one for one in self.proposed if one.party_id == incoming_id), None)
        if outgoing is not None:
            self._put(outgoing.model_copy(update={"ends": day}))
        if outgoing is not None and incoming is not None and self.member(incoming_id) is None:
            fresh = {"party": incoming, "approved": True, "ends": None}
            self._put(outgoing.model_copy(update=fresh))
        self._is_now(chain_version, now)

    def _put(self, member: Member) -> None:
        id = member.party.party_id
        if self.member(id) is None:
            self.members = (*self.members, member)
        else:
            self.members = tuple(
                member if one.party.party_id == id else one for one in self.members
            )

    def _is_now(self, chain_version: int, now: datetime) -> None:
        self.chain_version, self.changed = max(self.chain_version, chain_version), now
