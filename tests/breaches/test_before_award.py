"""What is found of a winner before the award is a case in the procedure, and goes on with its
contract."""

from datetime import UTC, date, datetime

import pytest

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    ConfirmBreach,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
)
from services.breaches.domain import Agreement, Phase
from services.breaches.domain.basis import options
from services.breaches.handlers.opening import rule_of
from services.breaches.letters import Letter
from shared.events.base import Event
from shared.events.breaches import BreachFlagged, CaseJoined
from shared.events.onboarding import ClaimMade
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitReopened,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipConcluded,
    OwnershipFlagged,
)
from shared.events.words import CauseKind, ListEntryRef, Role, Share
from tests.breaches.test_tenders import OPENED, PROCEDURE, awarded, intended
from tests.breaches.told import (
    ANNA,
    CONTRACT,
    HANSEN,
    NORDLYS,
    REGION,
    SHELF,
    WEIGHED,
    Cases,
    claim_contradicted,
    exposed,
    signed,
)

BEFORE_CHRISTMAS = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""The first day of the rulebook that knows what a freeze means before an award."""

ENTRY = ListEntryRef(source="eu", entry_id="90301", version="v1", name="A. Petrov")


def hit_confirmed(hit_id: str = "hit-1") -> HitConfirmed:
    return HitConfirmed(
        hit_id=hit_id, party_id=HANSEN, buyer_id=REGION, entry=ENTRY, by="anna", reason="same"
    )


def owner_flagged(verdict: str) -> OwnershipFlagged:
    return OwnershipFlagged(
        flag_id="flag-1",
        party_id=HANSEN,
        buyer_id=REGION,
        rule="SAN-AF",
        verdict=verdict,
        share=Share.exactly(60),
        owner_ids=("person-1",),
        hit_ids=("hit-7",),
        path=("person-1", HANSEN),
        reason="a listed person holds 60 %",
    )


def russian(verdict: str) -> OwnershipConcluded:
    return OwnershipConcluded(
        conclusion_id="conclusion-1",
        party_id=HANSEN,
        rule="SAN-5K",
        verdict=verdict,
        reason="owned from Russia",
    )


def seated(rule: str, whose: str) -> JurisdictionFlagged:
    return JurisdictionFlagged(
        flag_id="seat-1",
        party_id=HANSEN,
        country="PA",
        whose=whose,
        list_name="EU Annex I",
        list_date=date(2026, 2, 17),
        rule=rule,
    )


def claim_made(exists: bool) -> ClaimMade:
    return ClaimMade(
        claim_id="claim-2",
        party_id=HANSEN,
        buyer_id=REGION,
        ground="EX-A2",
        ground_exists=exists,
        document_id="doc-espd",
    )


def no_longer(kind: type[Event]) -> Event:
    hit = {"hit_id": "ref-1", "party_id": HANSEN}
    made: dict[type[Event], Event] = {
        HitDismissed: HitDismissed(**hit, buyer_id=REGION, entry=ENTRY, by="anna", reason="other"),
        HitReopened: HitReopened(**hit, buyer_id=REGION, reason="the entry changed"),
        HitEnded: HitEnded(**hit, reason="delisted"),
        OwnershipFlagged: owner_flagged("not_owned"),
        OwnershipConcluded: russian("no"),
        JurisdictionEnded: JurisdictionEnded(
            flag_id="seat-1", party_id=HANSEN, country="PA", whose="owner", reason="moved"
        ),
        ClaimMade: claim_made(False),
    }
    return made[kind]


# ---------------------------------------------------------------- what else speaks before the award


def about(kind: str, ref: str = "ref-1") -> Event:
    """One thing that others find out of a tenderer."""
    return {
        "listed": hit_confirmed(ref),
        "listed owner": owner_flagged("owned"),
        "owner perhaps": owner_flagged("unknown"),
        "russian": russian("yes"),
        "seat": seated("EX-N", "seat"),
        "owner in a haven": seated("TAX-LIST", "owner"),
        "admitted": claim_made(True),
    }[kind]


@pytest.mark.parametrize("first", ["finding", "intention"])
@pytest.mark.parametrize(
    ("kind", "rule", "track"),
    [
        ("listed", "SAN-AF", "legal_block"),
        ("listed owner", "SAN-AF", "legal_block"),
        ("owner perhaps", "SAN-AF", "enquiry"),
        ("russian", "SAN-5K", "legal_block"),
        ("seat", "EX-N", "enquiry"),
        ("owner in a haven", "TAX-LIST", "enquiry"),
        ("admitted", "EX-A2", "enquiry"),
    ],
)
async def test_what_is_found_of_a_winner_is_a_case_before_the_award(
    kind: str, rule: str, track: str, first: str
) -> None:
    world = Cases()
    facts = [about(kind), intended(HANSEN)]
    await world.tell(OPENED, *(facts if first == "finding" else reversed(facts)))
    (flagged,) = world.of(BreachFlagged)
    assert (flagged.contract_id, flagged.rule, flagged.track) == (PROCEDURE, rule, track)
    assert (flagged.phase, flagged.supplier_id) == ("procedure", HANSEN)
    await world.tell(about(kind))
    assert len(world.cases) == 1, "told again it is the same case"


@pytest.mark.parametrize("kind", ["listed", "listed owner", "seat", "admitted"])
async def test_what_is_found_of_who_wins_nothing_is_no_case(kind: str) -> None:
    world = Cases()
    await world.tell(OPENED, intended(NORDLYS), about(kind))
    assert world.cases == []


async def test_another_buyer_s_verdict_on_a_hit_opens_nothing_here() -> None:
    world = Cases()
    theirs = hit_confirmed().model_copy(update={"buyer_id": "dk-cvr-1"})
    await world.tell(OPENED, theirs, intended(HANSEN))
    assert world.cases == []


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("listed", HitDismissed),
        ("listed", HitReopened),
        ("listed", HitEnded),
        ("listed owner", OwnershipFlagged),
        ("russian", OwnershipConcluded),
        ("owner in a haven", JurisdictionEnded),
        ("admitted", ClaimMade),
    ],
)
async def test_what_is_gone_before_the_award_was_intended_opens_nothing(
    kind: str, gone: type[Event]
) -> None:
    world = Cases()
    await world.tell(OPENED, about(kind), no_longer(gone), intended(HANSEN))
    assert world.cases == []
    other = Cases()
    await other.tell(OPENED, about(kind), intended(HANSEN), no_longer(gone))
    assert other.case.open, "a person says what that means"
    assert other.case.notes[-1].startswith("the ground is gone: ")


async def test_a_listed_tenderer_is_held_blocked_told_so_and_excluded() -> None:
    world = Cases(now=BEFORE_CHRISTMAS)
    await world.tell(OPENED, owner_flagged("owned"), intended(HANSEN))
    id = world.case.id
    await world.done(OrderHold(case_id=id, reason="at once"))
    await world.done(ConfirmBreach(case_id=id, reason="60 % is certain"))
    await world.done(ApproveBlock(case_id=id, reason="I agree"), by=ANNA)
    agreement = world.state(Agreement, PROCEDURE)
    found = options(world.case.ground(rule_of(world.case, SHELF)), agreement)
    measures = {one.measure.value for one in found}
    assert "exclude" in measures
    assert "terminate" not in measures, "there is nothing to terminate yet"
    await world.do_effects()
    (letter,) = [d for d in world.store.documents.values() if isinstance(d, Letter)]
    assert "kan ikke tildeles Company" in letter.text_da
    assert "Stands straks" not in letter.text_da, "no work has begun"
    assert "cannot be awarded to" in letter.text_en
    assert "kan inte tilldelas" in letter.text_sv


async def test_a_debt_that_was_denied_and_is_established_is_a_false_declaration_too() -> None:
    world = Cases()
    await world.tell(OPENED, intended(HANSEN), claim_contradicted(140_000))
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="is it due?"))
    await world.done(AnswerEnquiry(case_id=id, answer="it is"))
    await world.done(OpenHearing(case_id=id, subject="a due debt of DKK 140 000"))
    await world.done(AnswerHearing(case_id=id, answer="we forgot it"))
    await world.done(ConfirmBreach(case_id=id, reason="due at the deadline"))
    (false,) = [case for case in world.cases if case.rule == "EX-J"]
    assert (false.contract_id, false.track, false.mandatory) == (PROCEDURE, "enquiry", True)
    assert false.cause_refs == ("claim-1",)


async def test_what_a_tenderer_admits_is_no_false_declaration() -> None:
    world = Cases()
    await world.tell(OPENED, intended(HANSEN), claim_made(True))
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="what were you convicted of?"))
    await world.done(AnswerEnquiry(case_id=id, answer="of bribery"))
    await world.done(OpenHearing(case_id=id, subject="the conviction that you declare"))
    await world.done(AnswerHearing(case_id=id, answer="as we said"))
    await world.done(ConfirmBreach(case_id=id, reason="it says so itself"))
    assert [case.rule for case in world.cases] == ["EX-A2"]


async def test_a_seat_on_the_list_is_heard_and_excluded_as_a_matter_of_procurement() -> None:
    """udbudsloven § 134 a: no self-cleaning, no opinion; the complaints board is the forum."""
    world = Cases()
    await world.tell(OPENED, intended(HANSEN), seated("EX-N", "seat"))
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="is this your seat?"))
    await world.done(AnswerEnquiry(case_id=id, answer="yes"))
    await world.done(OpenHearing(case_id=id, subject="the seat"))
    await world.done(AnswerHearing(case_id=id, answer="we have moved", self_cleaning=True))
    await world.done(ConfirmBreach(case_id=id, reason="the register says so"))
    assert world.case.track == "exclusion"
    await world.done(
        ProposeDecision(
            case_id=id,
            consequence="exclude",
            basis="udbudsloven § 134 a",
            reason="the seat is there",
            weighing=WEIGHED,
        )
    )


# ---------------------------------------------------------------- from procedure to contract


@pytest.mark.parametrize("called", [PROCEDURE, OPENED.reference])
@pytest.mark.parametrize("first", ["awarded", "signed"])
async def test_a_winner_s_case_goes_on_with_its_contract_and_is_not_opened_twice(
    first: str, called: str
) -> None:
    """A contract system names the procedure by its id, or by the buyer's own number."""
    world = Cases()
    await world.tell(OPENED, intended(NORDLYS), claim_contradicted(140_000, NORDLYS))
    signing = signed().model_copy(update={"procedure_id": called})
    facts = [awarded(NORDLYS), signing]
    await world.tell(*(facts if first == "awarded" else reversed(facts)))
    assert (world.case.contract_id, world.case.phase) == (CONTRACT, Phase.AT_AWARD)
    assert world.of(CaseJoined)[-1].contract_id == CONTRACT, "the others are told where it is now"
    ref, rule = world.case.cause.ref, world.case.rule
    await world.tell(
        exposed(NORDLYS, CauseKind.CLAIM, rule, ref=ref, role=Role.SUPPLIER, exposure="exp-9")
    )
    assert world.case.exposure_ids == ("exp-9",)


async def test_a_second_contract_of_a_procedure_leaves_the_case_where_it_is() -> None:
    world = Cases()
    await world.tell(OPENED, intended(NORDLYS), claim_contradicted(140_000, NORDLYS))
    signing = signed().model_copy(update={"procedure_id": PROCEDURE})
    await world.tell(signing, signing.model_copy(update={"contract_id": "rn-2026-014-k2"}))
    assert world.case.contract_id == CONTRACT
