"""Messages that wait: parked until something is known, behind a defect until it is mended."""

import asyncio

from shared.administration import dead
from shared.envelope import Message, Outcome
from shared.events.screening import PartyScreened
from shared.router import name_of
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.testing import until
from shared.unit import Unit
from tests.shared.probe import (
    Mended,
    Register,
    Reminder,
    ask,
    onboarding,
    party,
    running,
    screening,
)

SCREENED = {"lists": (), "hits": (), "engine": "probe", "policy": "probe"}


def screened(party_id: str, number: int) -> Message:
    fact = PartyScreened(party_id=party_id, **SCREENED)
    return Message(
        id=f"screening/Screening/{party_id}/{number}",
        type=name_of(PartyScreened),
        key=party_id,
        topic=PartyScreened.topic,
        body=fact.model_dump_json().encode(),
    )


async def test_facts_that_came_too_early_are_handled_once_when_their_party_is_known(
    settings: ServiceSettings,
) -> None:
    one = onboarding(settings)
    async with running(one):
        early = [screened("dk-cvr-early", number) for number in (1, 2, 3)]
        await one.bus.handle(early)
        assert [held.why for held in await one.store.held()] == ["parked", "behind", "behind"]
        await one.bus.handle(early)  # delivered once more while they wait
        await ask(one, Register(party_id="dk-cvr-early", name="Early"), "http/early")
        await until(party(one, "dk-cvr-early", lambda p: p.screened == 3))
        await one.bus.handle(early)  # and once more when all is done
        await until(lambda: _nothing_waits(one))
        assert (await one.store.fetch(_kind(one), ["dk-cvr-early"]))["dk-cvr-early"].screened == 3


async def test_waiting_facts_outlive_a_restart(settings: ServiceSettings) -> None:
    one = onboarding(settings)
    async with running(one):
        await one.bus.handle([screened("dk-cvr-late", 1)])
    again = onboarding(settings)
    async with running(again):
        await ask(again, Register(party_id="dk-cvr-late", name="Late"), "http/late")
        await until(party(again, "dk-cvr-late", lambda p: p.screened == 1))


async def test_a_deadline_of_something_unknown_waits_and_does_not_come_again_and_again(
    settings: ServiceSettings,
) -> None:
    one = onboarding(settings)
    async with running(one):
        unit = Unit(one.store)
        unit.begin(Message(id="x", type=""), one.now())
        unit.schedule("remind/dk-cvr-q", one.now(), Reminder(party_id="dk-cvr-q"))
        unit.conclude(Outcome())
        await one.store.commit(unit.work)
        await until(lambda: _waits(one, 1))
        assert not await one.store.due(one.now(), 1)
        await ask(one, Register(party_id="dk-cvr-q", name="Q"), "http/q")
        await until(party(one, "dk-cvr-q", lambda p: p.reminded == 1))
        await until(lambda: _nothing_waits(one))


async def test_what_is_replayed_after_a_defect_lets_those_behind_it_go_in_order(
    settings: ServiceSettings,
) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        for number in range(3):
            await ask(one, Register(party_id="dk-cvr-x", name="broken"), f"http/x{number}")
        await until(lambda: _waits(two, 3))
        letters = await asyncio.to_thread(dead.open_letters, settings.kafka_url, ["screening"])
        [letter] = [one for one in letters if one.message.header("ce_subject") == "dk-cvr-x"]
        assert letter.kind == "defect"
        assert "planted by the test" in letter.reason
        Mended.by_now = True
        await asyncio.to_thread(dead.replay, settings.kafka_url, letter)
        await until(party(one, "dk-cvr-x", lambda p: p.screened == 3))
        await until(lambda: _nothing_waits(two))
        await until(lambda: _settled(settings, letter.id))


async def test_what_is_dismissed_lets_those_behind_it_go(settings: ServiceSettings) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        await ask(one, Register(party_id="dk-cvr-y", name="broken"), "http/y1")
        await until(lambda: _waits(two, 1))
        await ask(one, Register(party_id="dk-cvr-y", name="whole"), "http/y2")
        await until(lambda: _waits(two, 2))
        letters = await asyncio.to_thread(dead.open_letters, settings.kafka_url, ["screening"])
        [letter] = [one for one in letters if one.message.header("ce_subject") == "dk-cvr-y"]
        await asyncio.to_thread(
            dead.dismiss, settings.kafka_url, letter, reason="not wanted", by="test"
        )
        await until(party(one, "dk-cvr-y", lambda p: p.screened == 1))
        await until(lambda: _settled(settings, letter.id))


async def test_too_many_dead_letters_in_a_minute_stop_the_listening_and_say_so(
    settings: ServiceSettings,
) -> None:
    few = settings.model_copy(update={"dead_per_minute": 5})
    one, two = onboarding(settings), screening(few)
    async with running(one, two):
        for number in range(6):
            await ask(one, Register(party_id=f"dk-cvr-z{number}", name="bad"), f"http/z{number}")
        await until(lambda: _halted(two))
        checks = {check.name: check for check in await two.ready()}
        assert not checks["listening"].ok
        assert "ansvar dead list" in checks["listening"].detail
        assert checks["broker"].ok


def _kind(service: Service) -> type:
    return service.aggregates[0]


async def _halted(service: Service) -> bool:
    return service.bus.halted is not None


async def _waits(service: Service, count: int) -> bool:
    return len(await service.store.held()) == count


async def _nothing_waits(service: Service) -> bool:
    return not await service.store.held()


async def _settled(settings: ServiceSettings, id: str) -> bool:
    letters = await asyncio.to_thread(dead.open_letters, settings.kafka_url, ["screening"])
    return id not in {letter.id for letter in letters}
