"""Owned by a listed person: hold at once, verdict, second approver, instruction, decision."""

from datetime import date, timedelta

from services.breaches.commands import (
    ApproveBlock,
    ConfirmBreach,
    DismissCase,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    ReportBlock,
    RestCase,
    SettleCase,
    SignDecision,
)
from shared.events.base import Command
from shared.events.breaches import (
    AuthorityReported,
    BreachConfirmed,
    BreachDismissed,
    BreachEscalated,
    BreachFlagged,
    BreachRemedied,
    ConsequenceOrdered,
    ContractorInstructed,
    DecisionApproved,
    DecisionProposed,
    InterimMeasureLifted,
    InterimMeasureOrdered,
    SecondApprovalGiven,
)
from shared.events.contracts import ContractEnded
from shared.events.subcontractors import (
    ReplacementExtended,
    SubcontractorNotApproved,
    SubcontractorReplaced,
)
from shared.events.words import CauseKind, Role, Status
from tests.breaches.told import (
    ANNA,
    BALTIC,
    BO,
    CONTRACT,
    NORDLYS,
    OFFICER,
    REGION,
    REPLACEMENT,
    STRANGER,
    Cases,
    clauses,
    declared,
    exposed,
    owned_by_listed,
    signed,
)

SUPPLIER = Role.SUPPLIER
FREEZE = (
    "Council Regulation (EU) No 269/2014 Art 2 and the other freezing regimes; "
    "EU Best Practices of 3 July 2024 (owned 50 % or more, or controlled)"
)


async def flagged(world: Cases | None = None) -> Cases:
    world = world or Cases()
    await world.tell(
        signed(),
        clauses(REPLACEMENT),
        declared(BALTIC, "Baltic Facility Group ApS"),
        owned_by_listed(),
    )
    return world


async def blocked(world: Cases | None = None) -> Cases:
    world = await flagged(world)
    id = world.case.id
    await world.done(OrderHold(case_id=id, reason="listed owner of 60 %"))
    await world.done(ConfirmBreach(case_id=id, reason="60 % confirmed in the register"))
    await world.done(ApproveBlock(case_id=id, reason="I come to the same result"), by=ANNA)
    await world.done(ReportBlock(case_id=id, reference="ERST 2026-114"))
    return world


def deciding(world: Cases, **change: object) -> ProposeDecision:
    said: dict[str, object] = {
        "case_id": world.case.id,
        "consequence": "replace",
        "basis": "clause replacement",
        "reason": "a listed person owns it",
        "proportionality": "no milder means stops the benefit",
    }
    return ProposeDecision.model_validate(said | change)


async def ordered() -> Cases:
    world = await blocked()
    await world.done(deciding(world))
    for approver in (ANNA, BO):
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=approver)
    return world


async def test_the_whole_way_of_a_block() -> None:
    world = await ordered()
    assert world.told == [
        BreachFlagged,
        InterimMeasureOrdered,
        BreachConfirmed,
        SecondApprovalGiven,
        ContractorInstructed,
        AuthorityReported,
        DecisionProposed,
        DecisionApproved,
        DecisionApproved,
        ConsequenceOrdered,
    ]
    assert {e.status for e in world.announced[1:]} == {Status.BLOCKED_LEGAL}  # type: ignore[attr-defined]
    (order,) = world.of(ConsequenceOrdered)
    assert order.deadline.date() == date(2026, 12, 14)
    assert "Baltic Facility Group ApS" in world.of(ContractorInstructed)[0].instruction


async def test_every_step_settles_the_need_of_the_one_before() -> None:
    world = await ordered()
    asked: list[str] = []
    settled: list[str] = []
    for event in world.announced:
        asked += [event.need.id] if event.need else []
        settled += event.settles
    assert settled == asked[:-1]
    assert asked[-1] == f"follow-order/{world.case.id}"


async def test_a_decision_cannot_come_before_hold_verdict_and_second_approval() -> None:
    world = await flagged()
    id = world.case.id
    confirm = ConfirmBreach(case_id=id, reason="60 % confirmed")
    second = ApproveBlock(case_id=id, reason="I agree")
    steps: tuple[tuple[Command, str], ...] = (
        (OrderHold(case_id=id, reason="at once"), "order the precautionary hold"),
        (confirm, "give the verdict on ownership and control"),
        (second, "have another person approve the block afterwards"),
    )
    for step, wanted in steps:
        assert wanted in await world.refused(deciding(world))
        await world.done(step, by=ANNA if step is second else OFFICER)
    await world.done(deciding(world))


async def test_an_asset_freeze_takes_no_hearing() -> None:
    world = await blocked()
    ask = OpenHearing(case_id=world.case.id, subject="anything to say?")
    assert "an asset freeze is not heard" in await world.refused(ask)


async def test_the_second_approval_takes_another_person() -> None:
    world = await flagged()
    id = world.case.id
    await world.done(OrderHold(case_id=id, reason="at once"))
    await world.done(ConfirmBreach(case_id=id, reason="60 % confirmed"))
    assert "another person" in await world.refused(ApproveBlock(case_id=id, reason="me again"))


async def test_two_others_sign_and_declare_no_conflict() -> None:
    world = await blocked()
    await world.done(deciding(world), by=BO)
    ask = SignDecision(case_id=world.case.id, no_conflict=True)
    assert "prepared this decision" in await world.refused(ask, by=BO)
    conflicted = SignDecision(case_id=world.case.id, no_conflict=False)
    assert "another approver must sign" in await world.refused(conflicted, by=ANNA)
    await world.done(ask, by=ANNA)
    assert "has signed already" in await world.refused(ask, by=ANNA)
    assert world.of(ConsequenceOrdered) == []


