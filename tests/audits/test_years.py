"""A year of follow-up: proposed by risk within the hours there are, approved by people."""

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audits.api import api
from services.audits.domain import Audit, AuditState, Plan
from services.audits.domain.years import MONTHS_NEAR, Auditor, Line, fit
from shared.domain import Caller
from shared.events.audits import (
    AuditCalledOff,
    AuditMoved,
    AuditPlanned,
    DeferredFollowUpUrgent,
    YearPlanApproved,
    YearPlanChanged,
    YearPlanProposed,
)
from shared.events.words import CauseKind
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, LABOUR, SUPPLIER, clauses, signed
from tests.audits.test_risk import exposed
from tests.serving import Standing

METTE = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
SIGNE = Caller(subject="signe", roles=("auditor",), buyers=(BUYER,))
STRANGER = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-11111111",))
YEAR = f"year-{BUYER}-2027"


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


async def contracts(world: World, *categories: str) -> None:
    for number, category in enumerate(categories, start=2):
        id = f"ocds-abc123-r{number}--k1"
        said = clauses(LABOUR).model_copy(update={"contract_id": id})
        await world.tell(signed(contract_id=id, category=category), said)


async def proposed(standing: Standing, hours: float = 14, **more: Any) -> list[dict[str, Any]]:
    body = {"buyer_id": BUYER, "year": 2027, "auditors": [{"subject": "signe", "hours": hours}]}
    async with standing.client(METTE) as mette:
        answer = await mette.post("/year-plans", json=body | more)
        assert answer.status_code == 200, answer.text
        lines = (await mette.get(f"/year-plans/{YEAR}/lines")).json()
    return list(lines)


async def approved(standing: Standing) -> None:
    async with standing.client(METTE) as mette:
        assert (await mette.post(f"/year-plans/{YEAR}/approve")).status_code == 200
    await standing.world.advance(timedelta(minutes=1))


async def test_the_riskiest_get_the_hours_and_what_falls_out_is_shown(
    standing: Standing, world: World
) -> None:
    await contracts(world, "48000000", "90910000", "90910000")
    lines = await proposed(standing)
    labour = [line for line in lines if line["obligation"] == "labour-ilo94" and line["audited"]]
    assert {line["score"] for line in labour if not line["out"]} == {25}
    first = [line for line in labour if line["turn"] == 1]
    assert [line["score"] for line in first if line["out"]] == [0]
    [fact] = [one for one in world.announced if isinstance(one, YearPlanProposed)]
    assert (fact.planned, fact.out) == (len(lines), sum(line["out"] for line in lines))
    assert fact.need is not None
    async with standing.client(SIGNE) as signe:
        shown = (await signe.get(f"/year-plans/{YEAR}")).json()
        january = [one for one in shown["capacity"] if one["month"] == 1]
        assert january == [{"auditor": "signe", "month": 1, "hours": 14.0, "taken": 14.0}]
        outside = (await signe.get(f"/year-plans/{YEAR}/lines", params={"out": True})).json()
        assert [line["why"] for line in outside] == ["capacity"]


async def test_an_approved_plan_moves_audits_and_calls_off_what_falls_out(
    standing: Standing, world: World
) -> None:
    await contracts(world, "48000000", "90910000", "90910000")
    lines = await proposed(standing)
    before = len([one for one in world.told if one is AuditPlanned])
    await approved(standing)
    assert YearPlanApproved in world.told
    moved = {one.audit_id: one for one in world.announced if isinstance(one, AuditMoved)}
    for line in lines:
        if line["turn"] == 1 and line["audited"] and not line["out"]:
            audit = world.state(Audit, line["id"])
            assert (str(audit.planned_for), audit.auditor) == (line["day"], "signe")
            need = moved[line["id"]].need
            assert need is not None
            assert need.owner == "signe"
    [off] = [one for one in world.announced if isinstance(one, AuditCalledOff)]
    assert world.state(Audit, off.audit_id).state is AuditState.CALLED_OFF
    assert world.state(Plan, off.contract_id).deferred == (off.audit_id,)
    await world.advance(timedelta(days=360))
    again = [one for one in world.announced if isinstance(one, AuditPlanned)]
    assert len(again) == before


