"""Whatever happens in whatever order: the open exposures are those that the long way finds."""

import asyncio
from collections.abc import Coroutine
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bench.longway import Facts
from services.subcontractors.commands import GiveNotice, WithdrawSubcontractor
from services.subcontractors.domain import Chain
from services.subcontractors.domain.roster import Change
from shared.events.base import Said
from shared.events.contracts import ContractEnded
from shared.events.onboarding import PartiesMerged, PartySplit
from shared.events.screening import HitEnded, HitReopened
from shared.events.subcontractors import ExposureEnded, ExposureFound
from tests.subcontractors.told import (
    OTHER_REGION,
    REGION,
    Chains,
    confirmed,
    dismissed,
    named,
    owned,
    party,
    raised,
    signed,
)

CONTRACTS = ("k1", "k2", "k3")
PARTIES = tuple(f"dk-cvr-{n}" for n in range(6))
HITS = {party_id: f"hit-{n}" for n, party_id in enumerate(PARTIES)}
BUYERS = {"k1": REGION, "k2": REGION, "k3": OTHER_REGION}

parties = st.sampled_from(PARTIES)
contracts = st.sampled_from(CONTRACTS)
buyers = st.sampled_from((REGION, OTHER_REGION))


class ChainsOfAllKinds(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = Chains()
        self.facts = Facts(buyers=dict(BUYERS))
        self.documents = 0

    def teardown(self) -> None:
        self.loop.close()

    def do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(what)

    def tell(self, *said: Said) -> None:
        error = self.do(self.world.tell(*said)).error
        assert error is None, error

    @initialize(owners=st.lists(parties, min_size=3, max_size=3), listed=st.sets(parties))
    def sign(self, owners: list[str], listed: set[str]) -> None:
        """Three contracts, an owner of each supplier, and some who are listed already."""
        for number, contract in enumerate(CONTRACTS):
            self.tell(signed(contract, BUYERS[contract], PARTIES[number]))
            self.facts.suppliers[contract] = {PARTIES[number]}
            self.facts.members[contract] = {}
            self.own(PARTIES[number], {owners[number]})
        for party_id in sorted(listed):
            self.hit(party_id)

    # ------------------------------------------------------------ chains

    @rule(contract=contracts, party_id=parties, above=parties)
    def declare(self, contract: str, party_id: str, above: str) -> None:
        """Under whom it is named where that one is on the contract, else under the supplier."""
        self.documents += 1
        supplier = next(iter(self.facts.suppliers[contract]))
        naming = named((party_id, 5), document=f"doc-{self.documents}")
        one = naming.named[0].model_copy(update={"parent_id": above})
        self.tell(
            naming.model_copy(
                update={"contract_id": contract, "supplier_id": supplier, "named": (one,)}
            )
        )
        if contract in self.facts.over:
            return
        here = {*self.facts.suppliers[contract], *self.facts.members[contract]}
        if self.facts.now(party_id) in map(self.facts.now, here):
            return
        self.facts.members[contract][party_id] = above if above in here else supplier

    @rule(contract=contracts, party_id=parties)
    def withdraw(self, contract: str, party_id: str) -> None:
        members = self.facts.members[contract]
        if contract in self.facts.over or party_id not in members:
            return
        self.tell(
            WithdrawSubcontractor(
                contract_id=contract, party_id=party_id, ends=date(2026, 11, 23), reason="it left"
            )
        )
        gone = {party_id}
        while below := {m for m, above in members.items() if above in gone} - gone:
            gone |= below
        for one in gone:
            del members[one]

    @rule(contract=contracts, party_id=parties, above=parties)
    def move(self, contract: str, party_id: str, above: str) -> None:
        members = self.facts.members[contract]
        here = {*self.facts.suppliers[contract], *members}
        if contract in self.facts.over or party_id not in members or above not in here:
            return
        climbing, seen = above, set()
        while climbing in members and climbing not in seen:
            seen.add(climbing)
            climbing = members[climbing]
        if party_id in {*seen, above} or members[party_id] == above:
            return
        change = Change(parent_id=above)
        self.tell(
            GiveNotice(contract_id=contract, party_id=party_id, change=change, reason="moved")
        )
        members[party_id] = above

    @rule(contract=contracts)
    def end_contract(self, contract: str) -> None:
        self.facts.over.add(contract)
        self.tell(ContractEnded(contract_id=contract, buyer_id=BUYERS[contract], reason="expired"))

    # ------------------------------------------------------------ owners, hits, ids

    @rule(company=parties, owners=st.sets(parties, max_size=3))
    def own(self, company: str, owners: set[str]) -> None:
        self.facts.owners[company] = owners - {company}
        declared = owned(company, **{o: 20 for o in sorted(owners - {company})})
        stakes = tuple(
            stake.model_copy(update={"owner": party(stake.owner.party_id.removeprefix("person-"))})
            for stake in declared.stakes
            if stake.owner
        )
        self.tell(declared.model_copy(update={"stakes": stakes}))

    @rule(company=parties)
    def sell(self, company: str) -> None:
        """Nobody who owned it owns it any more."""
        self.own(company, set())

    @rule(party_id=parties)
    def hit(self, party_id: str) -> None:
        self.facts.hits.setdefault(party_id, set()).add(HITS[party_id])
        self.tell(raised(party_id, HITS[party_id]))

    @rule(party_id=parties)
    def end_hit(self, party_id: str) -> None:
        if party_id in self.facts.hits:
            del self.facts.hits[party_id]
            self.tell(HitEnded(hit_id=HITS[party_id], party_id=party_id, reason="delisted"))

    @rule(party_id=parties, buyer=buyers, is_it=st.booleans())
    def judge(self, party_id: str, buyer: str, is_it: bool) -> None:
        if party_id in self.facts.hits:
            self.facts.judged[HITS[party_id], buyer] = is_it
            say = confirmed if is_it else dismissed
            self.tell(say(party_id, HITS[party_id], buyer))

    @rule(party_id=parties, buyer=buyers)
    def reopen(self, party_id: str, buyer: str) -> None:
        if self.facts.judged.pop((HITS[party_id], buyer), None) is not None:
            self.tell(
                HitReopened(
                    hit_id=HITS[party_id], party_id=party_id, buyer_id=buyer, reason="changed"
                )
            )

    @rule(party_id=parties, into=parties)
    def merge(self, party_id: str, into: str) -> None:
        self.facts.merge(party_id, into)
        self.tell(PartiesMerged(party_id=into, merged_id=party_id, by="mette", reason="same"))

    @rule(party_id=parties)
    def split(self, party_id: str) -> None:
        of = self.facts.same.pop(party_id, party_id)
        self.tell(PartySplit(party_id=of, split_id=party_id, by="mette", reason="another"))

    # ------------------------------------------------------------ what must hold

    @invariant()
    def open_exposures_are_those_that_the_long_way_finds(self) -> None:
        open_now: dict[str, tuple[str, str, str, str]] = {}
        for event in self.world.announced:
            if isinstance(event, ExposureFound):
                assert event.exposure_id not in open_now, "found twice"
                found = (event.contract_id, event.party_id, event.cause.ref, event.role.value)
                open_now[event.exposure_id] = found
            elif isinstance(event, ExposureEnded):
                del open_now[event.exposure_id]
        seen = [(c, self.facts.now(p), ref, role) for c, p, ref, role in open_now.values()]
        assert len(seen) == len(set(seen)), "one cause, two exposures"
        assert set(seen) == self.facts.touched()

    @invariant()
    def every_chain_holds_who_was_told(self) -> None:
        for contract in CONTRACTS:
            held = self.world.store.documents.get((Chain, contract))
            if isinstance(held, Chain) and contract not in self.facts.over:
                told = {*self.facts.suppliers[contract], *self.facts.members[contract]}
                assert set(held.party_ids) == told

    @invariant()
    def nothing_is_set_aside(self) -> None:
        assert not self.world.rejected
        assert not self.world.parked


TestChainsOfAllKinds = ChainsOfAllKinds.TestCase
TestChainsOfAllKinds.settings = settings(max_examples=50, stateful_step_count=30)