async def test_a_basis_must_be_one_of_the_cases_and_the_attempt_says_which() -> None:
    world = await blocked()
    reason = await world.refused(deciding(world, basis="because we want it"))
    assert "is no basis for replace here" in reason
    assert "Possible: " in reason
    assert "replace on clause replacement" in reason


async def test_a_decision_without_proportionality_or_reasons_is_refused() -> None:
    world = await blocked()
    assert "proportionate" in await world.refused(deciding(world, proportionality=" "))
    assert "a few words" in await world.refused(deciding(world, reason=" "))
    assert "between 1 and" in await world.refused(deciding(world, working_days=0))


async def test_a_decision_that_lacks_signatures_gives_way_to_a_new_one() -> None:
    world = await blocked()
    first = await world.done(deciding(world))
    await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=ANNA)
    second = await world.done(deciding(world, basis=FREEZE, working_days=5))
    assert first["decision_id"] != second["decision_id"]
    await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=ANNA)
    assert world.of(ConsequenceOrdered) == []
    await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=BO)
    assert world.of(ConsequenceOrdered)[0].decision_id == second["decision_id"]


async def test_no_agreement_ends_a_block_not_even_while_it_is_disputed() -> None:
    world = await ordered()
    id = world.case.id
    await world.done(RestCase(case_id=id, kind="disputed", working_days=20, reason="a complaint"))
    assert "settlement" in await world.refused(SettleCase(case_id=id, terms="half of it is paid"))
    assert world.case.open


async def test_what_a_freeze_holds_back_stays_held_when_the_contract_is_over() -> None:
    world = await ordered()
    await world.tell(ContractEnded(contract_id=CONTRACT, buyer_id=REGION, reason="expired"))
    assert world.case.open
    assert world.case.held
    assert world.of(BreachDismissed) == world.of(InterimMeasureLifted) == []
    assert world.case.steps[-1].what == "contract over"


async def test_the_case_is_remedied_when_the_chain_has_a_new_member() -> None:
    world = await ordered()
    await world.tell(
        SubcontractorReplaced(
            replacement_id="repl-1",
            case_id=world.case.id,
            contract_id=CONTRACT,
            buyer_id=REGION,
            supplier_id=NORDLYS,
            outgoing_id=BALTIC,
            incoming_id="dk-cvr-96832516",
            effective=date(2026, 12, 1),
            chain_version=3,
        )
    )
    (end,) = world.of(BreachRemedied)
    assert end.status is Status.CLEAR
    assert end.settles == (f"follow-order/{world.case.id}",)
    assert not world.deadlines
    assert "nothing can be done" in await world.refused(
        DismissCase(case_id=world.case.id, reason="late")
    )


async def test_more_time_for_the_replacement_moves_the_clock_of_the_case() -> None:
    world = await ordered()
    later = world.case.due + timedelta(days=7)
    await world.tell(
        ReplacementExtended(
            replacement_id="repl-1",
            case_id=world.case.id,
            contract_id=CONTRACT,
            buyer_id=REGION,
            supplier_id=NORDLYS,
            outgoing_id=BALTIC,
            deadline=later,
            by="mette",
            reason="strike",
        )
    )
    assert world.case.due == later
    await world.advance(timedelta(days=24))
    assert world.of(BreachEscalated) == []


async def test_a_false_match_ends_the_case_and_lifts_the_hold() -> None:
    world = await flagged()
    await world.done(OrderHold(case_id=world.case.id, reason="at once"))
    await world.done(DismissCase(case_id=world.case.id, reason="another person of that name"))
    assert world.told[-2:] == [InterimMeasureLifted, BreachDismissed]
    assert world.case.status is Status.CLEAR


async def test_a_block_in_force_is_lifted_by_an_approver_alone() -> None:
    world = await blocked()
    ask = DismissCase(case_id=world.case.id, reason="delisted yesterday")
    assert "takes an approver" in await world.refused(ask)
    await world.done(ask, by=ANNA)


async def test_what_is_not_done_in_time_goes_to_an_approver_once() -> None:
    world = await flagged()
    await world.advance(timedelta(days=5))
    (late,) = world.of(BreachEscalated)
    assert (late.need.role, late.what) == (
        "approver",
        "not done in time: order the precautionary hold",
    )
    await world.done(OrderHold(case_id=world.case.id, reason="at last"))
    assert world.announced[-1].settles == (f"hold/{world.case.id}", late.need.id)


async def test_another_buyers_case_is_not_ones_own() -> None:
    world = await flagged()
    ask = OrderHold(case_id=world.case.id, reason="at once")
    assert "do not act for" in await world.refused(ask, by=STRANGER)


async def test_a_supplier_that_is_listed_itself_is_blocked_and_cannot_be_replaced() -> None:
    world = Cases()
    hit = exposed(
        NORDLYS, CauseKind.HIT, "SAN-AF", ref="hit-1#confirmed", detail="confirmed", role=SUPPLIER
    )
    await world.tell(signed(), clauses(REPLACEMENT), hit)
    id = world.case.id
    await world.done(OrderHold(case_id=id, reason="it is on the list"))
    await world.done(ConfirmBreach(case_id=id, reason="same name, number and address"))
    await world.done(ApproveBlock(case_id=id, reason="I agree"), by=ANNA)
    assert "cannot be replaced" in await world.refused(deciding(world))
    await world.done(deciding(world, consequence="block", basis=FREEZE))


async def test_who_was_not_approved_touches_the_contract_no_longer() -> None:
    world = await flagged()
    await world.tell(
        SubcontractorNotApproved(
            contract_id=CONTRACT, buyer_id=REGION, party_id=BALTIC, by="mette", reason="listed"
        )
    )
    assert world.told[-1] is BreachRemedied
