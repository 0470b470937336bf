"""Certificates in EUDAMED: recorded answers from a real server, and what follows for documents."""

import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.onboarding.api import api
from services.onboarding.domain import Document, State
from services.onboarding.registers import Access, Certificates, Registers, RegisterState
from services.onboarding.registers import asking as over_http
from shared.domain import Caller
from shared.events.onboarding import (
    DocumentNeedsReview,
    DocumentReinstated,
    DocumentRequested,
    DocumentSuspended,
    DocumentWithdrawn,
    QualificationRefused,
    RegisterAnswered,
)
from shared.events.words import Identifier, PartyDescription
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BUYER, screened, signed
from .test_registers import RECORDED, Server, serving

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
CERTIFICATE = "9907 PNB-MDR-24-00311"
HAVBLIK = PartyDescription(
    party_id="srn-de-mf-000099112",
    name="Havblik Medical GmbH",
    country="DE",
    identifiers=(Identifier(scheme="srn", value="DE-MF-000099112"),),
)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "PAUSE", 0.001)


def answer(status: str) -> tuple[int, Any]:
    """The recorded answer, with another status of the newest version."""
    said = copy.deepcopy(RECORDED["certificate"]["known"])
    newest = next(one for one in said["content"] if one["latestVersion"])
    newest["certificateStatus"]["code"] = f"refdata.certificate-status.{status}"
    return 200, said


async def test_a_recorded_certificate_reads_as_facts_of_its_newest_version() -> None:
    recorded = RECORDED["certificate"]
    async with serving((200, recorded["known"])) as server:
        found = await Certificates(Access(url=server.url)).ask(CERTIFICATE)
    assert {f.name: f.value for f in found.facts} == recorded["facts"]
    asked = server.asked[0]
    assert "certificateNumber=PNB-MDR-24-00311" in asked
    assert "notifiedBodySrn=9907" in asked


async def test_an_answer_about_other_certificates_is_none_about_this_one() -> None:
    """The register passes over filters that it does not know, and then names every certificate."""
    others = copy.deepcopy(RECORDED["certificate"]["known"])
    for one in others["content"]:
        one["certificateNumber"] = "ANOTHER"
    async with serving((200, others)) as server:
        found = await Certificates(Access(url=server.url)).ask(CERTIFICATE)
    assert found.state is RegisterState.UNKNOWN


@pytest.mark.parametrize("said", [{}, {"content": [{}]}, [], b"<html>"])
async def test_another_form_is_unavailable(said: Any) -> None:
    async with serving((200, said)) as server:
        found = await Certificates(Access(url=server.url)).ask(CERTIFICATE)
    assert found.state is RegisterState.UNAVAILABLE


class Counter(Standing):
    def __init__(self, world: Onboarding, folder: Path) -> None:
        adapters = {"files": world.files, "reading_room": world.reading_room}
        super().__init__(world, api, folder, adapters=adapters)


async def held(
    server: Server | None, registers: Registers | None = None, **contract: str
) -> tuple[Onboarding, Document]:
    """A manufacturer whose certificate counts."""
    access = {"eudamed": Access(url=server.url)} if server else {}
    world = Onboarding(registers=registers or Registers(access))
    await world.tell(signed(HAVBLIK, **contract), screened(HAVBLIK))
    document = await world.drop_sample("papers/mdr-havblik.pdf")
    assert (document.state, document.certificate) == (State.VERIFIED, CERTIFICATE)
    return world, document


async def looked_up(world: Onboarding, days: float = 0.01) -> None:
    await world.advance(timedelta(days=days))
    while world.effects:
        await world.do_effects()


async def test_a_suspended_certificate_does_not_count_until_it_is_reinstated() -> None:
    replies = (answer("issued"), answer("suspended"), answer("suspended"), answer("reinstated"))
    async with serving(*replies) as server:
        world, document = await held(server)
        await looked_up(world)
        assert world.state(Document, document.id).state is State.VERIFIED
        await looked_up(world, 7.1)
        suspended = world.state(Document, document.id)
        assert (suspended.state, suspended.standing_from) == (State.SUSPENDED, "eudamed")
        await looked_up(world, 7.1)
        await looked_up(world, 7.1)
    assert world.state(Document, document.id).state is State.VERIFIED
    (told,) = [e for e in world.announced if isinstance(e, DocumentSuspended)]
    assert (told.source, told.told) == ("eudamed", "EUDAMED: suspended (revision 01)")
    assert world.told.count(DocumentReinstated) == 1
    said = [e for e in world.announced if isinstance(e, RegisterAnswered)]
    assert [{f.name: f.value for f in e.facts}["status"] for e in said] == [
        "issued",
        "suspended",
        "reinstated",
    ]
    assert {e.about for e in said} == {CERTIFICATE}


