"""Over HTTP: plans, audits, findings and actions of one's own buyers."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.audits.api import api
from services.audits.app import Settings, service
from shared.domain import Caller
from shared.testing import MemoryKeyRing, World
from tests.audits.conftest import ADAPTERS, BUYER, K1, planned
from tests.serving import Standing

SIGNE = Caller(subject="signe", roles=("auditor",), buyers=(BUYER,))
THOMAS = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
STRANGER = Caller(subject="x", roles=("auditor",), buyers=("dk-cvr-11111111",))
FOUND = {
    "severity": "major",
    "finding_class": "wages",
    "description": "Two employees are paid too little.",
}


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


async def test_from_plan_to_closed_finding(standing: Standing) -> None:
    async with standing.client(SIGNE) as auditor, standing.client(THOMAS) as manager:
        plan = (await manager.get(f"/plans/{K1}")).json()
        assert plan["follow_ups"][0]["why"]
        [audit] = (await auditor.get("/audits", params={"state": "planned"})).json()["items"]
        report = {"conclusion": "Wages are too low.", "findings": [FOUND], "no_conflict": True}
        answer = await auditor.post(f"/audits/{audit['id']}/hold", json=report)
        [finding_id] = answer.json()["result"]["finding_ids"]
        shown = (await manager.get(f"/findings/{finding_id}")).json()
        assert (shown["state"], shown["finding_class"]) == ("raised", "wages")
        agreed = await manager.post(
            f"/findings/{finding_id}/action", json={"measure": "Pay what is missing."}
        )
        action_id = agreed.json()["result"]["action_id"]
        evidence = {"document_ids": ["doc-1"], "reason": "Payslips of November."}
        denied = await manager.post(f"/actions/{action_id}/verify", json=evidence)
        assert denied.status_code == 403
        answer = await auditor.post(f"/actions/{action_id}/verify", json=evidence)
        assert answer.json()["result"]["state"] == "closed"
        assert (await auditor.get(f"/actions/{action_id}")).json()["state"] == "verified"
        [closed] = (await auditor.get("/findings", params={"state": "closed"})).json()["items"]
        assert closed["id"] == finding_id
        assert (await auditor.get(f"/audits/{audit['id']}")).json()["state"] == "held"


async def test_nobody_sees_another_buyers_audits(standing: Standing, world: World) -> None:
    audit_id = planned(world)[0].audit_id
    async with standing.client(STRANGER) as client:
        assert (await client.get("/audits")).json()["items"] == []
        assert (await client.get("/audits", params={"buyer_id": BUYER})).status_code == 403
        for path in (f"/audits/{audit_id}", f"/plans/{K1}"):
            assert (await client.get(path)).status_code == 403
        answer = await client.post(f"/audits/{audit_id}/hold", json={"conclusion": "Fine."})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"conclusion": "x"}, 422),
        ({"conclusion": "Fine.", "no_conflict": False}, 422),
        ({"conclusion": "Fine.", "findings": [FOUND | {"finding_class": "mood"}]}, 422),
        ({"conclusion": "Fine.", "findings": [FOUND | {"obligation": "bees"}]}, 422),
        ({"conclusion": "Fine.", "held_on": "2030-01-01"}, 422),
    ],
)
async def test_a_wrong_report_is_answered_with_the_field(
    standing: Standing, world: World, body: dict[str, object], status: int
) -> None:
    async with standing.client(SIGNE) as client:
        body = {"no_conflict": True} | body
        answer = await client.post(f"/audits/{planned(world)[0].audit_id}/hold", json=body)
        assert answer.status_code == status
        assert answer.json()["errors"][0]["field"]
        assert (await client.post("/audits/nothing/hold", json=body)).status_code in (404, 422)


def test_every_adapter_that_handlers_ask_for_is_there() -> None:
    audits = service(Settings(link_key=SecretStr("ab" * 32)))
    assert callable(audits._given)
    audits.keyring = MemoryKeyRing()  # type: ignore[assignment]
    audits.router.bound(audits._given(audits))
