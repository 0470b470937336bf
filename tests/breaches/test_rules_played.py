"""Each rule code of every rulebook: facts in, then the track, the procedure and the consequence,
with its basis and its dates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    AssessSupply,
    ConfirmBreach,
    DismissCase,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    RemedyCase,
    SecureSupply,
    SignDecision,
)
from services.breaches.domain import Phase, Stage
from services.breaches.domain.basis import options
from services.breaches.domain.rules import Measure, Rulebook
from services.breaches.handlers.opening import rule_of
from shared.domain import Caller
from shared.events.breaches import ConsequenceOrdered, Track
from shared.events.words import CauseKind, Clause, Money, Right, Role, Status
from tests.breaches.told import (
    ANNA,
    BO,
    CONTRACT,
    HANSEN,
    LABOUR,
    NORDLYS,
    REPLACEMENT,
    SHELF,
    WEIGHED,
    Cases,
    clauses,
    exposed,
    listed_goods,
    signed,
    suspended,
)

ART_71 = "Directive 2014/24/EU Art 71(6)(b); udbudsloven § 177"
AT_AWARD = "udbudsloven § 185, stk. 1, nr. 2"
FREEZE = (
    "Council Regulation (EU) No 269/2014 Art 2 and the other freezing regimes; "
    "EU Best Practices of 3 July 2024 (owned 50 % or more, or controlled)"
)
ART_5K = "Council Regulation (EU) No 833/2014 Art 5k"
EVENT, JUDGMENT = date(2025, 6, 1), date(2025, 3, 1)
TWO_YEARS, FOUR_YEARS = date(2027, 6, 1), date(2029, 3, 1)
PENALTY = Clause(code="penalty", rights=(Right.BOD,))
NOW = {
    "2026-02": datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    "2026-03": datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
    "2026-04": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    "2026-05": datetime(2027, 1, 11, 8, 0, tzinfo=UTC),
}
"""A day on which a rulebook is in force, followed by four weeks without a holiday."""
WORKED_BEFORE = {
    "2026-02": date(2026, 3, 2),
    "2026-03": date(2026, 11, 20),
    "2026-04": date(2026, 11, 23),
    "2026-05": date(2027, 1, 11),
}
"""The working day after which the next one counts: 2026-03 was in force on a Sunday alone."""


def by_working_days(version: str, days: int) -> date:
    """So many working days after that day, five to a week."""
    return WORKED_BEFORE[version] + timedelta(days=days // 5 * 7)


class Row(NamedTuple):
    """What a rule leads to. `until`: how long the ground counts at the longest."""

    code: str
    track: Track
    role: Role
    measure: Measure
    basis: str
    must: bool
    until: date | None = None
    phase: Phase = Phase.LATER


C, T = Role.SUBCONTRACTOR, Role.SUPPLIER
EX, BREACH, BLOCK = Track.EXCLUSION, Track.CONTRACT_BREACH, Track.LEGAL_BLOCK
REPLACE, TERMINATE = Measure.REPLACE, Measure.TERMINATE

ROWS = [
    *(Row(f"EX-A{n}", EX, C, REPLACE, ART_71, True, FOUR_YEARS) for n in range(1, 7)),
    *(Row(f"EX-B{n}", EX, C, REPLACE, ART_71, True) for n in (1, 2)),
    *(Row(f"EX-C{n}", EX, C, REPLACE, ART_71, False, TWO_YEARS) for n in (1, 2, 3)),
    *(Row(f"EX-D{n}", EX, C, REPLACE, ART_71, False) for n in range(1, 7)),
    Row("EX-E", EX, T, TERMINATE, AT_AWARD, True, TWO_YEARS, Phase.AT_AWARD),
    Row("EX-F", EX, T, TERMINATE, AT_AWARD, False, TWO_YEARS, Phase.AT_AWARD),
    Row("EX-G", EX, T, TERMINATE, AT_AWARD, True, None, Phase.AT_AWARD),
    Row("EX-H", EX, T, TERMINATE, AT_AWARD, True, None, Phase.AT_AWARD),
    Row("EX-I", EX, T, TERMINATE, AT_AWARD, False, TWO_YEARS, Phase.AT_AWARD),
    Row("EX-J", EX, T, TERMINATE, AT_AWARD, True, TWO_YEARS, Phase.AT_AWARD),
    Row("EX-K", EX, T, TERMINATE, AT_AWARD, False, TWO_YEARS, Phase.AT_AWARD),
    Row("IPI-CN", EX, T, Measure.EXCLUDE, "", True, None, Phase.PROCEDURE),
    Row("SAN-AF", BLOCK, C, REPLACE, FREEZE, True),
    Row("SAN-5K", BLOCK, C, REPLACE, ART_5K, True),
    Row("CL-REMEDY", BREACH, C, Measure.REMEDY, "clause labour-ilo94", False),
    Row("CL-WAGE", BREACH, C, Measure.HOLD_PAYMENT, "clause labour-ilo94", False),
    Row("CL-DOCS", BREACH, C, Measure.BOD, "clause penalty", False),
    Row("CL-TRAIN", BREACH, C, REPLACE, "clause replacement", False),
    Row("CL-QUOTA", BREACH, T, TERMINATE, "clause replacement", False),
    Row("CH-SHARE", BREACH, C, REPLACE, "clause replacement", False),
    Row("CH-CIRCLE", BREACH, C, REPLACE, "clause replacement", False),
    Row("CH-RULE", BREACH, C, REPLACE, "clause replacement", False),
]


def as_first_written(row: Row) -> Row:
    """What the first rulebook made of it: replacement on a clause alone where the ground is
    discretionary, and replacement or a hold where the clause now knows remedy and penalty."""
    if row.code[:4] in ("EX-C", "EX-D") or row.code == "CL-REMEDY":
        return row._replace(measure=REPLACE, basis="clause replacement")
    if row.code == "CL-DOCS":
        return row._replace(measure=Measure.HOLD_PAYMENT, basis="clause labour-ilo94")
    return row


FIRST = [as_first_written(row) for row in ROWS if SHELF.version("2026-02").rule(row.code)]
PLAYED = {"2026-02": FIRST, "2026-03": ROWS, "2026-04": ROWS, "2026-05": ROWS}
CARL = Caller(subject="carl", roles=("approver",), buyers=("*",))
BY_THEMSELVES = {"EX-N", "TAX-LIST", "SUP-CERT", "SUP-STOCK"}
ADVISORY = {"SAN-US", "SAN-UK", "FLR", "CSDDD", "CMR"}
EVERY_ROW = [
    pytest.param(version, row, id=f"{version}-{row.code}")
    for version, rows in PLAYED.items()
    for row in rows
]


@pytest.mark.parametrize("book", SHELF.books, ids=lambda book: book.version)
def test_every_rule_of_every_version_is_played_here(book: Rulebook) -> None:
    codes = {rule.code for rule in book.rules}
    assert codes - BY_THEMSELVES - ADVISORY == {row.code for row in PLAYED[book.version]}


async def opened(code: str, role: Role, **contract: Any) -> Cases:
    world = Cases()
    party = NORDLYS if role is T else HANSEN
    await world.tell(
        signed(at_buyer_facility=True, value=Money(amount=60_000_000), **contract),
        clauses(REPLACEMENT, LABOUR, PENALTY),
        exposed(party, CauseKind.CLAIM, code, role=role),
    )
    return world


async def established(world: Cases, row: Row) -> None:
    """The procedure of the track as far as the ground stands."""
    case = world.case
    id = case.id
    if row.code.startswith("EX-B"):
        case.amount = 140_000
    if row.track is BLOCK:
        await world.done(OrderHold(case_id=id, reason="at once"))
        await world.done(ConfirmBreach(case_id=id, reason="60 % is certain"))
        await world.done(ApproveBlock(case_id=id, reason="I agree"), by=ANNA)
        return
    if case.track is Track.ENQUIRY:
        assert rule_of(case, SHELF).question_first
        await world.done(OpenEnquiry(case_id=id, question="how does this fit?"))
        await world.done(AnswerEnquiry(case_id=id, answer="we shall see"))
    await world.done(OpenHearing(case_id=id, subject="the ground"))
    ten_days = by_working_days(case.rulebook_version, 10)
    assert world.case.due.date() == ten_days, "ten working days to answer a hearing"
    await world.done(AnswerHearing(case_id=id, answer="nothing to add"))
    found = ConfirmBreach(
        case_id=id,
        reason="the documents show it",
        phase=row.phase,
        chosen_in_notice=True,
        event_date=EVENT,
        judgment_date=JUDGMENT,
    )
    await world.done(found)


@pytest.mark.parametrize(("version", "row"), EVERY_ROW)
async def test_facts_lead_to_track_procedure_and_consequence(version: str, row: Row) -> None:
    world = await opened_with(row, version)
    await established(world, row)
    case = world.case
    assert case.rulebook_version == version
    assert case.track is row.track
    assert case.relevant_until == row.until
    agreement = next(d for d in world.store.documents.values() if d.id == CONTRACT)
    allowed = options(case.ground(rule_of(case, SHELF)), agreement)  # type: ignore[arg-type]
    (option,) = [
        o for o in allowed if o.measure is row.measure and (o.basis == row.basis or not row.basis)
    ]
    assert case.mandatory == (row.must and row.code[:2] in ("EX", "SA", "IP"))
    await decided(world, row, option.basis, option.working_days)


async def opened_with(row: Row, version: str) -> Cases:
    world = Cases(now=NOW[version])
    awarded = date(2027, 3, 1) if row.phase is Phase.PROCEDURE else date(2026, 1, 12)
    party = NORDLYS if row.role is T else HANSEN
    contract = signed(at_buyer_facility=True, value=Money(amount=60_000_000))
    await world.tell(
        contract.model_copy(update={"awarded": awarded}),
        clauses(REPLACEMENT, LABOUR, PENALTY),
        exposed(party, CauseKind.CLAIM, row.code, role=row.role),
    )
    return world


async def decided(world: Cases, row: Row, basis: str, days: int) -> None:
    proposal = ProposeDecision(
        case_id=world.case.id,
        consequence=row.measure,
        basis=basis,
        reason="the ground stands",
        proportionality="nothing milder helps",
        amount=90_000,
        weighing=WEIGHED if row.track is EX else None,
    )
    await world.done(proposal)
    for approver in (ANNA, BO, CARL)[: 3 if row.measure is TERMINATE else 2]:
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=approver)
    (order,) = world.of(ConsequenceOrdered)
    assert (order.basis, order.consequence.value) == (basis, row.measure.value)
    assert order.deadline.date() == by_working_days(world.case.rulebook_version, days)


OVERRIDING = "the only maker of a vaccine"
MANDATORY = [row for row in ROWS if row.track is EX and row.must]


@pytest.mark.parametrize("row", MANDATORY, ids=lambda row: row.code)
async def test_a_mandatory_ground_is_let_be_by_a_derogation_on_its_own_basis(row: Row) -> None:
    world = await opened_with(row, "2026-04")
    await established(world, row)
    case = world.case
    agreement = next(d for d in world.store.documents.values() if d.id == CONTRACT)
    allowed = options(case.ground(rule_of(case, SHELF)), agreement)  # type: ignore[arg-type]
    (option,) = [o for o in allowed if o.measure is Measure.DEROGATE]
    wanted = "Art 9(1)(b)" if row.code == "IPI-CN" else "Art 57(3); udbudsloven"
    assert wanted in option.basis
    proposal = ProposeDecision(
        case_id=case.id,
        consequence="derogate",
        basis=option.basis,
        reason="nobody else can deliver",
        weighing=WEIGHED,
    )
    assert "overriding reason in the public" in await world.refused(proposal)
    await world.done(proposal.model_copy(update={"derogation": OVERRIDING}))
    for approver in (ANNA, BO):
        await world.done(SignDecision(case_id=case.id, no_conflict=True), by=approver)
    (order,) = world.of(ConsequenceOrdered)
    assert (order.consequence.value, order.status) == ("derogate", Status.CONDITIONAL)
    days = option.working_days
    assert order.deadline.date() == by_working_days("2026-04", days), "then it is looked at again"
    noted = DismissCase(case_id=case.id, reason="delivered; weigh it next time", way_out="noted")
    await world.done(noted)
    assert not world.case.open


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.track is EX and not row.must], ids=lambda row: row.code
)
async def test_a_ground_that_may_be_let_be_needs_no_derogation(row: Row) -> None:
    world = await opened_with(row, "2026-04")
    await established(world, row)
    agreement = next(d for d in world.store.documents.values() if d.id == CONTRACT)
    allowed = options(world.case.ground(rule_of(world.case, SHELF)), agreement)  # type: ignore[arg-type]
    assert Measure.DEROGATE not in {o.measure for o in allowed}
    await world.done(DismissCase(case_id=world.case.id, reason="too slight to act on"))


@pytest.mark.parametrize("code", ["EX-N", "TAX-LIST"])
async def test_a_tax_haven_is_a_question_that_can_end_with_a_note_for_next_time(code: str) -> None:
    world = Cases()
    await world.tell(signed(), clauses(), exposed(NORDLYS, CauseKind.JURISDICTION, code, role=T))
    assert world.case.track is Track.ENQUIRY
    reason = await world.refused(OpenHearing(case_id=world.case.id, subject="your seat"))
    assert "is a question: no law or clause" in reason
    await world.done(OpenEnquiry(case_id=world.case.id, question="who owns you, and why there?"))
    assert world.case.due.date() == date(2026, 11, 30), "five working days for a question"
    await world.done(AnswerEnquiry(case_id=world.case.id, answer="a holding"))
    noted = DismissCase(case_id=world.case.id, reason="weigh it at the next award", way_out="noted")
    await world.done(noted)
    assert world.case.status is Status.CLEAR


@pytest.mark.parametrize("code", sorted(ADVISORY))
async def test_what_is_advisory_opens_no_case(code: str) -> None:
    assert (await opened(code, C)).cases == []


async def test_a_suspended_certificate_is_a_supply_case() -> None:
    world = Cases()
    await world.tell(signed(), clauses(), listed_goods(), suspended(), suspended())
    case = world.case
    assert (case.track, case.rule, case.stage) == (Track.SUPPLY_CASE, "SUP-CERT", Stage.FLAGGED)
    assert "12 days of stock), no other source" in case.cause.detail
    secure = SecureSupply(case_id=case.id, means="urgent_purchase", reference="", reason="short")
    assert "First: tell the clinic" in await world.refused(secure)
    counted = AssessSupply(
        case_id=case.id, item="gloves", days_of_stock=9, told="ward 3", reason="counted by hand"
    )
    await world.done(counted)
    assert "record of the urgent purchase" in await world.refused(secure)
    await world.done(secure.model_copy(update={"reference": "note 2026-77"}))
    await world.done(RemedyCase(case_id=case.id, reason="the certificate is valid again"))
    assert not world.case.open


async def test_short_stock_is_a_supply_case() -> None:
    assert (await opened("SUP-STOCK", T)).case.track is Track.SUPPLY_CASE


async def test_a_ground_that_the_notice_did_not_choose_gives_no_statutory_basis() -> None:
    world = await opened("EX-C3", C)
    row = next(row for row in ROWS if row.code == "EX-C3")
    await established(world, row)
    world.case.chosen = False
    proposal = ProposeDecision(
        case_id=world.case.id,
        consequence="replace",
        basis=ART_71,
        reason="the ground stands",
        weighing=WEIGHED,
    )
    assert "'clause replacement'" not in await world.refused(proposal)


@pytest.mark.parametrize(("share", "statute"), [(25.0, True), (10.0, False), (None, True)])
async def test_article_5k_reaches_a_subcontractor_above_ten_per_cent(
    share: float | None, statute: bool
) -> None:
    world = await opened("SAN-5K", C)
    world.case.share = share
    await established(world, next(row for row in ROWS if row.code == "SAN-5K"))
    agreement = next(d for d in world.store.documents.values() if d.id == CONTRACT)
    allowed = options(world.case.ground(rule_of(world.case, SHELF)), agreement)  # type: ignore[arg-type]
    assert (ART_5K in {o.basis for o in allowed}) is statute
