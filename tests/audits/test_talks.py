"""Tips keep their source to themselves; talks are the first rung."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.audits.api import api
from services.audits.domain import Complaint, Plan
from shared.domain import Caller
from shared.events.audits import (
    ComplaintAssessed,
    ComplaintReceived,
    DialogueFollowed,
    DialogueNoted,
)
from shared.gate import Gate
from shared.sealing import names_in
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, K1, SUPPLIER
from tests.serving import Standing

THOMAS = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
INGER = Caller(subject="inger", roles=("tip_receiver",), buyers=(BUYER,))
AFAR = Caller(subject="afar", roles=("tip_receiver",), buyers=("dk-cvr-11111111",))
TIP = {
    "buyer_id": BUYER,
    "category": "wages",
    "text": "We get 90 kroner an hour. Ask at night.",
    "contract_id": K1,
    "source": "Ewa Nowak",
    "contact": "ewa@example.org",
}


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


def of(world: World, kind: type[Any]) -> list[Any]:
    return [fact for fact in world.announced if isinstance(fact, kind)]


async def test_a_tip_is_read_by_its_receivers_alone_and_its_source_is_nowhere_told(
    standing: Standing, world: World
) -> None:
    async with standing.client(None) as anybody, standing.client(INGER) as inger:
        receipt = (await anybody.post("/tips", json=TIP)).json()
        at = f"/complaints/{receipt['complaint_id']}"
        [fact] = of(world, ComplaintReceived)
        assert (fact.category, fact.need.role) == ("wages", "tip_receiver")
        async with standing.client(THOMAS) as thomas, standing.client(AFAR) as afar:
            assert (await thomas.get(at)).status_code == 403
            assert (await thomas.get("/complaints")).status_code == 403
            assert (await afar.get(at)).status_code == 403
        assert (await inger.get(at)).json()["source"] == "Ewa Nowak"
        assessed = {
            "outcome": "founded",
            "told": "Pay below the agreement is reported on this contract.",
            "answer": "Thank you. We look at payslips in March.",
        }
        assert (await inger.post(f"{at}/assess", json=assessed)).status_code == 200
        back = (await anybody.get(f"/tips/{receipt['token']}")).json()
        assert back == {"state": "assessed", "answer": assessed["answer"]}
    assert of(world, ComplaintAssessed)[0].settles == (fact.need.id,)
    assert any(one.code == "complaint" for one in world.state(Plan, K1).risk.factors)
    told = json.dumps([one.model_dump(mode="json") for one in world.announced])
    assert "Ewa" not in told
    assert "90 kroner" not in told


async def test_source_and_words_are_sealed_with_a_key_of_their_own(
    standing: Standing, world: World
) -> None:
    async with standing.client(None) as anybody:
        id = (await anybody.post("/tips", json=TIP)).json()["complaint_id"]
    complaint = world.state(Complaint, id)
    assert names_in(complaint) == {("personal", f"person-{id}")}


@pytest.mark.parametrize(
    "told",
    [
        "According to ewa nowak pay is too low.",
        "Ewa says that pay is too low.",
        "Mrs NOWAK, at night.",
        "Write to Ewa@example.org.",
        "Call 20 30 40-50 about it.",
    ],
)
async def test_what_would_give_the_source_away_is_not_told(standing: Standing, told: str) -> None:
    tip = TIP | {"contact": "+45 20304050"} if "Call" in told else TIP
    async with standing.client(None) as anybody, standing.client(INGER) as inger:
        id = (await anybody.post("/tips", json=tip)).json()["complaint_id"]
        body = {"outcome": "founded", "told": told}
        answer = await inger.post(f"/complaints/{id}/assess", json=body)
        assert answer.json()["errors"][0]["field"] == "told"


async def test_a_tip_needs_no_name_and_the_same_twice_is_one(
    standing: Standing, world: World
) -> None:
    bare = {"buyer_id": BUYER, "category": "other", "text": "The gate stands open at night."}
    async with standing.client(None) as anybody:
        first = (await anybody.post("/tips", json=bare)).json()
        assert (await anybody.post("/tips", json=bare)).json() == first
        wrong = await anybody.post("/tips", json=bare | {"contract_id": "k-unknown"})
        assert wrong.json()["errors"][0]["field"] == "contract_id"
        empty = await anybody.post("/tips", json=bare | {"text": " "})
        assert empty.status_code == 422
        assert (await anybody.get("/tips/link.e30.x")).status_code == 403
    assert len(of(world, ComplaintReceived)) == 1


async def test_a_phone_call_is_written_down_by_staff_who_cannot_read_it_again(
    standing: Standing,
) -> None:
    async with standing.client(THOMAS) as thomas, standing.client(INGER) as inger:
        form = await thomas.post("/complaints", json=TIP | {"channel": "form"})
        assert form.json()["errors"][0]["field"] == "channel"
        done = await thomas.post("/complaints", json=TIP | {"channel": "phone"})
        id = done.json()["result"]["complaint_id"]
        assert (await thomas.get(f"/complaints/{id}")).status_code == 403
        assert (await inger.get(f"/complaints/{id}")).json()["taken_by"] == "thomas"


TALK = {
    "contract_id": K1,
    "party_id": SUPPLIER,
    "form": "meeting",
    "held_on": "2026-11-20",
    "subject": "Notices about conditions",
    "agreed": "They hang up the notice in three languages.",
    "follow_on": "2026-12-18",
}


async def test_a_talk_is_logged_and_what_was_agreed_is_looked_at_again(
    standing: Standing, world: World
) -> None:
    async with standing.client(THOMAS) as thomas:
        id = (await thomas.post("/dialogues", json=TALK)).json()["result"]["dialogue_id"]
        [fact] = of(world, DialogueNoted)
        assert (fact.need.kind, fact.need.owner) == ("follow-dialogue", "thomas")
        assert (await thomas.post("/dialogues", json=TALK)).status_code == 409
        await world.advance(timedelta(days=26))
        seen = {"kept": False, "reason": "No notice hangs there."}
        assert (await thomas.post(f"/dialogues/{id}/follow", json=seen)).status_code == 200
        [logged] = (await thomas.get("/dialogues", params={"contract_id": K1})).json()["items"]
        assert logged["kept"] is False
    assert of(world, DialogueFollowed)[0].settles == (fact.need.id,)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": "2026-12-24"}, "held_on"),
        ({"follow_on": "2026-11-01"}, "follow_on"),
        ({"party_id": "dk-cvr-1"}, "party_id"),
        ({"finding_id": "finding-x"}, "finding_id"),
    ],
)
async def test_a_talk_that_cannot_have_been_is_not_logged(
    standing: Standing, world: World, changed: dict[str, object], field: str
) -> None:
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.post("/dialogues", json=TALK | changed)
        assert answer.json()["errors"][0]["field"] == field
    assert DialogueNoted not in world.told


async def test_who_sends_very_many_tips_is_let_in_again_later(world: World, tmp_path: Path) -> None:
    narrow = ADAPTERS | {"tip_gate": Gate(2, 600.0)}
    async with Standing(world, api, tmp_path, adapters=narrow).client(None) as anybody:
        for _ in range(2):
            assert (await anybody.post("/tips", json=TIP)).status_code == 200
        refused = await anybody.post("/tips", json=TIP)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 300
