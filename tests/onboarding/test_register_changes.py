"""Registers that tell what has changed: recorded answers, and how that keeps ours fresh."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.onboarding.api import api
from services.onboarding.deciding import AskRegisters
from services.onboarding.domain.register_entry import RegisterEntry, entry_id
from services.onboarding.domain.register_watch import RegisterWatch, watch_id
from services.onboarding.handlers import changes
from services.onboarding.registers import Access, Registers
from services.onboarding.registers import asking as over_http
from shared.domain import Caller
from shared.events.onboarding import PartyChanged, RegisterAnswered
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BUYER, HANSEN, NORDLYS, signed
from .test_registers import RECORDED, serving

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
SINCE = datetime(2026, 11, 23, tzinfo=UTC)
CVR = RECORDED["cvr"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "PAUSE", 0.001)


async def test_cvr_is_asked_for_those_that_we_hold_and_that_changed_since() -> None:
    async with serving((200, CVR["changes"])) as server:
        registers = Registers({"cvr": Access(url=server.url)})
        said = await registers.on["cvr"].changed(["92431185", "94610346"], SINCE)
    assert {n: a.fact("status") for n, a in said.answers.items()} == {"92431185": "UNDERKONKURS"}
    assert "[92431185, 94610346]" in server.asked[0].replace(",94610346", ", 94610346")
    assert "2026-11-23T00:00:00+00:00" in server.asked[0]


async def test_gleif_gives_all_and_those_that_did_not_change_are_passed_over() -> None:
    async with serving((200, RECORDED["gleif"]["changes"])) as server:
        registers = Registers({"gleif": Access(url=server.url)})
        both = ["529900T8BM49AURSDO55", "5299000J2N45DDNE4Y28"]
        said = await registers.on["gleif"].changed(both, SINCE)
    assert {n: a.fact("registration") for n, a in said.answers.items()} == {both[0]: "RETIRED"}


async def test_many_numbers_are_asked_in_pieces() -> None:
    async with serving((200, CVR["changes"])) as server:
        registers = Registers({"cvr": Access(url=server.url)})
        await registers.on["cvr"].changed([str(n) for n in range(10000000, 10001200)], SINCE)
    assert len(server.asked) == 3


async def test_what_fails_of_it_is_no_change_and_no_answer() -> None:
    async with serving((200, CVR["changes"]), (503, {})) as server:
        registers = Registers({"cvr": Access(url=server.url)})
        said = await registers.on["cvr"].changed([str(n) for n in range(10000000, 10000600)], SINCE)
    assert (said.answers, said.problem) == ({}, "it answers 503")


async def test_a_register_without_such_a_question_says_so() -> None:
    registers = Registers({"vies": Access(url="http://127.0.0.1:1")})
    assert (await registers.on["vies"].changed(["DE1"], SINCE)).problem


async def work(world: Onboarding) -> None:
    while world.effects:
        await world.do_effects()


class Counter(Standing):
    def __init__(self, world: Onboarding, folder: Path, registers: Registers) -> None:
        adapters = {"files": world.files, "registers": registers}
        super().__init__(world, api, folder, adapters=adapters)


async def test_a_change_is_heard_within_a_day_and_nobody_is_asked_about_alone(
    tmp_path: Path,
) -> None:
    async with serving((200, CVR["known"]), (200, CVR["changes"])) as server:
        registers = Registers({"cvr": Access(url=server.url)})
        world = Onboarding(registers=registers)
        await world.tell(signed())
        async with Counter(world, tmp_path, registers).client(OFFICER) as client:
            url = f"/parties/{NORDLYS.party_id}/registers"
            await client.post(url)
            await work(world)
            for _ in range(20):
                await world.advance(timedelta(days=1))
                await work(world)
            assert all("range" in one for one in server.asked[1:]), "only for changes"
            assert len(server.asked) == 21
            (cvr,) = [e for e in (await client.get(url)).json() if e["register_name"] == "cvr"]
            assert (cvr["state"], cvr["age_days"]) == ("known", 0), "what did not change is fresh"
            first = (await client.get("/registers")).json()[0]
            assert (first["name"], first["on"], first["problem"]) == ("cvr", True, "")
    told = [e for e in world.announced if isinstance(e, RegisterAnswered)]
    statuses = [{f.name: f.value for f in e.facts}["status"] for e in told]
    assert statuses == ["NORMAL", "UNDERKONKURS"], "told once, however often it is heard"
    named = [e for e in world.announced if isinstance(e, PartyChanged)]
    assert "NORDLYS FACILITY A/S" in named[-1].party.aliases, "a new name is screened too"


async def test_after_an_outage_it_is_asked_from_the_same_moment_on() -> None:
    replies = ((200, CVR["known"]), *[(503, {})] * 6, (200, CVR["changes"]))
    async with serving(*replies) as server:
        world = Onboarding(registers=Registers({"cvr": Access(url=server.url)}))
        await world.tell(signed(), AskRegisters(party_id=NORDLYS.party_id))
        await work(world)
        began = world.state(RegisterWatch, watch_id("cvr")).until
        await world.advance(timedelta(days=1))
        await work(world)
        failed = world.state(RegisterWatch, watch_id("cvr"))
        assert (failed.until, failed.failures, failed.problem) == (began, 1, "it answers 503")
        await world.advance(timedelta(hours=1))
        await work(world)
        await world.advance(timedelta(hours=2))
        await work(world)
        since = (began - changes.OVERLAP).isoformat()
        assert since in server.asked[-1]
    well = world.state(RegisterWatch, watch_id("cvr"))
    assert (well.failures, well.problem) == (0, "")
    assert well.until > began


async def test_more_parties_than_one_question_takes_are_asked_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changes, "AT_ONCE", 1)
    async with serving((200, CVR["known"]), (200, CVR["unknown"]), (200, CVR["changes"])) as server:
        world = Onboarding(registers=Registers({"cvr": Access(url=server.url)}))
        for party in (NORDLYS, HANSEN):
            await world.tell(signed(party, contract_id=f"c-{party.party_id}"))
            await world.tell(AskRegisters(party_id=party.party_id))
        await work(world)
        await world.advance(timedelta(days=1))
        await work(world)
        asked = [one for one in server.asked if "range" in one]
    assert [("92431185" in one, "94610346" in one) for one in asked[:2]] == [
        (True, False),
        (False, True),
    ]
    entry = world.state(RegisterEntry, entry_id("cvr", NORDLYS.party_id))
    assert {f.name: f.value for f in entry.facts}["status"] == "UNDERKONKURS"
