"""Registers: recorded answers from a real server, and what it means when there is none."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.onboarding.api import api
from services.onboarding.deciding import AskRegisters
from services.onboarding.domain import Party
from services.onboarding.domain.register_entry import RegisterEntry, entry_id
from services.onboarding.registers import FORMATS, Access, Registers, RegisterState
from services.onboarding.registers import asking as over_http
from services.onboarding.registers.formats import number_for
from shared.domain import Caller
from shared.events.onboarding import RegisterAnswered
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BUYER, NORDLYS, signed

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
RECORDED = json.loads((Path(__file__).with_name("registers.json")).read_text())
Reply = tuple[int, Any]


class Server:
    """One register on this machine; what it was asked is kept."""

    def __init__(self, reply: Callable[[], Reply]) -> None:
        self.reply = reply
        self.asked: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: *([0-9]+)", head, re.IGNORECASE)
        self.asked.append(
            head + (await reader.readexactly(int(length[1]) if length else 0)).decode()
        )
        status, said = self.reply()
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n".encode())
        writer.write(b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(*replies: Reply) -> AsyncIterator[Server]:
    """Each reply once, the last one for ever."""
    left = list(replies)
    server = Server(lambda: left.pop(0) if len(left) > 1 else left[0])
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield server


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "PAUSE", 0.001)


NUMBERS = {
    "cvr": "92431185",
    "bolagsverket": "5599874129",
    "vies": "DE136695976",
    "gleif": "529900T8BM49AURSDO55",
    "eudamed": "DE-MF-000005219",
}


@pytest.mark.parametrize("name", list(FORMATS))
async def test_a_recorded_answer_reads_as_facts(name: str) -> None:
    recorded = RECORDED[name]
    async with serving((200, recorded["known"])) as server:
        access = Access(url=server.url, user="us", password=SecretStr("theirs"))
        answer = await Registers({name: access}).on[name].ask(NUMBERS[name])
    assert answer.state is RegisterState.KNOWN
    assert {f.name: f.value for f in answer.facts} == recorded["facts"]
    assert NUMBERS[name][2:] in server.asked[0]
    assert "authorization: basic" in server.asked[0].lower()


@pytest.mark.parametrize("name", list(FORMATS))
async def test_a_number_that_a_register_does_not_have_is_unknown(name: str) -> None:
    recorded = RECORDED[name]
    async with serving((recorded.get("unknown_status", 200), recorded["unknown"])) as server:
        answer = await Registers({name: Access(url=server.url)}).on[name].ask(NUMBERS[name])
    assert answer.state is RegisterState.UNKNOWN
    assert not answer.facts


async def test_an_outage_is_tried_again_and_then_answered() -> None:
    async with serving((503, {}), (429, {}), (200, RECORDED["gleif"]["known"])) as server:
        answer = await Registers({"gleif": Access(url=server.url)}).on["gleif"].ask("x")
    assert answer.state is RegisterState.KNOWN
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("reply", "problem", "tries"),
    [
        ((503, {}), "answers 503", 3),
        ((401, {}), "our access to it may have ended", 1),
        ((200, b"<html>"), "another form", 1),
        ((200, {"data": {}}), "another form", 1),
        ((200, b"[" * 3_000_000), "more than 2000000 bytes", 1),
    ],
)
async def test_what_is_no_answer_is_unavailable_and_never_unknown(
    reply: Reply, problem: str, tries: int
) -> None:
    async with serving(reply) as server:
        answer = await Registers({"gleif": Access(url=server.url)}).on["gleif"].ask("x")
    assert answer.state is RegisterState.UNAVAILABLE
    assert problem in answer.problem
    assert len(server.asked) == tries


async def test_vies_that_cannot_reach_a_state_is_unavailable() -> None:
    said = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}
    async with serving((200, said)) as server:
        answer = await Registers({"vies": Access(url=server.url)}).on["vies"].ask("DE136695976")
    assert (answer.state, answer.problem) == (RegisterState.UNAVAILABLE, "it says MS_UNAVAILABLE")


async def test_nobody_listening_is_unavailable() -> None:
    async with serving((200, {})) as server:
        pass
    answer = await Registers({"cvr": Access(url=server.url, patience=2)}).on["cvr"].ask("1")
    assert answer.state is RegisterState.UNAVAILABLE


def test_a_register_that_is_not_known_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ValueError, match="the registers are cvr"):
        Registers({"phone book": Access(url="http://x")})


def test_danish_and_swedish_vat_numbers_follow_from_the_national_ones() -> None:
    assert number_for("vies", {"dk-cvr": "92431185"}) == "DK92431185"
    assert number_for("vies", {"se-orgnr": "5599874129"}) == "SE559987412901"
    assert number_for("gleif", {"dk-cvr": "92431185"}) is None


class Counter(Standing):
    def __init__(self, world: Onboarding, folder: Path) -> None:
        super().__init__(world, api, folder, adapters={"files": world.files})


async def test_answers_are_kept_with_their_age_and_asked_again_when_old(tmp_path: Path) -> None:
    known = RECORDED["cvr"]["known"]
    async with serving((200, known), (503, {})) as server:
        world = Onboarding(registers=Registers({"cvr": Access(url=server.url)}))
        await world.tell(signed())
        counter = Counter(world, tmp_path)
        url = f"/parties/{NORDLYS.party_id}/registers"
        async with counter.client(OFFICER) as client:
            before = {e["register_name"]: e["state"] for e in (await client.get(url)).json()}
            assert before == dict.fromkeys(FORMATS, "not asked")
            assert (await client.post(url)).json()["result"]["asked"] == ["cvr"]
            await world.do_effects()
            assert (await client.post(url)).json()["result"]["asked"] == []
            await world.advance(timedelta(days=3))
            cvr = (await client.get(url)).json()[0]
            assert (cvr["state"], cvr["age_days"]) == ("known", 3)
            await world.advance(timedelta(days=4, hours=1))
            await world.do_effects()
            alone = [one for one in server.asked if "range" not in one]
            assert len(alone) == 4, "three tries, as it does not answer now"
            cvr = (await client.get(url)).json()[0]
            assert (cvr["state"], cvr["age_days"]) == ("unavailable", 7)
            assert cvr["facts"], "what it said before stays, with its age"
    told = [e for e in world.announced if isinstance(e, RegisterAnswered)]
    assert [e.state for e in told] == ["known", "unavailable"]
    party = world.state(Party, NORDLYS.party_id)
    assert "NORDLYS RENGOERING" in party.party.aliases[-1]
    held = world.state(RegisterEntry, entry_id("cvr", NORDLYS.party_id))
    assert held.failures == 1


async def test_without_registers_everything_works_and_nothing_is_asked(world: Onboarding) -> None:
    await world.tell(signed())
    outcome = await world.tell(AskRegisters(party_id=NORDLYS.party_id))
    assert outcome.result == {"party_id": NORDLYS.party_id, "asked": []}
    assert not world.effects
