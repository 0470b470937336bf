"""The way of a message over the real protocols: two services, each with its database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from shared import journal
from shared.clock import Clock
from shared.envelope import Entry
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.testing import until
from tests.shared.probe import (
    Party,
    Register,
    Screening,
    ask,
    onboarding,
    party,
    running,
    screening,
)


async def test_a_fact_goes_through_two_services_and_back(settings: ServiceSettings) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        outcome = await ask(one, Register(party_id="dk-cvr-1", name="Nordlys A/S"), "http/1")
        assert outcome.result == {"party": "dk-cvr-1", "registered": 1}
        assert outcome.events == ("onboarding/Party/dk-cvr-1/1",)
        await until(party(one, "dk-cvr-1", lambda p: p.screened == 1))
        assert (await two.store.fetch(Screening, ["dk-cvr-1"]))["dk-cvr-1"].times == 1
        again = await ask(one, Register(party_id="dk-cvr-1", name="Nordlys A/S"), "http/1")
        assert again == outcome
        other = await ask(one, Register(party_id="dk-cvr-1", name="Another"), "http/1")
        assert other.error is not None
        assert other.error["kind"] == "reused_key"


async def test_a_bad_message_is_set_aside_and_the_rest_goes_on(settings: ServiceSettings) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        names = ["a", "bad", "c", "broken", "e"]
        for number, name in enumerate(names):
            id = f"dk-cvr-{name}"
            await ask(one, Register(party_id=id, name=name), f"http/b{number}")
        for name in "ace":
            await until(party(one, f"dk-cvr-{name}", lambda p: p.screened == 1))
        await until(lambda: _held(two, "defect"))
        await ask(one, Register(party_id="dk-cvr-broken", name="mended"), "http/b9")
        await until(lambda: _held(two, "behind"))
        dead = [b async for b in two.store.blocks() if b.dead]
        kinds = [dict(letter.headers)["ansvar-dead-kind"] for b in dead for letter in b.dead]
        assert sorted(kinds) == [b"defect", b"rejected"]


async def _held(service: Service, why: str) -> bool:
    return bool(await service.store.held(why))


async def test_deadlines_follow_the_business_clock_and_come_once(
    settings: ServiceSettings,
) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        in_ten_days = Register(party_id="dk-cvr-d", name="D", remind_in=864_000)
        await ask(one, in_ten_days, "http/d")
        assert (await one.store.fetch(Party, ["dk-cvr-d"]))["dk-cvr-d"].reminded == 0
        Clock(settings.clock_file).advance(timedelta(days=10, minutes=1))
        await until(party(one, "dk-cvr-d", lambda p: p.reminded == 1))
        assert not await one.store.due(one.now() + timedelta(days=99), 10)


async def test_an_effect_is_done_outside_and_its_outcome_is_handled(
    settings: ServiceSettings,
) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        await ask(one, Register(party_id="dk-cvr-e", name="E", call=True), "http/e")
        await until(party(one, "dk-cvr-e", lambda p: p.called == 1))
        assert (await one.store.counts())["effects"] == 0


async def test_a_person_is_sealed_in_database_and_journal_and_readable_to_the_services(
    settings: ServiceSettings,
) -> None:
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        name = "Vsevolod Zharkovetskij"
        await ask(one, Register(party_id="person-1", name=name), "http/p")
        await until(party(one, "person-1", lambda p: p.screened == 1))
        bodies = [entry.body async for b in one.store.blocks() for entry in b.entries]
        assert bodies
        assert not any(name.encode() in body for body in bodies)
        assert any(b"sealed:1:personal:person-1:" in body for body in bodies)
        report = await journal.verify(
            "onboarding", _entries(one), await one.store.heads(one.aggregates)
        )
        assert (report.problems, report.entries) == ([], 2)
        await one.keyring.destroy("person-1")
        report = await journal.verify(
            "onboarding", _entries(one), await one.store.heads(one.aggregates)
        )
        assert report.problems == []


async def _entries(service: Service) -> AsyncIterator[list[Entry]]:
    async for block in service.store.blocks():
        yield block.entries


async def test_two_replicas_of_a_service_lose_and_double_nothing(
    settings: ServiceSettings,
) -> None:
    one, two = onboarding(settings), screening(settings)
    other = onboarding(settings.model_copy(update={"instance": "other"}))
    async with running(one, other, two):
        asked = [
            ask(
                (one, other)[number % 2],
                Register(party_id=f"dk-cvr-r{number % 5}", name="R"),
                f"h/{number}",
            )
            for number in range(100)
        ]
        await asyncio.gather(*asked)
        for number in range(5):
            await until(
                party(one, f"dk-cvr-r{number}", lambda p: p.registered == p.screened == 20),
                seconds=20,
            )
        report = await journal.verify(
            "onboarding", _entries(one), await one.store.heads(one.aggregates)
        )
        assert (report.problems, report.entries) == ([], 200)
