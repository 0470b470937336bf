"""The way of a message, over a store in memory: the same promises as over MongoDB."""

import asyncio
from typing import Any, ClassVar, cast

from shared.domain import Aggregate, Rejected, Unknown
from shared.envelope import Block, Message
from shared.events.onboarding import OnboardingEvent, PartyChanged, PartyRegistered
from shared.events.words import PartyDescription
from shared.router import Router, name_of
from shared.standing import Waiting
from shared.store import Work
from shared.testing import MemoryStore, World
from shared.unit import Unit


class Count(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = ("name",)
    name: str = ""
    seen: int = 0


def registered(id: str, name: str = "Nordlys A/S") -> PartyRegistered:
    return PartyRegistered(party=PartyDescription(party_id=id, name=name))


def message(said: OnboardingEvent, id: str, key: str) -> Message:
    body = said.model_dump_json().encode()
    type_ = name_of(type(said))
    return Message(id=id, type=type_, key=key, body=body, topic=said.topic)


def counting() -> Router:
    router = Router("onboarding")

    @router.on(PartyRegistered, loads=(Count, "party.party_id"))
    async def count(event: PartyRegistered, unit: Unit) -> None:
        if event.party.name == "broken":
            raise ZeroDivisionError
        found = await unit.load(Count, event.party.party_id)
        found = found or Count(id=event.party.party_id, name=event.party.name)
        found.seen += 1
        found.announce(PartyChanged(party=event.party, changed=("seen",)))
        unit.save(found)
        if event.party.name == "refused":
            raise Rejected("we do not want it", field="party.name")

    @router.on(PartyChanged)
    async def changed(event: PartyChanged, unit: Unit) -> None:
        found = await unit.get(Count, event.party.party_id)
        found.seen += 100
        unit.save(found)

    return router


async def test_the_same_message_twice_is_handled_once() -> None:
    world = World(counting())
    one = message(registered("a"), "m/1", "a")
    await world.bus.handle([one, one])
    await world.bus.handle([one])
    assert world.state(Count, "a").seen == 1


async def test_a_batch_is_one_commit_and_sees_its_own_changes() -> None:
    world = World(counting())
    await world.bus.handle([message(registered("a"), f"m/{i}", "a") for i in range(7)])
    assert world.state(Count, "a").seen == 7
    assert world.state(Count, "a").version == 1
    assert [entry.number for entry in world.store.journal] == [1, 2, 3, 4, 5, 6, 7]


async def test_what_a_rejected_message_changed_is_undone_and_the_rest_of_its_batch_stays() -> None:
    world = World(counting())
    await world.bus.handle(
        [
            message(registered("a"), "m/1", "a"),
            message(registered("a", "refused"), "m/2", "a"),
            message(registered("b", "refused"), "m/3", "b"),
            message(registered("a"), "m/4", "a"),
        ]
    )
    assert world.state(Count, "a").seen == 2
    assert (Count, "b") not in world.store.documents
    assert world.rejected == ["we do not want it", "we do not want it"]
    assert [entry.number for entry in world.store.journal] == [1, 2]


async def test_an_unreadable_message_is_set_aside_with_the_field_that_is_wrong() -> None:
    world = World(counting())
    bad = Message(id="m/1", type=name_of(PartyRegistered), body=b'{"party": {"name": 4}}')
    await world.bus.handle([bad])
    assert "party.party_id" in world.rejected[0]


async def test_a_fact_about_something_unknown_is_parked_and_later_ones_of_its_key_wait() -> None:
    world = World(counting())
    party = PartyDescription(party_id="a", name="A")
    early = message(PartyChanged(party=party, changed=()), "m/1", "k")
    later = message(registered("b"), "m/2", "k")
    other = message(registered("c"), "m/3", "c")
    await world.bus.handle([early, later, other])
    assert [held.why for held in world.store.waiting.values()] == ["parked", "behind"]
    assert world.parked[0].missing == "count/a"
    assert (Count, "c") in world.store.documents


async def test_a_defect_is_found_in_its_batch_and_set_aside_after_its_attempts() -> None:
    world = World(counting())
    batch = [message(registered(f"p{i}"), f"m/{i}", f"p{i}") for i in range(6)]
    batch[3] = message(registered("p3", "broken"), "m/3", "p3")
    behind = message(registered("p3"), "m/7", "p3")
    await world.bus.handle([*batch, behind])
    assert {id for _, id in world.store.documents} == {"p0", "p1", "p2", "p4", "p5"}
    assert world.rejected == ["ZeroDivisionError: "]
    assert [held.why for held in world.store.waiting.values()] == ["defect", "behind"]


async def test_changes_that_were_not_saved_are_not_seen_by_the_next_message() -> None:
    router = Router("probe")
    seen: list[int] = []

    @router.on(PartyRegistered)
    async def look(event: PartyRegistered, unit: Unit) -> None:
        found = await unit.load(Count, "a") or Count(id="a")
        seen.append(found.seen)
        found.seen += 1
        if len(seen) == 1:
            unit.save(found)

    world = World(router)
    await world.bus.handle([message(registered("a"), f"m/{i}", "a") for i in range(3)])
    assert seen == [0, 1, 1]


async def test_find_sees_what_the_batch_has_changed() -> None:
    router = Router("probe")
    found: list[list[str]] = []

    @router.on(PartyRegistered)
    async def look(event: PartyRegistered, unit: Unit) -> None:
        unit.save(Count(id=event.party.party_id, name="same"))
        found.append([c.id for c in await unit.find(Count, name="same")])

    world = World(router)
    await world.bus.handle([message(registered(i), f"m/{i}", i) for i in "abc"])
    assert found == [["a"], ["a", "b"], ["a", "b", "c"]]


async def test_unknown_for_a_command_is_an_answer_not_a_wait() -> None:
    router = Router("probe")

    @router.on(PartyRegistered)
    async def look(event: PartyRegistered, unit: Unit) -> None:
        raise Unknown("hit", "h-1")

    world = World(router)
    one = message(registered("a"), "http/x", "")
    one.origin = "command"
    outcome = (await world.bus.handle([one]))["http/x"]
    assert outcome.error == {
        "kind": "unknown",
        "reason": "no hit with id h-1 is known here",
        "field": None,
    }
    assert not world.parked


async def test_what_cannot_be_written_is_found_in_its_batch_like_any_other_defect() -> None:
    """Otherwise one message that cannot be stored would stop the task that handles it."""

    class Picky(MemoryStore):
        async def commit(self, work: Work) -> Block | None:
            if any(id == "p2" for _, id in work.saved):
                raise TypeError("this cannot be written")
            return await super().commit(work)

    world = World(counting())
    world.store = world.bus.store = Picky()
    await world.bus.handle([message(registered(f"p{i}"), f"m/{i}", f"p{i}") for i in range(4)])
    assert {id for _, id in world.store.documents} == {"p0", "p1", "p3"}
    assert world.rejected == ["TypeError: this cannot be written"]


async def test_what_is_parked_while_the_waiting_are_looked_through_is_not_forgotten() -> None:
    """What is being handled is not in the store yet, and must not be forgotten for that."""
    handling, go_on = asyncio.Event(), asyncio.Event()

    class Slow(MemoryStore):
        async def commit(self, work: Work) -> Block | None:
            handling.set()
            await go_on.wait()
            return await super().commit(work)

    world = World(counting())
    world.store = world.bus.store = Slow()
    waiting: Any = Waiting(world.bus, cast("Any", world.store), (Count,), lambda: world.now)
    party = PartyDescription(party_id="a", name="A")
    early = message(PartyChanged(party=party, changed=()), "m/1", "k")
    parking = asyncio.create_task(world.bus.handle([early]))
    await handling.wait()
    looking = asyncio.create_task(waiting.turn())
    await asyncio.wait([looking], timeout=0.05)
    go_on.set()
    await asyncio.gather(parking, looking)
    await world.bus.handle([message(registered("a"), "m/2", "a")])
    await waiting.turn()
    assert not world.parked
    assert world.state(Count, "a").seen == 101
