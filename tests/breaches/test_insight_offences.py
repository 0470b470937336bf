"""Passages that are withheld because they tell of an offence are apart from the request itself."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest

from services.breaches.api import api
from services.breaches.domain.file import Exchange
from services.breaches.insight.commands import (
    Covered,
    DecideInsight,
    HearOnInsight,
    NameItem,
    RuleOnItem,
)
from services.breaches.terms import Terms
from shared.access import AccessEntry
from shared.domain import Caller
from shared.sealing import names_in, seal
from tests.breaches.test_insight import (
    APPLICANT,
    ID,
    LINKS,
    paper,
    request,
    requested,
    with_document,
)
from tests.breaches.told import ANNA, MORE, OFFICER, SHELF, Cases
from tests.serving import Standing

OFFENCE = "was convicted of fraud in 2024"
KEY = ("criminal", "person-offences-doc-1")
READER = OFFICER.model_copy(update={"roles": ("officer", "offence_reader")})


def standing(world: Cases, place: Path) -> Standing:
    adapters = {"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    return Standing(world, api, place, adapters=adapters)


async def ruled(basis: str = "DBL-8") -> Cases:
    world = await requested()
    await with_document(world, paper(f"Its director {OFFENCE}."))
    withheld = (Covered(passage=OFFENCE, basis=basis, reason="it is about a person"),)
    await world.done(RuleOnItem(insight_id=ID, number=1, outcome="part", withheld=withheld))
    return world


@pytest.mark.parametrize(("basis", "apart"), [("DBL-8", True), ("OFL-30-2", False)])
async def test_a_passage_is_sealed_with_a_key_of_those_of_whom_it_tells(
    basis: str, apart: bool
) -> None:
    insight = request(await ruled(basis))
    names = names_in(insight)
    assert (KEY in names) is apart
    keys = {name: bytes([n]) * 32 for n, name in enumerate(sorted(names))}
    assert OFFENCE not in json.dumps(seal(insight, keys))
    assert ("personal", APPLICANT) in names


async def test_a_passage_of_a_case_that_tells_of_offences_is_apart_on_any_basis() -> None:
    world = await requested()
    named = await world.done(NameItem(insight_id=ID, kind="case", ref=world.case.id))
    for party in named["concerns"]:
        await world.done(HearOnInsight(insight_id=ID, party_id=party))
    await world.advance(timedelta(days=7))
    told = (Covered(passage=OFFENCE, basis="OFL-30-1", reason="it is about a person"),)
    ruling = RuleOnItem(insight_id=ID, number=1, outcome="part", withheld=told)
    await world.done(ruling)
    assert not any(key_class == "criminal" for key_class, _ in names_in(request(world)))
    world.case.party_id = "person-1f3c0a"
    await world.done(ruling)
    assert ("criminal", "person-1f3c0a") in names_in(request(world))


@pytest.mark.parametrize("caller", [OFFICER, READER])
async def test_who_lacks_the_role_reads_it_covered_and_makes_no_copy(
    caller: Caller, tmp_path: Path
) -> None:
    world = await ruled()
    await world.done(DecideInsight(insight_id=ID), by=ANNA)
    reads = caller is READER
    brought = base64.b64encode(paper(f"Its director {OFFENCE}.")).decode()
    async with standing(world, tmp_path).client(caller) as client:
        found = (await client.get(f"/insight/{ID}")).json()["found"]
        made = await client.post(f"/insight/{ID}/copy", json={"documents": {"doc-1": brought}})
    assert found[0]["withheld"][0]["passage"] == (OFFENCE if reads else "Covered")
    assert made.status_code == (200 if reads else 403), made.text
    if not reads:
        assert "offence_reader" in made.json()["detail"]
    assert OFFENCE.encode() not in made.content
    entries = [one for one in world.store.documents.values() if isinstance(one, AccessEntry)]
    seen = {one.subject for one in entries if "criminal" in one.key_classes}
    assert seen == ({KEY[1]} if reads else set())


@pytest.mark.parametrize(("caller", "status"), [(OFFICER, 403), (READER, 200)])
async def test_a_case_that_may_tell_of_offences_is_copied_by_the_role_alone(
    caller: Caller, status: int, tmp_path: Path
) -> None:
    world = await requested()
    named = await world.done(NameItem(insight_id=ID, kind="case", ref=world.case.id))
    for party in named["concerns"]:
        await world.done(HearOnInsight(insight_id=ID, party_id=party))
    await world.advance(timedelta(days=7))
    await world.done(RuleOnItem(insight_id=ID, number=1, outcome="whole"))
    await world.done(DecideInsight(insight_id=ID), by=ANNA)
    world.case.party_id = "person-1f3c0a"
    told = Exchange(kind="hearing", text=OFFENCE, sent=world.now, due=world.now, link_id="l-1")
    world.case.exchanges = (told,)
    async with standing(world, tmp_path).client(caller) as client:
        made = await client.post(f"/insight/{ID}/copy", json={})
    assert made.status_code == status
