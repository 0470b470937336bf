"""Every contract has a plan; what an auditor shall look at waits for one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.audits.commands import HoldAudit
from services.audits.domain import Audit, AuditState, Plan
from shared.domain import Caller
from shared.events.audits import AuditHeld, AuditPlanned, FindingRaised, RiskChanged
from shared.events.contracts import ContractAmended, ContractEnded
from shared.events.words import Clause, PartyDescription, Right
from shared.testing import AUDITOR, World
from tests.audits.conftest import (
    BUYER,
    DOCUMENTS,
    FOUND,
    K1,
    LABOUR,
    SUPPLIER,
    clauses,
    held,
    planned,
    signed,
)


async def test_a_clause_that_an_auditor_may_look_at_is_planned_and_waits_for_one(
    world: World,
) -> None:
    [audit] = planned(world)
    assert (audit.obligation, audit.method) == ("labour-ilo94", "payslip-sample")
    assert audit.party_id == SUPPLIER
    # Forty working days from Monday 23 November, without Christmas and New Year's Day.
    assert audit.planned_for == date(2027, 1, 22)
    need = audit.need
    assert need is not None
    assert (need.id, need.role) == (f"hold-audit/{audit.audit_id}", "auditor")
    assert need.due == datetime(2027, 1, 22, 22, 59, 59, tzinfo=UTC)


async def test_every_clause_is_followed_up_also_without_an_auditor(world: World) -> None:
    plan = world.state(Plan, K1)
    assert [(one.obligation, one.method) for one in plan.follow_ups] == [
        ("labour-ilo94", "payslip-sample"),
        ("documentation", "document-request"),
    ]


@pytest.mark.parametrize(
    ("rights", "method", "audited"),
    [
        ((Right.AUDIT,), "payslip-sample", True),
        ((Right.DEMAND_DOCUMENTS,), "document-request", False),
        ((), "self-report", False),
    ],
)
async def test_the_method_is_the_strongest_that_the_clause_allows(
    world: World, rights: tuple[str, ...], method: str, audited: bool
) -> None:
    await world.tell(clauses(Clause(code="labour-ilo94", rights=rights)))
    [follow_up] = world.state(Plan, K1).follow_ups
    assert (follow_up.method, follow_up.audited) == (method, audited)


async def test_an_unknown_obligation_is_followed_up_all_the_same(world: World) -> None:
    await world.tell(clauses(Clause(code="bees", rights=(Right.AUDIT,))))
    assert world.state(Plan, K1).follow_ups[0].method == "self-report"


async def test_each_supplier_of_a_contract_is_audited_and_the_same_clause_only_once(
    world: World,
) -> None:
    more = PartyDescription(party_id="dk-cvr-93587278", name="Baltic Facility Group ApS")
    both = signed(
        contract_id="ocds-abc123-r2--k1", suppliers=(*signed().suppliers, more), starts=None
    )
    said = clauses(LABOUR).model_copy(update={"contract_id": both.contract_id})
    await world.tell(both, said, clauses(LABOUR), clauses(DOCUMENTS), clauses(LABOUR))
    assert [(one.contract_id, one.party_id) for one in planned(world)] == [
        (K1, SUPPLIER),
        (both.contract_id, SUPPLIER),
        (both.contract_id, more.party_id),
    ]


async def test_the_first_audit_counts_from_the_start_of_the_work(world: World) -> None:
    later = signed(contract_id="ocds-abc123-r2--k1", starts=date(2027, 3, 1))
    said = clauses(LABOUR).model_copy(update={"contract_id": later.contract_id})
    await world.tell(later, said)
    assert planned(world)[-1].planned_for > date(2027, 4, 20)


async def test_clauses_wait_for_their_contract(world: World) -> None:
    early = clauses(LABOUR).model_copy(update={"contract_id": "ocds-abc123-r9--k1"})
    await world.tell(early)
    assert [one.missing for one in world.parked] == ["plan/ocds-abc123-r9--k1"]


async def test_an_audit_is_held_once_and_settles_what_waited(world: World) -> None:
    audit = await held(world)
    assert (audit.state, audit.by) == (AuditState.HELD, "ole")
    assert world.told == [AuditPlanned, AuditHeld, FindingRaised, RiskChanged]
    fact = next(fact for fact in world.announced if isinstance(fact, AuditHeld))
    assert fact.settles == (f"hold-audit/{audit.id}",)
    again = HoldAudit(audit_id=audit.id, conclusion="Once more.")
    outcome = await world.tell(again, by=AUDITOR)
    assert outcome.error is not None
    assert "it is held once" in outcome.error["reason"]


async def test_a_finding_waits_for_an_agreed_action(world: World) -> None:
    await held(world, FOUND, FOUND.model_copy(update={"obligation": "documentation"}))
    raised = [fact for fact in world.announced if isinstance(fact, FindingRaised)]
    assert [one.obligation for one in raised] == ["labour-ilo94", "documentation"]
    need = raised[0].need
    assert need is not None
    assert need.id == f"agree-action/{raised[0].finding_id}"
    assert need.role == "contract_manager"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ({"conclusion": " x "}, "conclusion"),
        ({"no_conflict": False}, "no_conflict"),
        ({"held_on": date(2026, 11, 24)}, "held_on"),
        (
            {"findings": (FOUND.model_copy(update={"obligation": "bees"}),)},
            "findings.0.obligation",
        ),
        ({"findings": (FOUND.model_copy(update={"description": " "}),)}, "description"),
    ],
)
async def test_a_wrong_report_is_refused_and_changes_nothing(
    world: World, command: dict[str, object], field: str
) -> None:
    id = planned(world)[0].audit_id
    usual = {"audit_id": id, "conclusion": "In order.", "no_conflict": True}
    report = HoldAudit.model_validate(usual | command)
    outcome = await world.tell(report, by=AUDITOR)
    assert outcome.error is not None
    assert outcome.error["field"] == field
    assert world.told == [AuditPlanned]
    assert world.state(Audit, id).state is AuditState.PLANNED


async def test_another_buyers_audit_is_not_held(world: World) -> None:
    stranger = Caller(subject="x", roles=("auditor",), buyers=("dk-cvr-11111111",))
    report = HoldAudit(audit_id=planned(world)[0].audit_id, conclusion="In order.")
    outcome = await world.tell(report, by=stranger)
    assert outcome.error is not None
    assert outcome.error["kind"] == "forbidden"


async def test_the_next_audit_comes_on_the_list_some_weeks_before_its_day(world: World) -> None:
    await held(world)
    await world.advance(timedelta(days=330))
    assert len(planned(world)) == 1
    await world.advance(timedelta(days=15))
    first, second = planned(world)
    assert first.audit_id != second.audit_id
    assert second.planned_for == date(2027, 11, 23)
    await held(world)
    await world.advance(timedelta(days=400))
    assert len(planned(world)) == 3


async def test_nothing_more_is_planned_for_a_contract_that_is_over(world: World) -> None:
    amended = ContractAmended(
        contract_id=K1, buyer_id=BUYER, changed=("title",), title="Cleaning of hospitals"
    )
    await world.tell(amended)
    assert world.state(Plan, K1).title == "Cleaning of hospitals"
    await held(world)
    await world.tell(ContractEnded(contract_id=K1, buyer_id=BUYER, reason="terminated"))
    await world.advance(timedelta(days=800))
    await world.tell(clauses(Clause(code="training", rights=(Right.AUDIT,))))
    assert len(planned(world)) == 1
