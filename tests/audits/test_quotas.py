"""Quotas and stocks: what is required counts as missing until a person has seen it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.audits.api import api
from services.audits.domain import Plan, Quota
from services.audits.domain.quotas import Period, PeriodState
from shared.domain import Caller, Rejected
from shared.events.audits import QuotaFellShort, QuotaReported, QuotaSettled, QuotaVerified
from shared.events.contracts import GoodsListed, StockAttested, StockFellShort, StockRestored
from shared.events.words import Clause, Good, Right
from shared.testing import T0, World
from tests.audits.conftest import ADAPTERS, BUYER, K1, LABOUR, SUPPLIER, clauses
from tests.serving import Standing

SIGNE = Caller(subject="signe", roles=("auditor",), buyers=(BUYER,))
THOMAS = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
TRAINING = Clause(code="apprentices", rights=(Right.AUDIT,))
QUOTA = {
    "contract_id": K1,
    "party_id": SUPPLIER,
    "kind": "apprentices",
    "unit": "person-weeks",
    "required": 40,
    "months": 6,
}


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await world.tell(clauses(LABOUR, TRAINING))
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


def of(world: World, kind: type[Any]) -> list[Any]:
    return [fact for fact in world.announced if isinstance(fact, kind)]


async def quota(standing: Standing) -> str:
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.post("/quotas", json=QUOTA)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["result"]["quota_id"])


async def test_required_reported_verified_and_short_by_period(
    standing: Standing, world: World
) -> None:
    id = await quota(standing)
    async with standing.client(THOMAS) as thomas, standing.client(SIGNE) as signe:
        told = {"period": "2026-11-01", "reported": 44}
        assert (await thomas.post(f"/quotas/{id}/report", json=told)).status_code == 200
        seen = {"period": "2026-11-01", "verified": 31, "document_ids": ["doc-1"]}
        assert (await thomas.post(f"/quotas/{id}/verify", json=seen)).status_code == 403
        assert (await signe.post(f"/quotas/{id}/verify", json=seen)).status_code == 200
        [shown] = (await thomas.get("/quotas", params={"contract_id": K1})).json()
        [period] = shown["periods"]
        assert (period["reported"], period["verified"], period["shortfall"]) == (44, 31, 9)
        [short] = of(world, QuotaFellShort)
        assert of(world, QuotaVerified)[0].settles[0] == of(world, QuotaReported)[0].need.id
        why = {"period": "2026-11-01", "reason": "Two apprentices were ill; made up in May."}
        assert (await thomas.post(f"/quotas/{id}/settle", json=why)).status_code == 200
    assert short.need.id in of(world, QuotaSettled)[0].settles
    assert any(one.code == "quota-short" for one in world.state(Plan, K1).risk.factors)


async def test_a_period_that_nobody_reports_is_short_by_all_of_it_and_said_once(
    standing: Standing, world: World
) -> None:
    await quota(standing)
    await world.advance(timedelta(days=200))
    [short] = of(world, QuotaFellShort)
    assert (short.period, short.verified, short.shortfall) == ("2026-11-01", None, 40)
    await world.advance(timedelta(days=200))
    assert [one.period for one in of(world, QuotaFellShort)] == ["2026-11-01", "2027-05-01"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "training"}, "kind"),
        ({"kind": "lunch"}, "kind"),
        ({"party_id": "dk-cvr-1"}, "party_id"),
        ({"required": 0}, "required"),
        ({"unit": "percent", "required": 101}, "required"),
    ],
)
async def test_a_quota_that_makes_no_sense_is_refused(
    standing: Standing, changed: dict[str, object], field: str
) -> None:
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.post("/quotas", json=QUOTA | changed)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field


async def test_a_report_for_a_period_that_is_not_there_names_those_that_are(
    standing: Standing,
) -> None:
    id = await quota(standing)
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.post(f"/quotas/{id}/report", json={"period": "2020", "reported": 1})
        assert "its periods begin on 2026-11-01" in answer.text


async def test_a_stock_that_falls_short_is_shown_and_speaks_for_risk(
    standing: Standing, world: World
) -> None:
    goods = (Good(item="masks", title="FFP2", critical=True), Good(item="pens"))
    about: dict[str, Any] = {"contract_id": K1, "buyer_id": BUYER}
    await world.tell(
        GoodsListed(**about, goods=goods),
        StockAttested(**about, item="masks", quantity=900, as_of=date(2026, 11, 20), by="ole"),
        StockFellShort(**about, item="masks", days_of_stock=90, required_days=182),
    )
    async with standing.client(THOMAS) as thomas:
        [supply] = (await thomas.get("/supply")).json()
        assert (supply["item"], supply["days"], supply["short"]) == ("masks", 90, True)
        codes = [one.code for one in world.state(Plan, K1).risk.factors]
        assert {"critical-goods", "stock-short"} <= set(codes)
        await world.tell(StockRestored(**about, item="masks", days_of_stock=200))
        [supply] = (await thomas.get("/supply")).json()
        assert (supply["days"], supply["short"]) == (200, False)
    assert "stock-short" not in [one.code for one in world.state(Plan, K1).risk.factors]


class QuotaMachine(RuleBasedStateMachine):
    """In whatever order: nothing is verified without evidence, and no need is raised twice."""

    def __init__(self) -> None:
        super().__init__()
        self.quota = Quota(id="q", contract_id=K1, buyer_id=BUYER, party_id=SUPPLIER, months=12)
        first = Period(starts=date(2026, 1, 1), ends=date(2027, 1, 1))
        self.quota.set(10, "karin", first)

    @rule(
        step=st.sampled_from(("report", "verify", "bare", "end", "settle")),
        amount=st.sampled_from((-1.0, 0.0, 5.0, 10.0, 12.0)),
    )
    def do(self, step: str, amount: float) -> None:
        try:
            match step:
                case "report":
                    self.quota.report("2026-01-01", amount, "karin", date(2026, 11, 1), T0)
                case "verify":
                    self.quota.verify("2026-01-01", amount, ("doc-1",), "ole", T0)
                case "bare":
                    self.quota.verify("2026-01-01", amount, (), "ole", T0)
                    raise AssertionError("verified without evidence")
                case "end":
                    self.quota.end("2026-01-01", T0)
                case "settle":
                    self.quota.settle("2026-01-01", "", "Made up later.", "karin")
        except Rejected:
            return  # a refusal changes nothing, which the invariants see

    @invariant()
    def what_is_verified_has_evidence_and_a_period_is_settled_once(self) -> None:
        [period] = self.quota.periods
        if period.state is PeriodState.VERIFIED:
            assert period.document_ids
            assert (period.verified or 0) >= 10
        told = [type(one) for one in self.quota._announced]
        assert told.count(QuotaSettled) <= 1
        needs = [
            one.need.id
            for one in self.quota._announced
            if isinstance(one, QuotaFellShort)
            if one.need
        ]
        assert len(set(needs)) == len(needs)


TestQuotaMachine = QuotaMachine.TestCase