async def test_a_person_takes_in_what_fell_out_where_there_is_room(
    standing: Standing, world: World
) -> None:
    await contracts(world, "48000000", "90910000", "90910000")
    lines = await proposed(standing)
    [outside] = [line for line in lines if line["out"]]
    await approved(standing)
    at = f"/year-plans/{YEAR}/lines/{outside['id']}"
    async with standing.client(SIGNE) as signe:
        full = await signe.post(
            at, json={"day": "2027-01-22", "auditor": "signe", "reason": "The hospital asks."}
        )
        assert full.json()["errors"][0]["field"] == "day"
        assert "0 hours left in 2027-01" in full.text
        unknown = await signe.post(at, json={"auditor": "ole", "reason": "He is free."})
        assert unknown.json()["errors"][0]["field"] == "auditor"
        other_year = await signe.post(at, json={"day": "2028-01-05", "reason": "Later."})
        assert other_year.json()["errors"][0]["field"] == "day"
        good = {"day": "2027-06-10", "auditor": "signe", "reason": "The hospital asks for it."}
        assert (await signe.post(at, json=good)).json()["result"]["out"] == 0
    audit = world.state(Audit, outside["id"])
    assert (audit.state, audit.planned_for) == (AuditState.PLANNED, date(2027, 6, 10))
    assert world.state(Plan, audit.contract_id).deferred == ()
    assert YearPlanChanged in world.told
    lines = await proposed(standing)
    [kept] = [line for line in lines if line["id"] == outside["id"]]
    assert (kept["by_hand"], kept["day"]) == (True, "2027-06-10")
    async with standing.client(SIGNE) as signe:
        noted = {"code": "low-price", "reason": "A third below the next bid."}
        await signe.post(f"/plans/{kept['contract_id']}/risks", json=noted)
    lines = await proposed(standing)
    [again] = [line for line in lines if line["id"] == outside["id"]]
    assert (again["day"], again["score"]) == ("2027-06-10", kept["score"] + 15)


@pytest.mark.parametrize(
    "changed", [{"off": [6]}, {"not_for": [SUPPLIER]}, {"subject": "ole"}], ids=str
)
async def test_what_was_placed_by_hand_is_placed_anew_where_its_auditor_cannot_take_it(
    standing: Standing, world: World, changed: dict[str, Any]
) -> None:
    await contracts(world, "90910000")
    line = next(one for one in await proposed(standing) if one["audited"])
    async with standing.client(SIGNE) as signe:
        body = {"day": "2027-06-10", "auditor": "signe", "reason": "The hospital asks for it."}
        moved = await signe.post(f"/year-plans/{YEAR}/lines/{line['id']}", json=body)
        assert moved.status_code == 200, moved.text
        team = [{"subject": "signe", "hours": 14} | changed]
        await signe.post("/year-plans", json={"buyer_id": BUYER, "year": 2027, "auditors": team})
        lines = (await signe.get(f"/year-plans/{YEAR}/lines")).json()
    [anew] = [one for one in lines if one["id"] == line["id"]]
    assert not anew["by_hand"]
    if "off" in changed:
        assert anew["day"][:7] != "2027-06"
    elif "not_for" in changed:
        assert (anew["out"], anew["auditor"]) == (True, "")
    else:
        assert anew["auditor"] == "ole"


async def test_a_risk_that_rises_asks_for_what_was_left_out(
    standing: Standing, world: World
) -> None:
    lines = await proposed(standing, hours=0)
    assert all(line["out"] for line in lines if line["audited"])
    await approved(standing)
    await world.tell(exposed(CauseKind.HIT, "hit-1#confirmed"))
    [urgent] = [one for one in world.announced if isinstance(one, DeferredFollowUpUrgent)]
    assert (urgent.level, urgent.reason) == ("high", "exposure-hit")
    assert urgent.need is not None
    line = next(line for line in lines if line["audited"])
    async with standing.client(METTE) as mette:
        why = {"out": True, "reason": "The contract is paused until May."}
        assert (
            await mette.post(f"/year-plans/{YEAR}/lines/{line['id']}", json=why)
        ).status_code == 200
    changed = next(one for one in world.announced if isinstance(one, YearPlanChanged))
    assert changed.settles == (urgent.need.id,)