@pytest.mark.parametrize("status", ["withdrawn", "cancelled"])
async def test_a_withdrawn_certificate_counts_no_more_and_is_not_asked_about(status: str) -> None:
    async with serving(answer(status)) as server:
        world, document = await held(server)
        await looked_up(world)
        assert world.state(Document, document.id).state is State.WITHDRAWN
        await looked_up(world, 30)
        assert len(server.asked) == 1
    assert world.told.count(DocumentWithdrawn) == 1


async def test_a_restricted_certificate_is_looked_at_by_a_person_once(tmp_path: Path) -> None:
    async with serving(answer("restricted")) as server:
        world, document = await held(server)
        await looked_up(world)
        assert world.state(Document, document.id).state is State.REVIEW
        counter = Counter(world, tmp_path)
        async with counter.client(OFFICER) as client:
            reply = await client.post(
                f"/documents/{document.id}/verify", json={"reason": "our goods are in its scope"}
            )
            assert reply.status_code == 200, reply.text
        await looked_up(world, 8)
    assert world.state(Document, document.id).state is State.VERIFIED
    (asked,) = [e for e in world.announced if isinstance(e, DocumentNeedsReview)]
    assert asked.need is not None


async def test_no_answer_and_an_unknown_certificate_change_nothing() -> None:
    unknown = (200, RECORDED["certificate"]["unknown"])
    async with serving((503, {}), (503, {}), (503, {}), unknown) as server:
        world, document = await held(server)
        await looked_up(world)
        await looked_up(world, 0.1)
    assert world.state(Document, document.id).state is State.VERIFIED
    states = [e.state for e in world.announced if isinstance(e, RegisterAnswered)]
    assert states == ["unavailable", "unknown"]


async def test_what_an_officer_suspended_the_register_does_not_reinstate(tmp_path: Path) -> None:
    async with serving(answer("issued")) as server:
        world, document = await held(server)
        async with Counter(world, tmp_path).client(OFFICER) as client:
            body = {"standing": "suspended", "reason": "its body told us by letter"}
            url = f"/documents/{document.id}/standing"
            assert (await client.post(url, json=body)).status_code == 200
        await looked_up(world)
    assert world.state(Document, document.id).state is State.SUSPENDED


async def test_people_see_what_the_register_says_and_how_old_that_is(tmp_path: Path) -> None:
    async with serving(answer("issued"), answer("withdrawn")) as server:
        world, document = await held(server)
        url = f"/documents/{document.id}/certificate"
        async with Counter(world, tmp_path).client(OFFICER) as client:
            assert (await client.get(url)).json()["state"] == "not asked"
            await looked_up(world)
            await world.advance(timedelta(days=2))
            seen = (await client.get(url)).json()
            assert (seen["state"], seen["age_days"]) == ("known", 2)
            review = (await client.get(f"/documents/{document.id}/review")).json()
            assert review["certificate"] == seen
            assert (await client.post(url)).json()["result"]["asked"] is False
            assert (await client.post(url, params={"anew": True})).json()["result"]["asked"]
            await looked_up(world)
            assert (await client.get(f"/documents/{document.id}")).json()["state"] == "withdrawn"
            refused = await client.post(url)
            assert refused.status_code == 200, "it still has its number"


async def test_a_register_that_is_off_is_not_asked_and_asked_when_switched_on() -> None:
    registers = Registers({})
    world, document = await held(None, registers)
    await looked_up(world, 1)
    assert RegisterAnswered not in world.told
    async with serving(answer("withdrawn")) as server:
        registers.certificates = Certificates(Access(url=server.url))
        await looked_up(world, 8)
    assert world.state(Document, document.id).state is State.WITHDRAWN


async def test_who_rests_on_a_withdrawn_certificate_is_asked_for_another_and_not_refused() -> None:
    async with serving(answer("withdrawn")) as server:
        world, _ = await held(server, category="medical-devices")
        kinds = [e.kind for e in world.announced if isinstance(e, DocumentRequested)]
        assert kinds.count("mdr-certificate") == 1, "asked for with the contract"
        await looked_up(world)
    kinds = [e.kind for e in world.announced if isinstance(e, DocumentRequested)]
    assert kinds.count("mdr-certificate") == 2
    assert QualificationRefused not in world.told
