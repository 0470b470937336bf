"""Before the award there is no contract: what speaks against a winner is a case of its own."""

from datetime import date, timedelta

import pytest

from services.breaches.commands import (
    AnswerEnquiry,
    ConfirmBreach,
    OpenEnquiry,
    OpenHearing,
)
from services.breaches.domain import Agreement, Phase
from services.breaches.domain.basis import options
from services.breaches.handlers.opening import rule_of
from services.breaches.letters import Letter
from services.breaches.terms import Terms, timetable
from shared.events.breaches import BreachDismissed, BreachFlagged
from shared.events.contracts import AwardIntended, ProcedureAwarded, ProcedureOpened
from shared.events.words import Money, PartyDescription, Status
from shared.testing import T0
from tests.breaches.told import HANSEN, NORDLYS, REGION, SHELF, Cases, claim_contradicted

PROCEDURE = "rn-2026-031"
OPENED = ProcedureOpened(
    procedure_id=PROCEDURE,
    reference="RN-2026-031",
    buyer_id=REGION,
    title="Rengøring af lægehuse",
    value=Money(amount=20_000_000),
)


def intended(*winners: str) -> AwardIntended:
    parties = tuple(PartyDescription(party_id=id, name=f"Company {id}") for id in winners)
    return AwardIntended(
        procedure_id=PROCEDURE,
        reference="RN-2026-031",
        buyer_id=REGION,
        winners=parties,
        award_on=date(2026, 12, 7),
        tenders_until=date(2027, 1, 31),
    )


def awarded(*winners: str) -> ProcedureAwarded:
    return ProcedureAwarded(
        procedure_id=PROCEDURE,
        reference="RN-2026-031",
        buyer_id=REGION,
        winner_ids=winners,
        awarded=date(2026, 12, 7),
    )


@pytest.mark.parametrize("first", ["evidence", "intention"])
async def test_a_debt_of_a_winner_is_a_case_in_the_procedure_whatever_is_told_first(
    first: str,
) -> None:
    world = Cases()
    facts = [claim_contradicted(140_000), intended(HANSEN)]
    await world.tell(OPENED, *(facts if first == "evidence" else reversed(facts)))
    (flagged,) = world.of(BreachFlagged)
    assert (flagged.contract_id, flagged.phase, flagged.mandatory) == (PROCEDURE, "procedure", True)
    assert flagged.status is Status.REVIEW
    assert flagged.basis[0].startswith("udbudsloven § 135, stk. 3")
    await world.tell(claim_contradicted(140_000))
    assert len(world.cases) == 1


async def test_a_debt_of_somebody_who_wins_nothing_is_no_case() -> None:
    world = Cases()
    await world.tell(OPENED, intended(NORDLYS), claim_contradicted(140_000))
    assert world.cases == []


async def test_dates_count_back_from_the_award_and_exclusion_is_what_the_law_gives() -> None:
    world = Cases()
    await world.tell(OPENED, intended(HANSEN), claim_contradicted(140_000))
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="how does this fit with your ESPD?"))
    await world.done(AnswerEnquiry(case_id=id, answer="it does not"))
    await world.done(OpenHearing(case_id=id, subject="a due debt of DKK 140 000"))
    await world.advance(timedelta(days=16))
    await world.done(ConfirmBreach(case_id=id, reason="due at the deadline"))
    agreement = world.state(Agreement, PROCEDURE)
    early = timetable(agreement, Terms(), T0, None)
    assert [one.day.isoformat() for one in early][-1] == "2026-12-04", "a working day before it"
    assert early[0].past, "with an opinion to await it was too late two weeks before"
    debt = next(case for case in world.cases if case.rule == "EX-B1")
    found = options(debt.ground(rule_of(debt, SHELF)), agreement)
    assert "exclude" in {one.measure.value for one in found}


async def test_the_award_to_another_ends_it_and_says_so_by_letter() -> None:
    world = Cases()
    await world.tell(OPENED, intended(HANSEN), claim_contradicted(140_000))
    await world.done(OpenEnquiry(case_id=world.case.id, question="is it due?"))
    await world.tell(awarded(NORDLYS))
    assert len(world.of(BreachDismissed)) == 1
    await world.do_effects()
    letters = [d for d in world.store.documents.values() if isinstance(d, Letter)]
    assert [one.kind for one in letters] == ["enquiry", "ended"]
    assert "uden at I fik kontrakten" in letters[-1].text_da
    assert "kan igen arbejde" not in letters[-1].text_da


async def test_the_case_of_a_winner_goes_on_as_a_ground_that_was_there_at_the_award() -> None:
    world = Cases()
    await world.tell(OPENED, intended(HANSEN), claim_contradicted(140_000), awarded(HANSEN))
    assert world.case.open
    assert world.case.phase is Phase.AT_AWARD
    assert "the ground was there" in world.case.notes[-1]
