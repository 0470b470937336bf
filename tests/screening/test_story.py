"""The part of the story that screening tells, on the samples themselves."""

import json
from typing import Any

from shared.events.screening import CoverageStated, HitEnded, HitRaised, OwnershipFlagged
from shared.events.words import PartyDescription, PartyKind
from tests.screening.stage import REGION, SAMPLES, Stage, owned, registered

STORY: dict[str, Any] = json.loads((SAMPLES / "story.json").read_text())
LISTED = {key: f"person-{key.lower()}" for key in "ABC"}


def owner_of(key: str, name: str) -> PartyDescription:
    person = STORY["persons"].get(key, {})
    return PartyDescription(
        party_id=f"person-{key.lower()}",
        kind=PartyKind.PERSON,
        name=name,
        birth_date=person.get("birth_date"),
        country=person.get("nationality"),
    )


async def everybody() -> Stage:
    """The lists before, and every company of the story with its owners."""
    stage = Stage()
    for path in STORY["lists"]["before"]:
        await stage.list_in_force(path.split("/")[1][:2], (SAMPLES / path).read_bytes())
    for firm in STORY["companies"].values():
        company = PartyDescription(
            party_id=firm["party_id"], name=firm["name"], country=firm["country"]
        )
        owners = [(owner_of(one["key"], one["name"]), one["percent"]) for one in firm["owners"]]
        await stage.tell(registered(company), *(registered(one) for one, _ in owners))
        await stage.tell(owned(firm["party_id"], *owners))
    return stage


async def test_on_the_lists_before_nobody_is_a_hit() -> None:
    stage = await everybody()
    assert stage.said(HitRaised) == []
    assert stage.parked == []
    assert stage.rejected == []


async def test_the_new_list_finds_the_three_owners_and_nobody_else() -> None:
    stage = await everybody()
    (path,) = STORY["lists"]["after"]
    await stage.list_in_force("eu", (SAMPLES / path).read_bytes())
    found = {hit.party_id: hit.entry.entry_id for hit in stage.said(HitRaised)}
    assert found == {LISTED[key]: STORY["persons"][key]["entry"] for key in "ABC"}
    assert stage.said(HitEnded) == []
    stated = stage.said(CoverageStated)[-1]
    assert stated.gaps == 0
    assert stated.parties >= 6 + 3

    hits = {hit.party_id: hit.hit_id for hit in stage.said(HitRaised)}
    for party_id in LISTED.values():
        await stage.confirm(hits[party_id], REGION)
    verdicts = {flag.party_id: (flag.verdict, flag.share) for flag in stage.said(OwnershipFlagged)}
    shares = {STORY["persons"][key]["owns"]: STORY["persons"][key]["percent"] for key in "ABC"}
    assert {party: share.minimum for party, (_, share) in verdicts.items()} == shares
    assert {party for party, (verdict, _) in verdicts.items() if verdict == "owned"} == {
        party for party, percent in shares.items() if percent >= 50
    }
    assert {verdict for verdict, _ in verdicts.values()} == {"owned", "not_owned"}
