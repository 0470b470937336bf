"""What a handler may do to the world, and how it is undone."""

import asyncio
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import Aggregate, Caller, Record, Stale, Stored, Unknown
from shared.envelope import Message, Outcome
from shared.events.base import Effect, Internal
from shared.events.onboarding import PartyChanged
from shared.events.words import PartyDescription
from shared.testing import OFFICER, T0, MemoryStore
from shared.unit import Unit


class Jar(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = ("shelf", "labels")

    shelf: str = ""
    labels: tuple[str, ...] = ()
    spoons: int = 0

    def fill(self) -> None:
        self.spoons += 1
        party = PartyDescription(party_id=self.id, name="jar")
        self.announce(PartyChanged(party=party, changed=("spoons",)))


class Line(Record):
    text: str = ""


class TooOld(Internal):
    jar_id: str


class Wash(Effect):
    jar_id: str


def message(
    id: str = "m/1", *, caller: Caller | None = None, version: int | None = None
) -> Message:
    return Message(id=id, type="Probe", caller=caller, expected_version=version, correlation="s/1")


def unit_of(*documents: Stored) -> Unit:
    store = MemoryStore()
    for document in documents:
        store.documents[type(document), document.id] = document
    return Unit(store)


@pytest.fixture
def unit() -> Unit:
    """A unit that handles its first message, with two jars and a line in the store."""
    unit = unit_of(
        Jar(id="honey", shelf="top", labels=("sweet",), version=3),
        Jar(id="salt", shelf="top", version=1),
        Line(id="l-1", text="stored"),
    )
    unit.begin(message(), T0)
    return unit


# ------------------------------------------------------------ load, get, find


async def test_what_is_loaded_twice_is_one_thing(unit: Unit) -> None:
    assert await unit.load(Jar, "honey") is await unit.get(Jar, "honey")


async def test_what_is_changed_leaves_the_stored_one_as_it_was(unit: Unit) -> None:
    """The store may hand out what it keeps in memory for everybody."""
    jar = await unit.get(Jar, "honey")
    jar.fill()
    held = unit.store.documents[Jar, "honey"]  # type: ignore[attr-defined]
    assert (held.spoons, held.take_announced()) == (0, [])


async def test_what_is_not_there_is_nothing_to_load_and_unknown_to_get(unit: Unit) -> None:
    assert await unit.load(Jar, "pepper") is None
    with pytest.raises(Unknown, match="no jar with id pepper is known here") as unknown:
        await unit.get(Jar, "pepper")
    assert (unknown.value.kind, unknown.value.id) == ("jar", "pepper")


async def test_find_takes_equal_fields_and_members_of_tuples(unit: Unit) -> None:
    assert [jar.id for jar in await unit.find(Jar, shelf="top")] == ["honey", "salt"]
    assert [jar.id for jar in await unit.find(Jar, labels="sweet")] == ["honey"]
    assert await unit.find(Jar, shelf="bottom") == []


async def test_find_sees_what_was_moved_away_and_to_it(unit: Unit) -> None:
    honey = await unit.get(Jar, "honey")
    honey.shelf = "bottom"
    unit.save(honey)
    unit.save(Jar(id="new", shelf="top"))
    assert {jar.id for jar in await unit.find(Jar, shelf="top")} == {"salt", "new"}
    assert [jar.id for jar in await unit.find(Jar, shelf="bottom")] == ["honey"]


async def test_if_match_speaks_of_the_first_thing_that_a_command_gets(unit: Unit) -> None:
    unit.begin(message("m/2", version=3), T0)
    await unit.get(Jar, "honey")
    await unit.get(Jar, "salt")
    unit.begin(message("m/3", version=2), T0)
    with pytest.raises(Stale, match="you saw version 2, it is 3"):
        await unit.get(Jar, "honey")


def test_the_time_and_the_caller_are_those_of_the_message(unit: Unit) -> None:
    later = T0 + timedelta(hours=1)
    unit.begin(message("m/2", caller=OFFICER), later)
    assert (unit.now, unit.caller, unit.message.id) == (later, OFFICER, "m/2")
    unit.begin(message("m/3"), later)
    assert unit.caller is None


# ------------------------------------------------------------ what is written


async def test_what_an_aggregate_announced_is_taken_once_with_its_cause_and_story(
    unit: Unit,
) -> None:
    jar = await unit.get(Jar, "honey")
    jar.fill()
    unit.save(jar)
    unit.save(jar)
    (announced,) = unit.work.announced
    assert announced.aggregate == (Jar, "honey")
    assert (announced.cause, announced.correlation, announced.time) == ("m/1", "s/1", T0)


async def test_records_are_seen_as_this_batch_has_left_them(unit: Unit) -> None:
    assert (await unit.record(Line, "l-1")) == Line(id="l-1", text="stored")
    unit.put(Line(id="l-1", text="new"))
    assert (await unit.record(Line, "l-1")) == Line(id="l-1", text="new")
    unit.remove(Line, "l-1")
    assert await unit.record(Line, "l-1") is None


def test_a_handled_message_is_in_the_inbox_and_its_deadline_is_gone(unit: Unit) -> None:
    come = Message(id="d@1", type="TooOld", key="d", origin="deadline", time=T0)
    unit.begin(come, T0)
    unit.conclude(Outcome())
    assert (list(unit.work.inbox), unit.work.fired) == (["d@1"], [("d", T0)])
    done = Message(id="e!1", type="Washed", key="e", origin="effect", cause="m/0")
    unit.begin(done, T0)
    unit.conclude(Outcome())
    assert unit.work.done == [("e", "m/0")]


# ------------------------------------------------------------ what is undone


async def change_everything(unit: Unit, at: datetime) -> None:
    jar = await unit.get(Jar, "honey")
    jar.fill()
    unit.save(jar)
    unit.save(Jar(id="new"))
    await unit.record(Line, "l-1")
    unit.put(Line(id="l-1", text="new"))
    unit.put(Line(id="l-2", text="new"))
    unit.remove(Line, "l-1")
    unit.schedule("old/honey", at, TooOld(jar_id="honey"))
    unit.cancel("old/salt")
    unit.effect("wash/honey", Wash(jar_id="honey"))


async def test_what_a_refused_message_did_is_undone(unit: Unit) -> None:
    await change_everything(unit, T0)
    unit.undo()
    work = unit.work
    assert not any((work.saved, work.announced, work.due, work.effects, work.records))
    assert (await unit.get(Jar, "honey")).spoons == 0
    assert (await unit.record(Line, "l-1")) == Line(id="l-1", text="stored")


async def test_undoing_leaves_what_earlier_messages_of_the_batch_did(unit: Unit) -> None:
    await change_everything(unit, T0)
    unit.conclude(Outcome())
    unit.begin(message("m/2"), T0)
    await change_everything(unit, T0 + timedelta(days=1))
    unit.undo()
    unit.begin(message("m/3"), T0)
    assert (await unit.get(Jar, "honey")).spoons == 1
    assert [at for _, at, _, _ in unit.work.due] == [T0, None]
    assert len(unit.work.announced) == len(unit.work.effects) == 1
    assert await unit.record(Line, "l-1") is None


async def test_what_was_changed_and_not_saved_is_gone_when_the_message_is_done(
    unit: Unit,
) -> None:
    (await unit.get(Jar, "honey")).fill()
    unit.conclude(Outcome())
    unit.begin(message("m/2"), T0)
    assert (await unit.get(Jar, "honey")).spoons == 0


async def test_undoing_what_was_never_read_lets_it_be_read_afterwards(unit: Unit) -> None:
    unit.put(Line(id="l-1", text="new"))
    unit.save(Jar(id="salt"))
    unit.undo()
    unit.begin(message("m/2"), T0)
    assert (await unit.record(Line, "l-1")) == Line(id="l-1", text="stored")
    assert (await unit.get(Jar, "salt")).version == 1


async def test_the_last_word_of_a_batch_counts(unit: Unit) -> None:
    unit.schedule("old/honey", T0, TooOld(jar_id="honey"))
    unit.cancel("old/honey")
    unit.cancel("old/salt")
    unit.schedule("old/salt", T0, TooOld(jar_id="salt"))
    unit.remove(Line, "l-1")
    unit.put(Line(id="l-1", text="again"))
    unit.put(Line(id="l-2"))
    unit.remove(Line, "l-2")
    await unit.store.commit(unit.work)
    store = unit.store
    assert isinstance(store, MemoryStore)
    assert list(store.deadlines) == ["old/salt"]
    lines = [held for (kind, _), held in store.documents.items() if kind is Line]
    assert lines == [Line(id="l-1", text="again")]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.booleans(), st.booleans())))
def test_only_what_was_saved_and_not_refused_counts(
    steps: list[tuple[str, int, bool, bool]],
) -> None:
    async def batch() -> None:
        unit = unit_of(Jar(id="a", version=1))
        expected = dict.fromkeys("abc", 0)
        for number, (id, times, saved, refused) in enumerate(steps):
            unit.begin(message(f"m/{number}"), T0)
            jar = await unit.load(Jar, id) or Jar(id=id)
            for _ in range(times):
                jar.fill()
            if saved:
                unit.save(jar)
            if refused:
                unit.undo()
            elif saved:
                expected[id] += times
            unit.conclude(Outcome())
        left = {id: jar.spoons for (_, id), jar in unit.work.saved.items()}  # type: ignore[attr-defined]
        assert left == {id: n for id, n in expected.items() if id in left}
        assert sum(expected.values()) == len(unit.work.announced)
        assert sum(left.values()) == len(unit.work.announced)
        assert len(unit.work.inbox) == len(steps)

    asyncio.run(batch())
