"""Procedures and the gate before their award."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.contracts.api import api
from shared.domain import Caller
from shared.events.base import Event
from shared.events.contracts import (
    AwardChecksDone,
    AwardChecksMissing,
    AwardIntended,
    ProcedureAwarded,
    ProcedureOpened,
)
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimReconciled,
    PartiesMerged,
    PartyQualified,
    PartySplit,
    QualificationLost,
    SubcontractorsNamed,
)
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitRaised,
    OwnershipConcluded,
    OwnershipFlagged,
    PartyScreened,
)
from shared.events.words import ListEntryRef, NamedSubcontractor, PartyDescription, Share
from shared.testing import World
from tests.contracts.conftest import PERSON_KEY
from tests.serving import Standing

BUYER = "dk-cvr-91204711"
WINNER, SUB = "dk-cvr-92431185", "dk-cvr-93587278"
MANAGER = Caller(subject="karin", roles=("contract_manager",), buyers=(BUYER,))
STRANGER = Caller(subject="ole", roles=("contract_manager",), buyers=("dk-cvr-11111111",))
ID = "procedure--dk-cvr-91204711--rn-2026-040"
ENTRY = ListEntryRef(source="eu", entry_id="1", version="v", name="X")

BODY: dict[str, Any] = {
    "reference": "RN-2026-040",
    "buyer_id": BUYER,
    "at": "2026-11-20T10:00:00+01:00",
    "title": "Laundry",
    "notice_id": "0b1b8a0e-52f4-4b7e-8d0d-64b0f6f0a001",
    "notice_date": "2026-09-01",
    "grounds": ["labour-law"],
    "tenderers": [{"number": "92431185", "name": "Nordlys"}],
    "tenders_until": "2027-01-31",
}


def intention(**more: Any) -> dict[str, Any]:
    return {
        "winners": [{"number": "92431185", "name": "Nordlys Rengøring A/S"}],
        "chain": [{"number": "93587278", "name": "Baltic"}],
        "award_on": "2026-12-10",
    } | more


def screened(party_id: str) -> PartyScreened:
    return PartyScreened(party_id=party_id, lists=(), hits=(), engine="e", policy="p")


def owners(party_id: str, rule: str, verdict: str) -> OwnershipConcluded:
    return OwnershipConcluded(
        conclusion_id="c", party_id=party_id, rule=rule, verdict=verdict, reason="r"
    )


def qualified(party_id: str, contract_id: str = "RN-2026-040") -> PartyQualified:
    return PartyQualified(
        party_id=party_id, buyer_id=BUYER, contract_id=contract_id, role="supplier"
    )


def all_of(party_id: str) -> list[Event]:
    return [
        screened(party_id),
        owners(party_id, "SAN-5K", "no"),
        owners(party_id, "BENEFICIAL", "yes"),
        qualified(party_id),
    ]


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    standing = Standing(world, api, tmp_path, adapters={"person_key": PERSON_KEY})
    assert (await post(standing, "/procedures", BODY)).status_code == 200
    return standing


async def post(standing: Standing, path: str, body: Any, by: Caller = MANAGER) -> Any:
    async with standing.client(by) as client:
        return await client.post(path, json=body)


async def gate(standing: Standing) -> Any:
    async with standing.client(MANAGER) as client:
        return (await client.get(f"/procedures/{ID}/gate")).json()


def announced(standing: Standing, kind: type) -> list[Any]:
    return [event for event in standing.world.announced if isinstance(event, kind)]


def open_checks(answer: Any) -> set[tuple[str, str, str]]:
    return {
        (one["party_id"], one["check"], one["state"])
        for one in answer["checks"]
        if one["state"] != "done"
    }


async def test_a_procedure_is_opened_once_and_told_again(standing: Standing) -> None:
    done = await post(standing, "/procedures", BODY | {"title": "Laundry of linen"})
    assert done.json()["result"]["changed"] == ["title"]
    assert standing.world.told == [ProcedureOpened]
    async with standing.client(MANAGER) as client:
        view = (await client.get(f"/procedures/{ID}")).json()
        listed = (await client.get("/procedures")).json()["items"]
    assert view["grounds"] == ["labour-law"]
    assert view["tenderers"][0]["party_id"] == WINNER
    assert [one["title"] for one in listed] == ["Laundry of linen"]


async def test_the_gate_says_what_is_missing_and_by_when(standing: Standing) -> None:
    done = await post(standing, f"/procedures/{ID}/intention", intention())
    assert len(done.json()["result"]["missing"]) == 8
    answer = await gate(standing)
    assert (answer["ready"], answer["missing"], answer["adverse"]) == (False, 8, 0)
    assert answer["due"] == "2026-12-09T23:59:59Z"
    assert {one["role"] for one in answer["checks"]} == {"winner", "chain"}
    [missing] = announced(standing, AwardChecksMissing)
    assert (missing.need.kind, missing.need.due.isoformat()[:10]) == (
        "complete-award-checks",
        "2026-12-09",
    )
    assert announced(standing, AwardIntended)[0].winners[0].party_id == WINNER


async def test_when_everything_is_known_the_need_is_settled(standing: Standing) -> None:
    await post(standing, f"/procedures/{ID}/intention", intention())
    await standing.world.tell(*all_of(WINNER), *all_of(SUB))
    assert (await gate(standing))["ready"]
    [done] = announced(standing, AwardChecksDone)
    last = announced(standing, AwardChecksMissing)[-1]
    assert done.settles == (last.need.id,)
    answer = await post(standing, f"/procedures/{ID}/award", {"standstill_until": "2026-12-21"})
    assert answer.json()["result"]["course"] == "awarded"
    [awarded] = announced(standing, ProcedureAwarded)
    assert (awarded.winner_ids, awarded.by) == ((WINNER,), "karin")


async def test_what_was_known_before_counts_at_once(standing: Standing) -> None:
    await standing.world.tell(*all_of(WINNER))
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    assert (await gate(standing))["ready"]
    assert announced(standing, AwardChecksMissing) == []


@pytest.mark.parametrize(
    ("events", "check", "state"),
    [
        (
            [HitRaised(hit_id="h", party_id=WINNER, entry=ENTRY, score=1, explanation=())],
            "hits",
            "missing",
        ),
        (
            [
                HitConfirmed(
                    hit_id="h", party_id=WINNER, buyer_id=BUYER, entry=ENTRY, by="m", reason="r"
                )
            ],
            "hits",
            "adverse",
        ),
        ([owners(WINNER, "SAN-5K", "yes")], "ownership", "adverse"),
        ([owners(WINNER, "SAN-5K", "review")], "ownership", "missing"),
        ([owners(WINNER, "BENEFICIAL", "unknown")], "ownership", "missing"),
        (
            [
                OwnershipFlagged(
                    flag_id="f",
                    party_id=WINNER,
                    buyer_id=BUYER,
                    rule="SAN-AF",
                    verdict="owned",
                    share=Share.exactly(60),
                    owner_ids=(),
                    hit_ids=(),
                    path=(),
                    reason="r",
                )
            ],
            "ownership",
            "adverse",
        ),
        (
            [
                QualificationLost(
                    party_id=WINNER,
                    buyer_id=BUYER,
                    contract_id="RN-2026-040",
                    role="supplier",
                    reason="r",
                )
            ],
            "proofs",
            "missing",
        ),
        (
            [
                ClaimContradicted(
                    claim_id="c",
                    party_id=WINNER,
                    buyer_id=BUYER,
                    ground="tax-pay",
                    document_id="d",
                    found="x",
                )
            ],
            "claims",
            "adverse",
        ),
    ],
)
async def test_what_becomes_known_before_the_award_closes_the_gate(
    standing: Standing, events: list[Event], check: str, state: str
) -> None:
    await standing.world.tell(*all_of(WINNER))
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    await standing.world.tell(*events)
    assert open_checks(await gate(standing)) == {(WINNER, check, state)}
    assert announced(standing, AwardChecksMissing)[-1].missing == (f"{WINNER}/{check}",)
    refused = await post(standing, f"/procedures/{ID}/award", {})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "reason"
    body = {"reason": "overriding public interest: no other supplier of dialysis fluid"}
    assert (await post(standing, f"/procedures/{ID}/award", body)).status_code == 200


async def test_a_dismissed_hit_and_a_reconciled_claim_open_it_again(standing: Standing) -> None:
    raised = HitRaised(hit_id="h", party_id=WINNER, entry=ENTRY, score=1, explanation=())
    said = {"party_id": WINNER, "buyer_id": BUYER, "ground": "tax-pay", "document_id": "d"}
    await standing.world.tell(
        *all_of(WINNER), raised, ClaimContradicted(claim_id="c", found="x", **said)
    )
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    dismissed = HitDismissed(
        hit_id="h", party_id=WINNER, buyer_id=BUYER, entry=ENTRY, by="m", reason="r"
    )
    await standing.world.tell(dismissed, ClaimReconciled(claim_id="c", found="y", **said))
    assert (await gate(standing))["ready"]
    await standing.world.tell(raised, HitEnded(hit_id="h", party_id=WINNER, reason="gone"))
    assert (await gate(standing))["ready"]


async def test_another_buyers_dismissal_is_not_ours(standing: Standing) -> None:
    raised = HitRaised(hit_id="h", party_id=WINNER, entry=ENTRY, score=1, explanation=())
    other = HitDismissed(
        hit_id="h", party_id=WINNER, buyer_id="dk-cvr-29190623", entry=ENTRY, by="m", reason="r"
    )
    await standing.world.tell(*all_of(WINNER), raised, other)
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    assert open_checks(await gate(standing)) == {(WINNER, "hits", "missing")}


async def test_whom_the_winner_names_is_checked_too(standing: Standing) -> None:
    await standing.world.tell(*all_of(WINNER))
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    named = NamedSubcontractor(party=PartyDescription(party_id=SUB, name="Baltic"))
    await standing.world.tell(
        SubcontractorsNamed(
            contract_id="RN-2026-040",
            buyer_id=BUYER,
            supplier_id=WINNER,
            document_id="d",
            named=(named,),
        )
    )
    assert {party for party, _, _ in open_checks(await gate(standing))} == {SUB}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (intention(award_on="2027-03-01"), "award_on"),
        (intention(award_on="2026-01-01"), "award_on"),
        (intention(winners=[{"number": "92431186", "country": "DK"}]), "winners.0.number"),
        (intention(winners=[]), "body.winners"),
    ],
)
async def test_a_wrong_intention_is_refused(
    standing: Standing, body: dict[str, Any], field: str
) -> None:
    answer = await post(standing, f"/procedures/{ID}/intention", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field.removeprefix("body."))
    assert announced(standing, AwardIntended) == []


async def test_an_award_without_intention_is_refused(standing: Standing) -> None:
    assert (await post(standing, f"/procedures/{ID}/award", {})).status_code == 409


async def test_a_stranger_sees_no_procedure(standing: Standing) -> None:
    assert (await post(standing, f"/procedures/{ID}/award", {}, STRANGER)).status_code == 403
    async with standing.client(STRANGER) as client:
        assert (await client.get(f"/procedures/{ID}/gate")).status_code == 403


async def test_after_the_award_nothing_is_watched_any_more(standing: Standing) -> None:
    await standing.world.tell(*all_of(WINNER))
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    await post(standing, f"/procedures/{ID}/award", {})
    told = len(standing.world.told)
    await standing.world.tell(owners(WINNER, "SAN-5K", "yes"))
    await standing.world.advance(timedelta(days=1))
    assert len(standing.world.told) == told


# ---------------------------------------------------------------- parties that are one


async def test_an_award_waits_for_what_is_known_of_a_merged_party_by_any_id(
    standing: Standing,
) -> None:
    other = "dk-cvr-10103940"
    await post(standing, f"/procedures/{ID}/intention", intention(chain=[]))
    await standing.world.tell(*all_of(WINNER), screened(other))
    assert announced(standing, AwardChecksDone)
    raised = HitRaised(
        hit_id="hit-1", party_id=other, entry=ENTRY, score=0.9, explanation=("same name",)
    )
    await standing.world.tell(raised)
    assert (await gate(standing))["ready"]
    await standing.world.tell(
        PartiesMerged(party_id=other, merged_id=WINNER, by="mette", reason="one company")
    )
    assert announced(standing, AwardChecksMissing)[-1].missing == (f"{WINNER}/hits",)
    assert open_checks(await gate(standing)) == {(WINNER, "hits", "missing")}
    await standing.world.tell(
        PartySplit(party_id=other, split_id=WINNER, by="mette", reason="two companies")
    )
    assert (await gate(standing))["ready"]
