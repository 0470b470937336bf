"""Who may decide what: the delegation matrix, conflicts of interest, people who are replaced."""

import json
from datetime import date
from pathlib import Path

import pytest

from services.breaches.commands import (
    ApproveBlock,
    DeclareConflict,
    DeclareInterest,
    DismissCase,
    EndInterest,
    ProposeDecision,
    SignDecision,
)
from services.breaches.delegation import NoMatrix, read_matrices
from services.breaches.domain.delegation import Delegation, Matrix
from services.breaches.domain.rules import Measure
from shared.domain import Caller
from shared.events.breaches import ConsequenceOrdered, DecisionApproved, PersonRecused
from tests.breaches.test_legal_block import blocked
from tests.breaches.told import (
    ANNA,
    BO,
    LABOUR,
    NORDLYS,
    OFFICER,
    REGION,
    Cases,
    clauses,
    overdue,
    signed,
)

LIS = Caller(subject="lis", roles=("officer",), buyers=("*",))
IDA = Caller(subject="ida", roles=("approver",), buyers=("*",))
MATRIX = Matrix(
    version="own",
    valid_from=date(2026, 1, 1),
    rows=(
        Delegation(consequence=Measure.REPLACE, unit="hospital-a", up_to=1_000_000),
        Delegation(consequence=Measure.REPLACE, who=("bo", "ida"), signatures=2),
        Delegation(),
    ),
)


async def proposed(matrix: Matrix = MATRIX) -> Cases:
    world = await blocked(Cases(matrix))
    await world.done(prepared(world))
    return world


def prepared(world: Cases) -> ProposeDecision:
    return ProposeDecision(
        case_id=world.case.id,
        consequence="replace",
        basis="clause replacement",
        reason="a listed person owns it",
        proportionality="nothing milder stops the benefit",
    )


def signing(world: Cases) -> SignDecision:
    return SignDecision(case_id=world.case.id, no_conflict=True)


async def test_only_who_has_the_delegation_may_sign() -> None:
    world = await proposed()
    reason = await world.refused(signing(world), by=ANNA)
    assert reason.endswith("by the delegation matrix may: bo, ida")
    for person in (BO, IDA):
        await world.done(signing(world), by=person)
    assert [e.by for e in world.of(DecisionApproved)] == ["bo", "ida"]


async def test_a_row_can_want_more_signatures() -> None:
    world = await proposed(MATRIX.model_copy(update={"rows": (Delegation(signatures=3),)}))
    for person in (ANNA, BO):
        await world.done(signing(world), by=person)
    assert world.of(ConsequenceOrdered) == []
    await world.done(signing(world), by=IDA)
    assert len(world.of(ConsequenceOrdered)) == 1


@pytest.mark.parametrize(
    ("units", "value", "row"),
    [
        (("hospital-a",), 900_000, 0),
        (("hospital-a",), 1_100_000, 1),
        (("hospital-a",), None, 1),
        (("hospital-b",), 900_000, 1),
    ],
)
def test_consequence_amount_and_unit_choose_the_row(
    units: tuple[str, ...], value: float | None, row: int
) -> None:
    assert MATRIX.row("dk-cvr-1", units, "replace", value) == MATRIX.rows[row]


async def test_whoever_has_an_interest_is_replaced_and_does_nothing_more() -> None:
    world = await proposed(MATRIX.model_copy(update={"rows": (Delegation(),)}))
    await world.done(signing(world), by=ANNA)
    id = world.case.id
    declared = DeclareConflict(case_id=id, person="anna", instead="bo", reason="my sister owns it")
    await world.done(declared, by=ANNA)
    assert world.of(PersonRecused)[0].instead == "bo"
    assert world.case.open_decision().signed_by == (), "a signature of hers counts no more"
    assert "has an interest" in await world.refused(signing(world), by=ANNA)
    for person in (BO, IDA):
        await world.done(signing(world), by=person)
    assert len(world.of(ConsequenceOrdered)) == 1


async def test_what_a_recused_officer_prepared_is_prepared_anew() -> None:
    world = await proposed(MATRIX.model_copy(update={"rows": (Delegation(),)}))
    declared = DeclareConflict(
        case_id=world.case.id, person="mette", instead="lis", reason="a former colleague"
    )
    await world.done(declared, by=OFFICER)
    assert "another officer prepares it anew" in await world.refused(signing(world), by=ANNA)
    assert "has an interest" in await world.refused(prepared(world), by=OFFICER)
    await world.done(prepared(world), by=LIS)
    await world.done(signing(world), by=ANNA)


async def test_an_interest_in_a_party_counts_in_every_case_about_it() -> None:
    world = await proposed()
    declared = DeclareConflict(case_id=world.case.id, person="bo", instead="ida", reason="shares")
    await world.done(declared, by=BO)
    world.case.recused = ()  # as in another case about the same party
    approval = ApproveBlock(case_id=world.case.id, reason="I agree")
    assert "bo declared an interest in" in await world.refused(approval, by=BO)


def test_a_matrix_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoMatrix, match="there is no delegation matrix"):
        read_matrices(tmp_path)
    one = {"version": "x", "valid_from": "2026-01-01", "rows": [{"signatures": 1}]}
    (tmp_path / "bad.json").write_text(json.dumps(one))
    with pytest.raises(NoMatrix, match=r"bad\.json"):
        read_matrices(tmp_path)


async def test_the_register_of_involvement_bars_before_any_case_and_ends() -> None:
    world = Cases()
    mine = DeclareInterest(
        person="mette", party_id=NORDLYS, buyer_id=REGION, reason="on the steering group"
    )
    other = mine.model_copy(update={"person": "anna"})
    assert "you declare your own" in await world.refused(other)
    await world.done(mine)
    await world.tell(signed(), clauses(LABOUR), overdue())
    ask = DismissCase(case_id=world.case.id, reason="it is nothing")
    assert "declared an interest" in await world.refused(ask)
    end = EndInterest(**mine.model_dump(exclude={"reason"}), reason="left the group")
    assert "an administrator ends" in await world.refused(end)
    ada = Caller(subject="ada", roles=("admin",), buyers=(REGION,))
    await world.done(end, by=ada)
    await world.done(other, by=ada)
    await world.done(ask)


async def test_an_interest_declared_for_one_buyer_is_noted_for_another_too() -> None:
    world = Cases()
    here = DeclareInterest(
        person="mette", party_id=NORDLYS, buyer_id=REGION, reason="on the steering group"
    )
    both = Caller(subject="mette", roles=("officer",), buyers=(REGION, "dk-cvr-29190925"))
    there = here.model_copy(update={"buyer_id": "dk-cvr-29190925", "reason": "owns shares"})
    await world.tell(there, by=both)
    await world.tell(here, by=both)
    ada = Caller(subject="ada", roles=("admin",), buyers=("dk-cvr-29190925",))
    gone = there.model_dump(exclude={"reason"})
    await world.tell(EndInterest(**gone, reason="sold them"), by=ada)
    await world.tell(signed(), clauses(LABOUR), overdue())
    ask = DismissCase(case_id=world.case.id, reason="it is nothing")
    assert "declared an interest" in await world.refused(ask)
