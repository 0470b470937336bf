"""Behind a link lie the papers of its step to its addressee, and nobody else's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.breaches.commands import OpenHearing
from services.breaches.insight.api import api
from services.breaches.terms import Terms
from shared.events.breaches import AlongsideHeard, LetterIssued
from shared.events.notifications import LetterDelivered
from shared.links import LinkBook
from tests.breaches.test_legal_block import ordered
from tests.breaches.told import (
    BALTIC,
    HANSEN,
    LABOUR,
    MORE,
    NORDLYS,
    OFFICER,
    REGION,
    SHELF,
    Cases,
    clauses,
    finding,
    signed,
)
from tests.serving import Standing

LINKS = LinkBook(b"k" * 32)
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


def serving(world: Cases, folder: Path) -> Standing:
    adapters = {"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    return Standing(world, api, folder, adapters=adapters)


def issued(world: Cases, kind: str, to: str) -> LetterIssued:
    found = [one for one in world.of(LetterIssued) if (one.kind, one.addressee_id) == (kind, to)]
    assert len(found) == 1
    return found[0]  # type: ignore[no-any-return]


def token(letter: LetterIssued) -> str:
    return LINKS.token(letter.link_id, f"letter/{letter.letter_id}", FOREVER)


@pytest.fixture
async def world() -> Cases:
    """A subcontractor must be replaced: a decision to both, and a demand to the supplier."""
    world = await ordered()
    await world.do_effects()
    return world


@pytest.fixture
async def anybody(world: Cases, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(world, tmp_path).client(None) as client:
        yield client


async def test_the_demand_lies_behind_the_link_of_its_decision(
    world: Cases, anybody: httpx.AsyncClient
) -> None:
    assert issued(world, "demand", NORDLYS).link_id == "", "one mail, not two"
    decision = issued(world, "decision", NORDLYS)
    shown = (await anybody.get(f"/links/{token(decision)}")).json()
    assert [one["kind"] for one in shown["letters"]] == ["decision", "demand"]
    assert not shown["answerable"]
    for one in shown["letters"]:
        path = f"/links/{token(decision)}/letters/{one['number']}.pdf"
        for language in ("da", "sv", "en"):
            answer = await anybody.get(f"{path}?language={language}")
            assert answer.content.startswith(b"%PDF")


async def test_nobody_reads_the_letter_of_another(world: Cases, anybody: httpx.AsyncClient) -> None:
    own, other = issued(world, "decision", BALTIC), issued(world, "decision", NORDLYS)
    shown = (await anybody.get(f"/links/{token(own)}")).json()
    assert [one["number"] for one in shown["letters"]] == [own.number]
    path = f"/links/{token(own)}/letters/{other.number}.pdf"
    assert (await anybody.get(path)).status_code == 404
    said = {"text": "I disagree."}
    assert (await anybody.post(f"/links/{token(own)}/answer", json=said)).status_code == 403


async def test_the_instruction_s_paper_lies_behind_its_own_link(
    world: Cases, anybody: httpx.AsyncClient
) -> None:
    id = world.case.id
    instruction = LINKS.token(f"link-{id}-instruction", f"instruction/{id}", FOREVER)
    shown = (await anybody.get(f"/links/{instruction}")).json()
    assert [one["kind"] for one in shown["letters"]] == ["instruction"]
    assert shown["text"]


async def test_a_letter_shows_when_it_arrived(world: Cases, tmp_path: Path) -> None:
    decision = issued(world, "decision", NORDLYS)
    await world.tell(
        LetterDelivered(
            letter_id="mail-1",
            party_id=NORDLYS,
            buyer_id=REGION,
            words="letter.case",
            about=decision.letter_id,
            link_id=decision.link_id,
            channel="digital-post",
            delivered_at=world.now,
            reference="DP-4711",
        )
    )
    async with serving(world, tmp_path).client(OFFICER) as officer:
        letters = (await officer.get(f"/cases/{world.case.id}")).json()["letters"]
    said: dict[str, list[Any]] = {}
    for one in letters:
        said.setdefault(one["kind"], []).append((one["channel"], one["reference"]))
    assert said["decision"] == [("digital-post", "DP-4711"), ("", "")]
    assert said["demand"] == [("digital-post", "DP-4711")], "it lay in the same letter"


async def test_the_subcontractor_answers_behind_the_link_of_its_own_hearing_letter(
    tmp_path: Path,
) -> None:
    world = Cases()
    short = finding("wages").model_copy(update={"party_id": HANSEN})
    await world.tell(signed(), clauses(LABOUR), short)
    await world.done(OpenHearing(case_id=world.case.id, subject="three payslips are short"))
    await world.do_effects()
    own = token(issued(world, "hearing", HANSEN))
    async with serving(world, tmp_path).client(None) as anybody:
        assert (await anybody.get(f"/links/{own}")).json()["answerable"]
        said = {"text": "We have paid."}
        assert (await anybody.post(f"/links/{own}/answer", json=said)).status_code == 200
        shown = (await anybody.get(f"/links/{own}")).json()
        assert (shown["answered"], shown["answerable"]) == (True, False)
        assert (await anybody.post(f"/links/{own}/answer", json=said)).status_code == 409
    assert [one.answer for one in world.of(AlongsideHeard)] == ["We have paid."]
