"""What is known of payees, read for many invoices at once and remembered for some seconds.

A million invoices a year are of some ten thousand payees: what was read for one invoice answers
for the next. What is remembered is at most `LIFE` seconds old, so that a block that another
process hears of counts here just as soon, and at most `MOST` documents are held.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from services.contracts.domain import (
    ChainTold,
    Contract,
    KnownParty,
    PartyFile,
    PartyStanding,
    Stage,
)
from services.contracts.domain.invoices import OpenInvoice
from services.contracts.domain.payees import Around, Payee
from shared.domain import Aggregate
from shared.store import Store
from shared.unit import Unit

LIFE = 5.0
MOST = 50_000

A = TypeVar("A", bound=Aggregate)
Read = Callable[[type[Any], Iterable[str]], Awaitable[dict[str, Any]]]
Invoices = Mapping[str, Sequence[OpenInvoice]]


class Ledger:
    """Documents that were read lately; that there is none is remembered too."""

    def __init__(self, life: float = LIFE, most: int = MOST) -> None:
        self._life, self._most = life, most
        self._seen: OrderedDict[tuple[type[Aggregate], str], tuple[float, Aggregate | None]]
        self._seen = OrderedDict()

    async def read(self, store: Store, kind: type[A], ids: Iterable[str]) -> dict[str, A]:
        now, found, missing = time.monotonic(), dict[str, Any](), list[str]()
        for id in dict.fromkeys(ids):
            held = self._seen.get((kind, id))
            if held is None or now - held[0] >= self._life:
                missing.append(id)
            elif held[1] is not None:
                found[id] = held[1]
        if missing:
            there = await store.fetch(kind, missing)
            found |= there
            for id in missing:
                self._seen[kind, id] = (now, there.get(id))
                self._seen.move_to_end((kind, id))
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return found

    def forget(self, payee: Payee) -> None:
        """It was changed here just now."""
        self._seen.pop((Payee, payee.id), None)

    def of(self, store: Store) -> Read:
        async def read(kind: type[A], ids: Iterable[str]) -> dict[str, A]:
            return await self.read(store, kind, ids)

        return read


def as_it_is(unit: Unit) -> Read:
    """What the database and this batch hold now, past everything that is remembered."""

    async def read(kind: type[A], ids: Iterable[str]) -> dict[str, A]:
        wanted = list(dict.fromkeys(ids))
        await unit.prefetch(kind, wanted, cached=False)
        found = {id: await unit.load(kind, id) for id in wanted}
        return {id: one for id, one in found.items() if one is not None}

    return read


async def surroundings(read: Read, buyer_id: str, invoices: Invoices) -> dict[str, Around]:
    """What is known of these payees, each with its invoices, for one buyer."""
    pages: dict[str, KnownParty] = await read(KnownParty, invoices)
    ids = {id: await _ids_of(id, pages, read) for id in invoices}
    everyone = [one for some in ids.values() for one in some]
    files: dict[str, PartyFile] = await read(PartyFile, everyone)
    standings: dict[str, PartyStanding] = await read(
        PartyStanding, [PartyStanding.id_of(buyer_id, id) for id in everyone]
    )
    named = {one.contract_id for some in invoices.values() for one in some if one.contract_id}
    theirs = {
        id: [c for one in ids[id] if one in pages for c in pages[one].contracts] for id in ids
    }
    wanted = [*named, *(contract for some in theirs.values() for contract in some)]
    contracts: dict[str, Contract] = await read(Contract, wanted)
    contracts = {
        id: one
        for id, one in contracts.items()
        if buyer_id in one.buyer_ids and one.stage is not Stage.EXPECTED
    }
    chains: dict[str, ChainTold] = await read(ChainTold, named)
    around = {}
    for id, some in invoices.items():
        mine = {*theirs[id], *(one.contract_id for one in some)}
        its_files = [files[one] for one in ids[id] if one in files]
        around[id] = Around(
            ids=ids[id],
            known=any(buyer_id in pages[one].buyers for one in ids[id] if one in pages),
            file=_one(its_files),
            standings=tuple(
                standings[key]
                for one in ids[id]
                if (key := PartyStanding.id_of(buyer_id, one)) in standings
            ),
            contracts={one: contracts[one] for one in mine if one in contracts},
            chains={one: chains[one] for one in mine if one in chains},
        )
    return around


def _one(files: Sequence[PartyFile]) -> PartyFile | None:
    """Nearly every party has one id, and so one file."""
    return PartyFile.together(files) if len(files) > 1 else files[0] if files else None


async def _ids_of(party_id: str, pages: dict[str, KnownParty], read: Read) -> tuple[str, ...]:
    """All ids of the party; `pages` gets those that had to be read for it (ADR-0032)."""
    root = pages[party_id].known_as() if party_id in pages else party_id
    if root not in pages:
        pages |= await read(KnownParty, [root])
    twins = pages[root].twins if root in pages else ()
    if missing := [id for id in twins if id not in pages]:
        pages |= await read(KnownParty, missing)
    return (root, *(id for id in twins if id in pages and pages[id].known_as() == root))