async def test_an_auditor_with_a_declared_conflict_gets_no_audit_of_that_party(
    standing: Standing,
) -> None:
    auditors = [
        {"subject": "signe", "hours": 100, "not_for": [SUPPLIER]},
        {"subject": "ole", "hours": 20},
    ]
    lines = await proposed(standing, auditors=auditors)
    assert {line["auditor"] for line in lines if line["audited"]} == {"ole"}
    async with standing.client(SIGNE) as signe:
        line = next(line for line in lines if line["audited"])
        answer = await signe.post(
            f"/year-plans/{YEAR}/lines/{line['id']}",
            json={"auditor": "signe", "reason": "She is free."},
        )
        assert "conflict" in answer.text


async def test_a_year_plan_is_for_its_buyer_and_a_year_ahead(standing: Standing) -> None:
    body = {"buyer_id": BUYER, "year": 2027, "auditors": []}
    async with standing.client(STRANGER) as stranger, standing.client(METTE) as mette:
        assert (await stranger.post("/year-plans", json=body)).status_code == 403
        past = await mette.post("/year-plans", json=body | {"year": 2020})
        assert past.json()["errors"][0]["field"] == "year"
        assert (await mette.post(f"/year-plans/{YEAR}/approve")).status_code == 404
        await mette.post("/year-plans", json=body)
        assert (await stranger.get(f"/year-plans/{YEAR}")).status_code == 403
        assert (await mette.post(f"/year-plans/{YEAR}/approve")).status_code == 200
        twice = await mette.post(f"/year-plans/{YEAR}/approve")
        assert twice.status_code == 409
        assert "propose it anew" in twice.text


LINES = st.lists(
    st.builds(
        Line,
        id=st.uuids().map(str),
        contract_id=st.just("k"),
        party_id=st.sampled_from(("p1", "p2")),
        obligation=st.just("labour-ilo94"),
        method=st.just("site-visit"),
        turn=st.just(1),
        due=st.dates(date(2027, 1, 1), date(2027, 12, 31)),
        day=st.just(date(2027, 1, 1)),
        hours=st.sampled_from((4.0, 8.0, 14.0)),
        score=st.integers(0, 100),
    ),
    max_size=40,
)
TEAM = st.lists(
    st.builds(
        Auditor,
        subject=st.sampled_from(("signe", "ole", "karin")),
        hours=st.sampled_from((0.0, 10.0, 30.0)),
        off=st.lists(st.integers(1, 12), max_size=3).map(tuple),
        not_for=st.sampled_from(((), ("p1",))),
    ),
    unique_by=lambda one: one.subject,
    max_size=3,
)


@given(LINES, TEAM)
def test_nobody_gets_more_hours_than_there_are_and_nothing_is_lost(
    lines: list[Line], team: list[Auditor]
) -> None:
    placed = fit(lines, team, date(2027, 1, 1))
    assert sorted(one.id for one in placed) == sorted(one.id for one in lines)
    taken: dict[tuple[str, int], float] = defaultdict(float)
    for line in placed:
        if not line.out:
            taken[line.auditor, line.day.month] += line.hours
            assert abs(line.day.month - line.due.month) <= max(MONTHS_NEAR)
    by_name = {one.subject: one for one in team}
    for (who, month), hours in taken.items():
        assert hours <= by_name[who].hours_in(month)
    for line in placed:
        if not line.out:
            assert line.party_id not in by_name[line.auditor].not_for


@given(LINES, TEAM)
def test_what_falls_out_found_no_room_beside_what_is_riskier(
    lines: list[Line], team: list[Auditor]
) -> None:
    placed = fit(lines, team, date(2027, 1, 1))
    for line in (one for one in placed if one.out):
        for auditor in team:
            if line.party_id in auditor.not_for:
                continue
            for month in {line.due.month + near for near in MONTHS_NEAR} & set(range(1, 13)):
                before = sum(
                    one.hours
                    for one in placed
                    if not one.out
                    and (one.auditor, one.day.month) == (auditor.subject, month)
                    and one.score >= line.score
                )
                assert auditor.hours_in(month) - before < line.hours
