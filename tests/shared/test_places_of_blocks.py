"""Every block of a journal has a place of its own, also where a clock goes back."""

import time
from collections.abc import AsyncIterator

import pytest

from shared.domain import Aggregate
from shared.events.onboarding import PartyRegistered
from shared.events.words import PartyDescription
from shared.mongo import MongoKeyRing, MongoStore
from shared.settings import ServiceSettings
from shared.store import Work
from shared.unit import Unit

HOUR = 3_600 * 10**9


class Count(Aggregate):
    pass


@pytest.fixture
async def store(settings: ServiceSettings) -> AsyncIterator[MongoStore]:
    keyring = MongoKeyRing(settings.mongo_url, bytes(32))
    store = MongoStore(settings.mongo_url, "onboarding", keyring)
    await store.prepare((Count,))
    yield store
    store.close()
    keyring.close()


async def _announce(store: MongoStore, *ids: str) -> Work:
    unit = Unit(store)
    for id in ids:
        count = await unit.load(Count, id) or Count(id=id)
        count.announce(PartyRegistered(party=PartyDescription(party_id=id, name="Nordlys A/S")))
        unit.save(count)
    await store.commit(unit.work)
    return unit.work


async def test_blocks_that_follow_on_one_from_ahead_of_the_clock_have_places_of_their_own(
    store: MongoStore, settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at one place were one for the relay: what the second said was never sent."""
    right = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: right() + HOUR)
    await _announce(store, "a", "b")
    monkeypatch.setattr(time, "time_ns", right)
    behind = MongoStore(settings.mongo_url, "onboarding", store.keyring)
    await _announce(behind, "a")
    await _announce(behind, "b")
    places = await behind.unsent(10)
    assert len(set(places)) == 3
    said = [await behind.block(place) for place in places]
    assert [[e.id for e in block.entries] for block in said if block] == [
        ["onboarding/Count/a/1", "onboarding/Count/b/1"],
        ["onboarding/Count/a/2"],
        ["onboarding/Count/b/2"],
    ]
    behind.close()


async def test_of_two_blocks_at_one_place_both_are_sent(store: MongoStore) -> None:
    """Two writers of the same number may write in the same microsecond."""
    await _announce(store, "c")
    (place,) = [p for p in await store.unsent(10) if p]
    await _announce(store, "d")
    await store.db.journal.update_many({}, {"$set": {"c": place}})
    block = await store.block(place)
    assert block is not None
    assert {entry.key for entry in block.entries} >= {"c", "d"}
