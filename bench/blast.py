"""A region through the real handlers into the embedded database, a list's change, and the blasts.

    python -m bench.blast [--contracts 2000] [--large] [--seed 7]

Load: facts per second until every chain, owner and paper is known. Exactness: the exposures that
the journal says are open, against the long way. Blast: p50, p99 and the slowest answer of the HTTP
route, over parties drawn at random and those who touch the most; the baseline of the same run is
the same question (the contracts alone) asked of the documents instead of the map; `ratio` is how
many times as long that takes.
"""

import argparse
import asyncio
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import psutil
from fastapi import FastAPI

from bench.longway import Touched
from bench.region import LARGE, REGION, Region, Size, made, sized
from services.subcontractors.api import api
from services.subcontractors.atlas import Atlas
from services.subcontractors.domain import CaseFile, Chain, Exposure, Footprint, Replacement
from services.subcontractors.domain.cards import ChainCard, PartyCard
from services.subcontractors.handlers import router
from services.subcontractors.handlers.tracing import below
from services.subcontractors.terms import Terms
from shared.bus import Bus
from shared.clock import Clock
from shared.domain import Caller
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.events import catalogue
from shared.events.base import Event
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.figures import Metrics
from shared.http import build_http
from shared.issuer import Issuer
from shared.links import LinkBook
from shared.mongo import MongoKeyRing, MongoStore
from shared.persons import PersonKey
from shared.router import name_of
from shared.testing import Quiet
from shared.unit import Unit

KINDS = (Chain, Footprint, Exposure, CaseFile, Replacement, ChainCard, PartyCard)
BATCH = 500
ASKED = 300
"""Parties of whom the blast is asked; a tenth of them are those who touch the most."""

READER = Caller(subject="bench", roles=("auditor",), buyers=("*",))


class Desk:
    """The service's HTTP side over its database, as `shared.runtime` puts it together."""

    def __init__(self, store: MongoStore, folder: Path) -> None:
        self.name = "subcontractors"
        self.api = api
        self.store = store
        self.clock = Clock(None)
        self.metrics = Metrics(self.name)
        self.issuer = Issuer(folder / "issuer.json")
        self.verifier = self.issuer.verifier()
        self.settings = None
        self.commands = None
        self.adapters = {"atlas": Atlas()}

    async def ready(self) -> list[object]:
        return []

    def client(self) -> httpx.AsyncClient:
        app: FastAPI = build_http(self)  # type: ignore[arg-type]
        told = READER
        token = self.issuer.issue(told.subject, told.name, told.roles, told.buyers)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://bench.test",
            headers={"Authorization": f"Bearer {token}"},
            timeout=120,
        )


def _messages(facts: Iterator[Event]) -> Iterator[list[Message]]:
    batch: list[Message] = []
    for number, said in enumerate(facts):
        id = f"{type(said).__name__}/{number}"
        batch.append(Message(id=id, type=name_of(type(said)), said=said, topic=said.topic, key=id))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _tell(bus: Bus, facts: Iterator[Event]) -> tuple[int, float]:
    """How many facts were told, and in how many seconds."""
    began, count = time.perf_counter(), 0
    for batch in _messages(facts):
        await bus.handle(batch)
        count += len(batch)
    return count, time.perf_counter() - began


async def _open(store: MongoStore, region: Region) -> set[Touched]:
    """The open exposures, as the journal tells them."""
    kinds = {kind: cls for kind, cls in catalogue().items()}
    seen: dict[str, Touched] = {}
    async for block in store.blocks():
        for entry in block.entries:
            kind = kinds[entry.type]
            if kind is ExposureFound:
                found = ExposureFound.model_validate_json(entry.body)
                party_id = region.truth.now(found.party_id)
                place = (found.contract_id, party_id, found.cause.ref, found.role.value)
                if found.exposure_id in seen:
                    raise AssertionError(f"{found.exposure_id} was found twice")
                seen[found.exposure_id] = place
            elif kind is ExposureEnded:
                del seen[ExposureEnded.model_validate_json(entry.body).exposure_id]
    if len(set(seen.values())) != len(seen):
        raise AssertionError("one cause, two exposures")
    return set(seen.values())


