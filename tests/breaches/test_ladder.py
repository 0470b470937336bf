"""The ladder of the contract, and questions that lead nowhere else."""

from datetime import timedelta

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ConfirmBreach,
    DismissCase,
    OpenEnquiry,
    OpenHearing,
    RemedyCase,
)
from shared.events.audits import CorrectiveActionVerified
from shared.events.breaches import (
    BreachDismissed,
    BreachEscalated,
    BreachFlagged,
    BreachRemedied,
    ConsequenceOrdered,
    HearingOpened,
    Track,
)
from shared.events.contracts import ContractEnded
from shared.events.subcontractors import ChainViolationEnded, ChainViolationFound
from shared.events.words import CauseKind, Status
from tests.breaches.test_hearings import contradicted, deciding, sign
from tests.breaches.told import (
    BALTIC,
    CONTRACT,
    LABOUR,
    NORDLYS,
    REGION,
    REPLACEMENT,
    Cases,
    clauses,
    exposed,
    finding,
    overdue,
    signed,
)


async def test_wages_below_the_clause_are_a_breach_at_once() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), finding("other"))
    assert world.cases == []
    await world.tell(finding("wages"))
    (flagged,) = world.of(BreachFlagged)
    assert (flagged.rule, flagged.track, flagged.status) == (
        "CL-WAGE",
        Track.CONTRACT_BREACH,
        Status.CONDITIONAL,
    )
    assert flagged.basis == ("clause labour-ilo94",)


async def test_an_overdue_corrective_action_becomes_a_case_or_joins_the_one_there_is() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), overdue(), overdue())
    assert world.case.rule == "CL-REMEDY"
    other = Cases()
    await other.tell(signed(), clauses(LABOUR), finding("wages"), overdue())
    assert other.case.rule == "CL-WAGE"
    assert "was not done by 2026-12-01" in other.case.notes[0]


async def test_without_a_clause_only_dialogue_is_offered() -> None:
    world = Cases()
    await world.tell(signed(), clauses(), overdue())
    reason = await world.refused(deciding(world, "hold_payment", "clause labour-ilo94"))
    assert "takes an established ground" in reason
    await world.done(deciding(world, "dialogue", "dialogue (needs no basis)"))
    await sign(world)
    assert world.of(ConsequenceOrdered)[0].status is Status.CONDITIONAL


async def test_the_ladder_goes_on_where_dialogue_did_not_help_and_ends_when_put_right() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), overdue())
    await world.done(deciding(world, "dialogue", "dialogue (needs no basis)"))
    await sign(world)
    id = world.case.id
    await world.done(OpenHearing(case_id=id, subject="wages that were not paid"))
    assert world.of(HearingOpened)[0].heard_alongside == ()
    await world.done(AnswerHearing(case_id=id, answer="we disagree"))
    await world.done(ConfirmBreach(case_id=id, reason="the payslips show it"))
    await world.done(deciding(world, "hold_payment", "clause labour-ilo94"))
    await sign(world)
    verified = CorrectiveActionVerified(
        action_id="action-1",
        finding_id="finding-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=NORDLYS,
        by="ole",
        document_ids=("doc-7",),
    )
    await world.tell(verified)
    assert "ole saw evidence" in world.case.notes[-1]
    await world.done(RemedyCase(case_id=id, reason="back pay is documented"))
    assert world.told[-1] is BreachRemedied


async def test_a_country_on_the_tax_list_is_a_question_that_no_hearing_follows() -> None:
    world = Cases()
    await world.tell(
        signed(), clauses(REPLACEMENT), exposed(BALTIC, CauseKind.JURISDICTION, "TAX-LIST")
    )
    assert world.case.track is Track.ENQUIRY
    await world.done(OpenEnquiry(case_id=world.case.id, question="what do you do there?"))
    await world.done(AnswerEnquiry(case_id=world.case.id, answer="nothing, it is a holding"))
    ask = OpenHearing(case_id=world.case.id, subject="Panama")
    assert "no law or clause" in await world.refused(ask)
    await world.done(DismissCase(case_id=world.case.id, reason="noted for the next procedure"))


async def test_a_chain_that_breaks_a_rule_is_a_breach() -> None:
    world = Cases()
    for rule in ("CH-SHARE", "CH-DEPTH"):
        await world.tell(
            signed(),
            ChainViolationFound(
                violation_id=f"violation-{rule}",
                contract_id=CONTRACT,
                buyer_id=REGION,
                party_id=NORDLYS,
                rule=rule,
                detail="more than the whole",
            ),
        )
    assert [case.rule for case in world.cases] == ["CH-SHARE", "CH-RULE"]


async def test_nothing_is_pursued_on_a_contract_that_is_over() -> None:
    world = await contradicted()
    await world.tell(ContractEnded(contract_id=CONTRACT, buyer_id=REGION, reason="expired"))
    assert world.told[-1] is BreachDismissed
    assert not world.deadlines


async def test_a_moment_that_has_passed_is_not_awaited_again() -> None:
    """A fact about a case whose time is over must not start its clock in the past."""
    world = Cases()
    broken = ChainViolationFound(
        violation_id="viol-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=BALTIC,
        rule="CH-RULE",
        detail="a tier too deep",
    )
    await world.tell(signed(), clauses(), broken)
    await world.advance(timedelta(days=30))
    assert world.case.escalated
    ended = {"violation_id": "viol-1", "contract_id": CONTRACT, "buyer_id": REGION}
    await world.tell(
        ChainViolationEnded(**ended, party_id=BALTIC, rule="CH-RULE", reason="it has left")
    )
    assert f"case/{world.case.id}" not in world.deadlines
    await world.advance(timedelta(days=30))
    assert len(world.of(BreachEscalated)) == 1
