"""A contract's terms as of any day, its clauses and the reasons for them, its buyers."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.api import api
from services.contracts.app import LAW, TEMPLATES
from services.contracts.clause_templates import OBLIGATIONS, Templates
from services.contracts.domain import Contract, as_of
from services.contracts.obligations import Obligations
from services.contracts.powers import Law, Power
from shared.domain import Caller
from shared.events.contracts import ClausesSet, ContractPassedOn, PartyStatusChanged
from shared.events.words import Clause, Measure
from shared.testing import World
from tests.contracts.conftest import PERSON_KEY, new_world, release, sample
from tests.contracts.test_releases import K1, NORDLYS, take_in
from tests.contracts.test_status import found
from tests.serving import Standing

BUYER = "dk-cvr-91204711"
SUCCESSOR = "dk-cvr-29190623"
MANAGER = Caller(subject="karin", roles=("contract_manager",), buyers=(BUYER,))
NEW_MANAGER = Caller(subject="ida", roles=("contract_manager",), buyers=(SUCCESSOR,))
ADMIN = Caller(subject="root", roles=("admin",), buyers=("*",))


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    adapters = {
        "person_key": PERSON_KEY,
        "law": Law.load(LAW),
        "templates": Templates.load(TEMPLATES),
    }
    return Standing(world, api, tmp_path, adapters=adapters)


async def ask(standing: Standing, path: str, by: Caller = MANAGER) -> Any:
    async with standing.client(by) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def set_it(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "reason": "decided for this contract in particular", **more}


# ---------------------------------------------------------------- as of any day


async def test_terms_and_state_are_those_of_the_day(standing: Standing) -> None:
    await take_in(standing.world, sample("nordlys-contract.json"), sample("nordlys-amendment.json"))
    before = await ask(standing, f"/contracts/{NORDLYS}/terms?as_of=2026-10-20")
    assert (before["state"]["state"], before["value"]["amount"]) == ("signed", 48_000_000)
    between = await ask(standing, f"/contracts/{NORDLYS}/terms?as_of=2026-11-20")
    assert (between["state"]["state"], between["value"]["amount"]) == ("active", 48_000_000)
    after = await ask(standing, f"/contracts/{NORDLYS}/terms?as_of=2026-11-21")
    assert after["value"]["amount"] == 50_400_000
    assert [one["what"] for one in after["changes"]] == ["signed", "clauses", "amended"]
    late = await ask(standing, f"/contracts/{NORDLYS}?as_of=2031-01-01")
    assert late["value"]["amount"] == 50_400_000
    assert (await ask(standing, f"/contracts/{NORDLYS}/terms?as_of=2031-01-01"))["state"][
        "state"
    ] == "expired"


async def test_before_it_was_signed_there_was_no_contract(standing: Standing) -> None:
    await take_in(standing.world, sample("nordlys-contract.json"))
    async with standing.client(MANAGER) as client:
        answer = await client.get(f"/contracts/{NORDLYS}?as_of=2026-01-01")
    assert answer.status_code == 422
    assert "2026-10-12" in answer.text


async def test_the_status_of_a_day_is_the_one_that_was_told_by_then(standing: Standing) -> None:
    await take_in(standing.world, release())
    today = standing.world.now.date()
    await standing.world.advance(timedelta(days=2))
    await standing.world.tell(found())
    assert (await ask(standing, f"/contracts/{K1}?as_of={today}"))["status"] == "CLEAR"
    later = today + timedelta(days=2)
    assert (await ask(standing, f"/contracts/{K1}?as_of={later}"))["status"] != "CLEAR"


async def test_an_amendment_that_comes_late_holds_from_its_own_day(standing: Standing) -> None:
    late = release(4, tag=["contractAmendment"], contract={"title": "Newest"})
    early = release(2, tag=["contractAmendment"], contract={"title": "Second"})
    await take_in(standing.world, release(1), late, early)
    assert (await ask(standing, f"/contracts/{K1}/terms?as_of=2026-11-30"))["title"] == "Newest"
    assert (await ask(standing, f"/contracts/{K1}/terms?as_of=2026-11-03"))["title"] == "Second"


@given(st.permutations(range(2, 6)), st.lists(st.sampled_from("abc"), min_size=4, max_size=4))
async def test_in_whatever_order_amendments_come_the_last_day_is_as_it_is_now(
    order: list[int], titles: list[str]
) -> None:
    """And each day is as it would be, had they come in their order."""
    told = {1: "Cleaning", **{day: titles[day - 2] for day in range(2, 6)}}
    world = new_world()
    amendments = [release(n, tag=["contractAmendment"], contract={"title": told[n]}) for n in order]
    await take_in(world, release(1), *amendments)
    contract = world.state(Contract, K1)
    last = as_of(contract, date(2027, 1, 1))
    assert last is not None
    assert last.title == contract.title == told[5]
    for day in range(1, 6):
        was = as_of(contract, date(2026, 11, day))
        assert was is not None
        assert was.title == told[day]


# ---------------------------------------------------------------- clauses


def test_every_obligation_has_a_plan_a_ladder_and_a_basis() -> None:
    catalogue = Obligations.load(OBLIGATIONS)
    for code, one in catalogue.obligations.items():
        assert one.basis, code
        assert one.evidence, code
        assert one.ladder[0].measure is Measure.DIALOGUE, code
        assert one.follow_up.every_months, code


async def test_clauses_from_a_release_get_their_plan_from_the_catalogue(
    standing: Standing,
) -> None:
    await take_in(standing.world, sample("nordlys-contract.json"))
    [said] = [e for e in standing.world.announced if isinstance(e, ClausesSet)]
    labour = next(clause for clause in said.clauses if clause.code == "labour-ilo94")
    assert labour.follow_up is not None
    assert (labour.follow_up.method, labour.follow_up.source) == ("payslip-sample", "catalogue")
    assert "payslips" in labour.evidence
    assert labour.reach == ("subcontractor", "sub_supplier", "relied_upon")
    assert all(clause.follow_up for clause in said.clauses)
    assert labour.ladder[-1].measure == "terminate"


async def test_a_person_sets_and_omits_clauses_with_reasons(standing: Standing) -> None:
    await take_in(standing.world, release())
    body = {
        "clauses": [set_it("labour-ilo94", flows_down=True, rights=["demand_documents"])],
        "omitted": [{"code": "training", "reason": "the work needs no persons under training"}],
    }
    async with standing.client(MANAGER) as client:
        done = await client.put(f"/contracts/{K1}/clauses", json=body)
        assert done.json()["result"]["changed"]
    view = await ask(standing, f"/contracts/{K1}/terms")
    assert [one["code"] for one in view["clauses"]] == ["labour-ilo94"]
    assert view["omitted"] == [body["omitted"][0] | {"by": "karin"}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"clauses": [{"code": "training", "reason": ""}]}, "clauses.0.reason"),
        ({"clauses": [], "omitted": [{"code": "training", "reason": "no"}]}, "omitted.0.reason"),
        ({"clauses": [set_it("something-new")]}, "clauses.0.follow_up"),
        (
            {
                "clauses": [set_it("training")],
                "omitted": [{"code": "training", "reason": "it is not needed here"}],
            },
            "omitted",
        ),
    ],
)
async def test_a_clause_without_reason_or_plan_is_refused(
    standing: Standing, body: dict[str, Any], field: str
) -> None:
    await take_in(standing.world, release())
    async with standing.client(MANAGER) as client:
        answer = await client.put(f"/contracts/{K1}/clauses", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


# ---------------------------------------------------------------- what may we do


def of(powers: Any, power: Power) -> Any:
    return next(one for one in powers["powers"] if one["power"] == power)


async def test_the_answer_names_the_clause_its_reach_and_the_days_to_remedy(
    standing: Standing,
) -> None:
    await take_in(standing.world, sample("nordlys-contract.json"))
    powers = await ask(standing, f"/contracts/{NORDLYS}/powers")
    payslips = of(powers, Power.DEMAND_PAYSLIPS)
    assert payslips["answer"] == "yes"
    assert [one["ref"] for one in payslips["basis"]] == ["labour-ilo94"]
    assert payslips["basis"][0]["reaches"][0] == "supplier"
    hold = of(powers, Power.HOLD_PAYMENT)
    assert hold["answer"] == "conditional"
    assert hold["basis"][0]["working_days"] == 10
    assert any("269/2014" in one["ref"] for one in hold["basis"])
    assert of(powers, Power.KNOW_SUBCONTRACTORS)["answer"] == "yes"
    assert of(powers, Power.APPROVE_SUBCONTRACTOR)["by"] == [BUYER]


async def test_without_a_clause_only_dialogue_and_the_law_are_left(standing: Standing) -> None:
    bare = release(contract={"ansvar_clauses": []}, tender={"id": "R1", "legalBasis": {"id": "x"}})
    await take_in(standing.world, bare)
    powers = await ask(standing, f"/contracts/{K1}/powers")
    assert of(powers, Power.DIALOGUE)["answer"] == "yes"
    for power in (Power.DEMAND_PAYSLIPS, Power.APPROVE_SUBCONTRACTOR, Power.TERMINATE):
        assert of(powers, power) == {"power": power, "answer": "no", "basis": [], "by": [BUYER]}
    assert of(powers, Power.HOLD_PAYMENT)["answer"] == "conditional"


async def test_only_a_mandated_buyer_decides_for_all(standing: Standing) -> None:
    terms = {"jointBuyers": [{"id": f"DK-CVR-{SUCCESSOR[7:]}", "may": ["demand", "receive"]}]}
    await take_in(standing.world, release(contract={"ansvar_terms": terms}))
    powers = await ask(standing, f"/contracts/{K1}/powers", NEW_MANAGER)
    assert of(powers, Power.DEMAND_DOCUMENTS)["by"] == [BUYER, SUCCESSOR]
    assert of(powers, Power.TERMINATE)["by"] == [BUYER]
    gaps = await ask(standing, "/clause-gaps", NEW_MANAGER)
    assert [one["contract_id"] for one in gaps["items"]] == [K1]
    body = {"clauses": [set_it("training")]}
    async with standing.client(NEW_MANAGER) as client:
        assert (await client.put(f"/contracts/{K1}/clauses", json=body)).status_code == 403


async def test_a_clause_of_a_release_may_bring_its_own_plan_ladder_and_limits(
    standing: Standing,
) -> None:
    clause = {
        "code": "maximum-tier-depth",
        "flowsDown": True,
        "rights": ["approve_subcontractor"],
        "reason": "two tiers at most",
        "maxTier": 2,
        "approvalWorkingDays": 8,
        "reach": ["subcontractor"],
        "followUp": {"method": "site-visit", "everyMonths": 3},
        "ladder": [{"measure": "penalty", "workingDays": 5, "detail": "DKK 5 000 a day"}],
    }
    await take_in(standing.world, release(contract={"ansvar_clauses": [clause]}))
    [held] = (await ask(standing, f"/contracts/{K1}/terms"))["clauses"]
    assert (held["max_tier"], held["approval_working_days"]) == (2, 8)
    assert held["follow_up"] == {
        "method": "site-visit",
        "every_months": 3,
        "role": "contract_manager",
        "first_working_days": 30,
        "source": "contract",
    }
    assert [rung["measure"] for rung in held["ladder"]] == ["penalty"]
    wrong = release(2, contract={"ansvar_clauses": [clause | {"maxTier": -1}]})
    [line] = await take_in(standing.world, wrong)
    assert line["field"].endswith("ansvar_clauses.0.maxTier")


async def test_a_contract_that_ended_gives_no_power_any_more(standing: Standing) -> None:
    over = release(2, tag=["contractTermination"])
    await take_in(standing.world, release(1), over)
    powers = await ask(standing, f"/contracts/{K1}/powers")
    assert [p["power"] for p in powers["powers"] if p["answer"] != "no"] == [Power.DIALOGUE]
    then = await ask(standing, f"/contracts/{K1}/powers?as_of=2026-11-01")
    assert of(then, Power.DEMAND_DOCUMENTS)["answer"] == "yes"


async def test_the_gap_report_says_which_contracts_have_no_teeth(standing: Standing) -> None:
    bare = release(ocid="ocds-abc123-R2", contract={"ansvar_clauses": [], "title": "Bare"})
    await take_in(standing.world, sample("nordlys-contract.json"), bare)
    report = await ask(standing, "/clause-gaps?as_of=2026-11-25")
    assert (report["contracts"], report["with_all"]) == (2, 1)
    assert report["lacking"] == dict.fromkeys(
        ("demand_payslips", "hold_payment", "approve_subcontractor", "replace_subcontractor"), 1
    )
    assert report["value_lacking"]["hold_payment"] == {"DKK": 1_000_000}
    gap = next(one for one in report["items"] if one["title"] == "Bare")
    assert gap["by_law_only"] == ["hold_payment", "replace_subcontractor"]
    assert "labour-ilo94" in gap["unconsidered"]
    only = await ask(standing, "/clause-gaps?as_of=2026-11-25&lacks=hold_payment")
    assert [one["title"] for one in only["items"]] == ["Bare"]


# ---------------------------------------------------------------- succession


async def test_a_successor_takes_all_running_contracts_over_on_its_day(
    standing: Standing,
) -> None:
    world = standing.world
    over = release(2, ocid="ocds-abc123-R3", tag=["contractTermination"])
    await take_in(world, release(1), release(1, ocid="ocds-abc123-R3"), over)
    await world.tell(found())
    body = {
        "buyer_id": BUYER,
        "successor_id": SUCCESSOR,
        "successor_name": "Region Østhavn",
        "effective": "2027-01-01",
        "reason": "the regions merge by law",
    }
    async with standing.client(ADMIN) as client:
        done = await client.post("/successions", json=body)
        assert done.json()["result"]["contracts"] == 1
    assert ContractPassedOn not in world.told
    await world.advance(timedelta(days=60))
    [passed] = [e for e in world.announced if isinstance(e, ContractPassedOn)]
    assert (passed.buyer_id, passed.predecessor_id) == (SUCCESSOR, BUYER)
    moved = [e for e in world.announced if isinstance(e, PartyStatusChanged)]
    assert [(e.buyer_id, e.status) for e in moved[-2:]] == [
        (BUYER, "CLEAR"),
        (SUCCESSOR, moved[0].status),
    ]
    view = await ask(standing, f"/contracts/{K1}/terms", NEW_MANAGER)
    assert (view["buyer_id"], view["predecessors"]) == (SUCCESSOR, [BUYER])
    then = await ask(standing, f"/contracts/{K1}/terms?as_of=2026-12-31", NEW_MANAGER)
    assert then["buyer_id"] == BUYER
    async with standing.client(MANAGER) as client:
        assert (await client.get(f"/contracts/{K1}/terms")).status_code == 403


async def test_a_release_that_still_names_the_old_buyer_reaches_the_contract(
    standing: Standing,
) -> None:
    await take_in(standing.world, release(1))
    body = {
        "buyer_id": BUYER,
        "successor_id": SUCCESSOR,
        "successor_name": "Region Østhavn",
        "effective": date(2026, 11, 1).isoformat(),
        "reason": "the regions merge by law",
    }
    async with standing.client(ADMIN) as client:
        await client.post("/successions", json=body)
    await standing.world.advance(timedelta(hours=1))
    [line] = await take_in(
        standing.world, release(9, tag=["contractAmendment"], contract={"title": "Renamed"})
    )
    assert line["contracts"][0]["outcome"] == "amended"


def test_a_clause_that_says_everything_itself_is_left_as_it_is() -> None:
    catalogue = Obligations.load(OBLIGATIONS)
    once = catalogue.complete(Clause(code="labour-ilo94", flows_down=True))
    assert catalogue.complete(once) == once
