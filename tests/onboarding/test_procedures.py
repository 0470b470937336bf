"""Procedures: what contracts tells of them is enough to ask in time, and to stop asking."""

from datetime import date, timedelta

from services.onboarding.deciding import PlanProcedure
from services.onboarding.domain import Qualification, Stage, qualification_id
from shared.domain import Caller
from shared.events.contracts import AwardIntended, ProcedureAwarded, ProcedureOpened
from shared.events.onboarding import (
    DocumentPlanned,
    DocumentRequested,
    DocumentRequestWithdrawn,
    PartyRegistered,
)
from shared.events.words import PartyDescription

from .conftest import Onboarding
from .papers import BALTIC, BUYER, HANSEN, NORDLYS, signed

PROCEDURE = "procedure-7d1c"
AWARD = date(2027, 2, 15)
MACHINE = Caller(subject="ecm", roles=("integration",), buyers=(BUYER,))


def opened() -> ProcedureOpened:
    return ProcedureOpened(
        procedure_id=PROCEDURE,
        reference="RN-2026-014",
        buyer_id=BUYER,
        title="Rengøring",
        category="services",
    )


def intended(
    *winners: PartyDescription,
    chain: tuple[PartyDescription, ...] = (),
    award: date | None = AWARD,
) -> AwardIntended:
    return AwardIntended(
        procedure_id=PROCEDURE,
        reference="RN-2026-014",
        buyer_id=BUYER,
        winners=winners,
        chain=chain,
        award_on=award,
        tenders_until=date(2027, 4, 15),
    )


def awarded(*winners: PartyDescription) -> ProcedureAwarded:
    return ProcedureAwarded(
        procedure_id=PROCEDURE,
        reference="RN-2026-014",
        buyer_id=BUYER,
        winner_ids=tuple(one.party_id for one in winners),
        awarded=AWARD,
    )


def of(world: Onboarding, party: PartyDescription, role: str = "supplier") -> Qualification:
    return world.state(Qualification, qualification_id(PROCEDURE, party.party_id, role))


async def test_winners_and_their_chain_are_asked_in_time_without_anybody_typing(
    world: Onboarding,
) -> None:
    await world.tell(opened(), intended(NORDLYS, chain=(BALTIC,)))
    assert world.told.count(PartyRegistered) == 2
    planned = [e for e in world.announced if isinstance(e, DocumentPlanned)]
    assert {(e.party_id, e.kind) for e in planned} == {
        (NORDLYS.party_id, "espd"),
        (NORDLYS.party_id, "serviceattest"),
        (NORDLYS.party_id, "iso-9001"),
        (BALTIC.party_id, "espd"),
        (BALTIC.party_id, "serviceattest"),
    }
    assert all(e.needed == AWARD and e.in_time for e in planned)
    assert of(world, NORDLYS).stage is Stage.DRAFT
    await world.advance(timedelta(days=70))
    assert world.told.count(DocumentRequested) == len(planned)
    assert of(world, NORDLYS).stage is Stage.DOCUMENTS_PENDING


async def test_without_a_day_for_the_award_papers_are_asked_for_at_once(world: Onboarding) -> None:
    await world.tell(opened(), intended(NORDLYS, award=None))
    assert DocumentPlanned not in world.told
    assert world.told.count(DocumentRequested) == 3


async def test_a_newer_intention_moves_the_days_and_lets_others_go(world: Onboarding) -> None:
    await world.tell(opened(), intended(NORDLYS, HANSEN))
    later = AWARD + timedelta(days=30)
    before = {r.kind: r.ask for r in of(world, NORDLYS).requests}
    await world.tell(intended(NORDLYS, award=later))
    after = {r.kind: r.ask for r in of(world, NORDLYS).requests}
    assert all((after[kind] or AWARD) > day for kind, day in before.items() if day)
    assert {r.needed for r in of(world, NORDLYS).requests} == {later}
    assert of(world, HANSEN).closed
    told = len(world.announced)
    await world.tell(intended(NORDLYS, award=later))
    assert len(world.announced) == told, "the same intention says nothing new"


async def test_who_did_not_win_is_asked_for_nothing_more(world: Onboarding) -> None:
    await world.tell(opened(), intended(NORDLYS, HANSEN), awarded(HANSEN))
    assert of(world, NORDLYS).closed
    assert not of(world, HANSEN).closed
    assert world.told.count(DocumentRequestWithdrawn) == 3
    await world.tell(awarded())
    assert of(world, HANSEN).closed


async def test_the_contract_takes_over_from_its_procedure(world: Onboarding) -> None:
    await world.tell(opened(), intended(NORDLYS), awarded(NORDLYS), signed())
    assert of(world, NORDLYS).closed
    open_ones = [
        one
        for (kind, _), one in world.store.documents.items()
        if kind is Qualification and isinstance(one, Qualification) and not one.closed
    ]
    assert [one.contract_id for one in open_ones] == [signed().contract_id]


async def test_a_procedure_told_by_hand_is_the_one_of_the_notice(world: Onboarding) -> None:
    by_hand = PlanProcedure(procedure_id="RN-2026-014", buyer_id=BUYER, award=AWARD)
    await world.tell(by_hand, by=MACHINE)
    await world.tell(opened(), intended(NORDLYS))
    held = [one for kind, one in world.store.documents if kind is Qualification]
    assert held == [qualification_id("RN-2026-014", NORDLYS.party_id, "supplier")]