async def _by_documents(store: MongoStore, party_id: str) -> set[str]:
    """The contracts of a party, by walking its page and those of its companies."""
    unit = Unit(store)
    known = await below(unit, [party_id])
    ids = {place.contract_id for party in known.values() for place in party.places}
    return set(await store.fetch(Chain, ids))


async def _timed(asked: list[str], ask: Callable[[str], Awaitable[object]]) -> dict[str, float]:
    took = []
    for party_id in asked:
        began = time.perf_counter()
        await ask(party_id)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {
        "p50_ms": statistics.median(took),
        "p99_ms": took[int(len(took) * 0.99)],
        "slowest_ms": took[-1],
    }


def _asked(region: Region, atlas: Atlas) -> list[str]:
    parties = sorted({o for owners in region.truth.owners.values() for o in owners})
    parties += sorted(region.truth.owners)
    reach = {one: len(atlas.contracts_of(atlas.ids_of(one))) for one in parties}
    most = sorted(parties, key=lambda one: (-reach[one], one))[: ASKED // 10]
    return most + region.chance.sample(parties, ASKED - len(most))


async def measure(size: Size = REGION, seed: int = 7) -> dict[str, object]:
    be_patient()
    region = made(seed, size)
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack")
        await asyncio.to_thread(stack.__enter__)
        try:
            return await _measure(region, stack, Path(folder))
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)


async def _measure(region: Region, stack: Stack, folder: Path) -> dict[str, object]:
    keyring = MongoKeyRing(stack.mongo_url, secrets.token_bytes(32))
    store = MongoStore(stack.mongo_url, "subcontractors", keyring)
    await keyring.prepare()
    await store.prepare(KINDS)
    adapters = {
        "terms": Terms(),
        "links": LinkBook(secrets.token_bytes(32)),
        "persons": PersonKey(secrets.token_bytes(32)),
    }
    bus = Bus(router.bound(adapters), store, keyring, Clock(None).now, Quiet())
    facts, load = await _tell(bus, iter(region.facts()))
    news, change = await _tell(bus, region.news())
    open_now, truth = await _open(store, region), region.truth.touched()
    desk = Desk(store, folder)
    atlas = desk.adapters["atlas"]
    began = time.perf_counter()
    await atlas.look(store)
    atlas.rank()
    drawn = time.perf_counter() - began
    asked = _asked(region, atlas)
    async with desk.client() as client:

        async def blast(party_id: str) -> None:
            (await client.get(f"/parties/{party_id}/blast")).raise_for_status()

        await blast(asked[0])
        ours = await _timed(asked, blast)
        began = time.perf_counter()
        url = f"/dependencies?buyer_id={region.truth.buyers['k-00000']}"
        (await client.get(url)).raise_for_status()
        report = time.perf_counter() - began
    bare = await _timed(asked, lambda party_id: _by_documents(store, party_id))
    store.close()
    keyring.close()
    figures: dict[str, object] = {
        "contracts": region.size.contracts,
        "members": region.size.members,
        "facts": facts,
        "load_seconds": load,
        "facts_per_second": facts / load,
        "list_change_facts": news,
        "list_change_seconds": change,
        "exposures_open": len(open_now),
        "exposures_missing": len(truth - open_now),
        "exposures_too_many": len(open_now - truth),
        "set_aside": len(bus.waiting),
        "map_drawn_seconds": drawn,
        **{f"blast_{name}": figure for name, figure in ours.items()},
        **{f"documents_{name}": figure for name, figure in bare.items()},
        "dependencies_ms": report * 1000,
        "memory_mb": psutil.Process().memory_info().rss / 2**20,
    }
    for of in ("p50_ms", "p99_ms", "slowest_ms"):
        figures[f"ratio_{of}"] = bare[of] / ours[of]
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--contracts", type=int, default=REGION.contracts)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    figures = asyncio.run(measure(LARGE if chosen.large else sized(chosen.contracts), chosen.seed))
    print(json.dumps(figures, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
