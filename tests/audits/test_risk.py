"""Facts change the risk of a contract, its plan follows at once, and both say why."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audits.app import RISK
from services.audits.commands import DropRisk, NoteRisk
from services.audits.domain import Plan
from services.audits.domain.risk import Mark, weigh
from services.audits.risk_weights import RiskWeights
from shared.events.audits import AuditMoved, AuditPlanned, RiskChanged
from shared.events.base import Event
from shared.events.contracts import GoodsListed
from shared.events.subcontractors import ExposureEnded, ExposureFound, SubcontractorDeclared
from shared.events.words import Cause, CauseKind, Good, PartyDescription, Role, Status
from shared.testing import World
from tests.audits.conftest import BUYER, K1, LABOUR, SUPPLIER, clauses, held, planned, signed

WEIGHTS = RiskWeights.load(RISK).on(date(2026, 11, 23))


def declared(number: int, tier: int = 1, country: str = "DK") -> SubcontractorDeclared:
    party = PartyDescription(party_id=f"dk-cvr-{number}", name="Sub", country=country)
    return SubcontractorDeclared(
        contract_id=K1,
        buyer_id=BUYER,
        party=party,
        parent_id=SUPPLIER,
        tier=tier,
        service="cleaning",
        chain_version=1,
    )


def exposed(kind: CauseKind, ref: str) -> ExposureFound:
    return ExposureFound(
        exposure_id=f"exposure-{ref}",
        contract_id=K1,
        buyer_id=BUYER,
        party_id=SUPPLIER,
        supplier_id=SUPPLIER,
        role=Role.SUPPLIER,
        tier=0,
        path=(SUPPLIER,),
        cause=Cause(kind=kind, ref=ref),
        status=Status.REVIEW,
    )


def changes(world: World) -> list[RiskChanged]:
    return [fact for fact in world.announced if isinstance(fact, RiskChanged)]


async def test_a_contract_is_weighed_with_the_source_of_every_point(world: World) -> None:
    risk = world.state(Plan, K1).risk
    assert (risk.score, risk.level) == (25, "normal")
    assert [(one.code, one.points) for one in risk.factors] == [
        ("sector", 15),
        ("unskilled-labour", 10),
    ]
    assert all(one.source for one in risk.factors)
    assert RiskChanged not in world.told


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (exposed(CauseKind.HIT, "hit-1#confirmed"), "hit"),
        (exposed(CauseKind.OWNERSHIP, "flag-1"), "hit"),
        (exposed(CauseKind.JURISDICTION, "flag-2"), "country"),
        (declared(11111111, tier=3), "long-chain"),
        (declared(11111111, country="PL"), "posted-labour"),
        (
            GoodsListed(contract_id=K1, buyer_id=BUYER, goods=(Good(item="masks", critical=True),)),
            "critical-goods",
        ),
    ],
)
async def test_a_fact_changes_the_risk_at_once(world: World, fact: Event, code: str) -> None:
    await world.tell(fact)
    [change] = changes(world)
    assert change.before == 25
    assert change.score > 25
    assert any(one.startswith(code) for one in change.factors)


async def test_a_hit_that_nobody_confirmed_counts_nothing(world: World) -> None:
    await world.tell(exposed(CauseKind.HIT, "hit-1"))
    assert not changes(world)


async def test_a_high_risk_brings_the_next_audit_forward_and_says_why(world: World) -> None:
    await held(world)
    before = world.state(Plan, K1).coming("labour-ilo94", SUPPLIER)
    assert before is not None
    assert before.on > date(2027, 11, 1)
    await world.tell(exposed(CauseKind.HIT, "hit-1#confirmed"))
    after = world.state(Plan, K1).coming("labour-ilo94", SUPPLIER)
    assert after is not None
    assert after.on == date(2027, 5, 25)
    assert after.because == "exposure-hit"
    await world.advance(timedelta(days=190))
    assert planned(world)[-1].planned_for == date(2027, 5, 25)
    await world.tell(exposed(CauseKind.JURISDICTION, "a"), exposed(CauseKind.JURISDICTION, "b"))
    assert [one.level for one in changes(world)] == ["normal", "high", "high", "critical"]


async def test_an_audit_on_the_list_moves_with_its_need(world: World) -> None:
    [audit] = planned(world)
    await world.tell(exposed(CauseKind.HIT, "hit-1#confirmed"))
    [moved] = [fact for fact in world.announced if isinstance(fact, AuditMoved)]
    assert (moved.audit_id, moved.was) == (audit.audit_id, audit.planned_for)
    assert moved.planned_for == date(2026, 12, 23)
    assert (moved.reason, audit.need is not None) == ("exposure-hit", True)
    assert audit.need is not None
    assert moved.settles == (audit.need.id,)
    assert moved.need is not None
    assert moved.need.id != audit.need.id
    await held(world)
    assert moved.need.id in next(
        fact.settles for fact in world.announced if type(fact).__name__ == "AuditHeld"
    )


async def test_what_is_over_weighs_no_more(world: World) -> None:
    found = exposed(CauseKind.HIT, "hit-1#confirmed")
    ended = ExposureEnded(
        exposure_id=found.exposure_id,
        contract_id=K1,
        buyer_id=BUYER,
        party_id=SUPPLIER,
        cause=found.cause,
        reason="delisted",
    )
    await world.tell(found, found, ended, ended)
    assert [one.score for one in changes(world)] == [50, 25]


async def test_a_person_notes_what_no_register_knows_and_takes_it_back(world: World) -> None:
    note = NoteRisk(contract_id=K1, code="low-price", reason="A third below the next tender.")
    outcome = await world.tell(note)
    assert outcome.result == {"contract_id": K1, "score": 40, "level": "high"}
    again = await world.tell(note)
    assert again.error is not None
    assert again.error["field"] == "code"
    drop = DropRisk(contract_id=K1, code="low-price", reason="A typing error.")
    dropped = await world.tell(drop)
    assert dropped.result == {"contract_id": K1, "score": 25, "level": "normal"}
    wrong = await world.tell(NoteRisk(contract_id=K1, code="hit", reason="I think so."))
    assert wrong.error is not None
    assert "low-price" in wrong.error["reason"]


async def test_a_contract_of_high_risk_is_looked_at_first_in_half_the_time(world: World) -> None:
    other = "ocds-abc123-r2--k1"
    said = clauses(LABOUR).model_copy(update={"contract_id": other})
    chain = declared(1, tier=3, country="PL").model_copy(update={"contract_id": other})
    await world.tell(signed(contract_id=other), chain, said)
    assert world.state(Plan, other).risk.level == "high"
    first, second = (fact for fact in world.announced if isinstance(fact, AuditPlanned))
    assert second.planned_for < first.planned_for


CODES = st.sampled_from([*WEIGHTS.factors, "unheard-of"])
DAYS = st.dates(date(2018, 1, 1), date(2026, 11, 23))
MARKS = st.lists(
    st.builds(Mark, code=CODES, ref=st.sampled_from("abcdef"), since=DAYS), max_size=30
)


@given(MARKS, st.randoms())
def test_the_order_of_facts_does_not_matter(marks: list[Mark], chance: object) -> None:
    one_of_each = list({(one.code, one.ref): one for one in marks}.values())
    shuffled = list(one_of_each)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    today = date(2026, 11, 23)
    assert weigh(one_of_each, WEIGHTS, today) == weigh(shuffled, WEIGHTS, today)


@given(MARKS)
def test_a_score_is_the_sum_of_its_factors_and_none_exceeds_its_most(marks: list[Mark]) -> None:
    risk = weigh(marks, WEIGHTS, date(2026, 11, 23))
    assert risk.score == sum(one.points for one in risk.factors)
    assert all(one.points <= WEIGHTS.factors[one.code].most for one in risk.factors)
    assert risk.level == WEIGHTS.level_of(risk.score).level
