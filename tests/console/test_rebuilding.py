"""Read models that are filled anew while the old ones serve, over a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.console.app import AGGREGATES, RECORDS
from services.console.handlers import router
from services.console.readmodels.parties import Party
from services.console.readmodels.timeline import Line
from services.console.rebuilding import (
    REBUILD,
    RUNS,
    CannotRebuild,
    Heard,
    Rebuilding,
    in_order,
    stand_aside,
)
from shared.bus import Bus
from shared.embedded.stack import Stack
from shared.events.base import Event
from shared.events.onboarding import PartyChanged, PartyRegistered
from shared.mongo import MongoKeyRing, MongoStore
from shared.router import name_of
from shared.runtime import Service
from shared.testing import Quiet, until
from tests.console.cast import BALTIC, HANSEN, NORDLYS
from tests.console.desk import HEARS

KINDS = (*AGGREGATES, *RECORDS)
START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def heard(number: int, fact: Event, key: str = "p") -> Heard:
    headers = {
        "ce_id": f"onboarding/{key}/{number}",
        "ce_type": name_of(type(fact)),
        "ce_time": (START + timedelta(seconds=number)).isoformat(),
    }
    body = fact.model_dump_json(exclude_none=True).encode()
    told = tuple((name, value.encode()) for name, value in headers.items())
    return Heard("onboarding.v1", key.encode(), body, told)


class Region:
    """A console that serves, and the journal of what it heard."""

    def __init__(self, stack: Stack) -> None:
        self.keyring = MongoKeyRing(stack.mongo_url, bytes(32), "rebuilding_keys")
        self.store = MongoStore(stack.mongo_url, "rebuilding", self.keyring)
        self.beside = MongoStore(stack.mongo_url, "rebuilding", self.keyring, beside=True)
        self.bus = self.bus_of(self.store)
        self.journal: list[Heard] = []
        self.looks = 0
        self.on_look: Any = None

    def bus_of(self, store: MongoStore) -> Bus:
        return Bus(router.bound(HEARS), store, self.keyring, lambda: START, Quiet())

    async def hear(self, *facts: Heard) -> None:
        """They stand in the journal, and the console that serves hears them."""
        self.journal += facts
        await self.bus.handle([one.message() for one in facts])

    async def told(self, since: datetime | None) -> AsyncIterator[Heard]:
        self.looks += 1
        for one in list(self.journal):
            yield one
        if self.on_look is not None:
            await self.on_look(self.looks)

    def rebuilding(self) -> Rebuilding:
        return Rebuilding(self.store, self.beside, self.bus_of, KINDS, self.told)

    async def name(self, party_id: str) -> str:
        found = await self.store.fetch(Party, [party_id])
        return str(found[party_id].name) if party_id in found else ""

    def close(self) -> None:
        for one in (self.store, self.beside):
            one.close()
        self.keyring.close()


@pytest.fixture
async def region(stack: Stack) -> AsyncIterator[Region]:
    region = Region(stack)
    await region.store.client.drop_database("ansvar_rebuilding")
    await region.keyring.prepare()
    await region.store.prepare(KINDS)
    yield region
    region.close()


@pytest.fixture
async def running(region: Region) -> AsyncIterator[None]:
    """The console's own task, which rests while it is asked to."""
    service = cast(Service, SimpleNamespace(store=region.store, bus=region.bus))
    task = asyncio.create_task(stand_aside(service))

    async def it_runs() -> bool:
        return any(one.startswith(RUNS) for one in await region.store.notices())

    await until(it_runs)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _spoil(region: Region, party_id: str) -> None:
    """What a defect of an older release has left behind."""
    place = {"_id": party_id}
    await region.store.db.Party.update_one(place, {"$set": {"name": "Wrong", "rank": ""}})


async def test_the_new_ones_say_what_the_facts_say_and_the_old_ones_served_till_then(
    region: Region, running: None
) -> None:
    await region.hear(heard(1, PartyRegistered(party=NORDLYS)))
    await region.hear(heard(2, PartyRegistered(party=BALTIC), "q"))
    await _spoil(region, NORDLYS.party_id)
    served: list[str] = []

    async def look(number: int) -> None:
        served.append(await region.name(NORDLYS.party_id))
        if number == 1:  # while the new ones are filled the console hears something more
            await region.hear(heard(3, PartyRegistered(party=HANSEN), "r"))
        elif number == 2:
            assert REBUILD in await region.store.notices()
            renamed = NORDLYS.model_copy(update={"name": "Nordlys Facility A/S"})
            region.journal.append(heard(4, PartyChanged(party=renamed, changed=("name",))))

    region.on_look = look
    done = await region.rebuilding().run()
    assert done.facts == 4
    assert served[:2] == ["Wrong", "Wrong"]
    assert await region.name(NORDLYS.party_id) == "Nordlys Facility A/S"
    assert await region.name(HANSEN.party_id) == HANSEN.name
    assert len(await region.store.search(Line, {})) == 4
    assert not await region.store.missing_indexes(KINDS)
    names = await region.store.db.list_collection_names()
    assert not [name for name in names if name.startswith("beside")]

    region.on_look = None
    # What was known is known, what comes goes on: nothing is handled twice, nothing is refused.
    changed = BALTIC.model_copy(update={"name": "Baltic Group ApS"})
    again = [region.journal[0], heard(5, PartyChanged(party=changed, changed=("name",)), "q")]
    async with asyncio.timeout(20):
        await region.bus.handle([one.message() for one in again])
    assert await region.name(BALTIC.party_id) == "Baltic Group ApS"
    assert await region.name(NORDLYS.party_id) == "Nordlys Facility A/S"


async def test_a_console_that_does_not_rest_keeps_its_read_models(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    await region.hear(heard(1, PartyRegistered(party=NORDLYS)))
    await _spoil(region, NORDLYS.party_id)
    await region.store.post(f"{RUNS}deaf", 60)
    monkeypatch.setattr("services.console.rebuilding.PATIENCE", 0.3)
    with pytest.raises(CannotRebuild, match="1 of 1 consoles did not stop"):
        await region.rebuilding().run()
    assert await region.name(NORDLYS.party_id) == "Wrong"
    assert REBUILD not in await region.store.notices()


async def test_without_a_console_nothing_is_waited_for(region: Region) -> None:
    await region.hear(heard(1, PartyRegistered(party=NORDLYS)))
    await _spoil(region, NORDLYS.party_id)
    done = await region.rebuilding().run()
    assert done.facts == 1
    assert await region.name(NORDLYS.party_id) == NORDLYS.name


async def test_journals_are_told_in_the_order_of_time() -> None:
    async def journal(*numbers: int) -> AsyncIterator[Heard]:
        for number in numbers:
            yield heard(number, PartyRegistered(party=NORDLYS))

    merged = [one.time async for one in in_order([journal(1, 4), journal(), journal(2, 3, 9)])]
    assert merged == sorted(merged)
    assert len(merged) == 5
