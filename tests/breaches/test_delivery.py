"""A question that never arrived cannot lapse; what arrives late is counted from the day it did."""

from datetime import UTC, date, datetime, timedelta

from services.breaches.commands import (
    AnswerAlongside,
    AnswerHearing,
    ExtendDeadline,
    NoteDelivery,
    OpenHearing,
    RestCase,
    ResumeCase,
)
from services.breaches.domain import Stage
from services.breaches.letters import Letter
from shared.events.breaches import (
    AlongsideHeard,
    BreachEscalated,
    DeliveryMissing,
    DeliveryNoted,
    HearingLapsed,
    HearingOpened,
    LetterIssued,
)
from tests.breaches.told import (
    HANSEN,
    LABOUR,
    NORDLYS,
    Cases,
    clauses,
    delivered,
    finding,
    signed,
)


async def heard(*, delivers: bool = True) -> Cases:
    """A hearing of 10 working days, opened on Monday 23 November 2026: until 7 December."""
    world = Cases(delivers=delivers)
    short = finding("wages").model_copy(update={"party_id": HANSEN})
    await world.tell(signed(), clauses(LABOUR), short)
    await world.done(OpenHearing(case_id=world.case.id, subject="three payslips are short"))
    return world


async def kinds(world: Cases) -> list[tuple[str, str]]:
    await world.do_effects()
    found = [d for d in world.store.documents.values() if isinstance(d, Letter)]
    return [(one.kind, one.addressee_id) for one in sorted(found, key=lambda one: one.number)]


async def test_a_hearing_that_never_arrived_does_not_lapse_and_a_person_is_asked() -> None:
    world = await heard(delivers=False)
    await world.advance(timedelta(days=20))
    (missing,) = world.of(DeliveryMissing)
    assert missing.need.kind == "deliver-letter"
    assert missing.need.role == "officer"
    assert not world.of(HearingLapsed)
    assert world.case.stage is Stage.HEARING
    assert world.case.wait is not None
    assert world.case.wait.turn == "officer"
    await world.advance(timedelta(days=40))
    assert len(world.of(BreachEscalated)) == 1, "whom nobody serves is not forgotten"
    assert not world.of(HearingLapsed)


async def test_a_receipt_that_comes_late_moves_the_deadline_and_the_party_is_told() -> None:
    world = await heard(delivers=False)
    assert world.case.due.date() == date(2026, 12, 7)
    await world.advance(timedelta(days=4))
    (opened,) = world.of(HearingOpened)
    await world.tell(delivered(opened, world.now, "digital-post"))
    assert world.case.due.date() == date(2026, 12, 11)
    (noted,) = world.of(DeliveryNoted)
    assert (noted.channel, noted.due) == ("digital-post", world.case.due)
    assert noted.need is not None
    assert noted.need.due == world.case.due
    assert ("extension", NORDLYS) in await kinds(world)
    await world.tell(delivered(opened, world.now, "digital-post"))
    assert len(world.of(DeliveryNoted)) == 1, "a receipt told twice says nothing new"
    await world.advance(timedelta(days=15))
    assert len(world.of(HearingLapsed)) == 1


async def test_delivery_on_the_day_of_sending_moves_nothing() -> None:
    world = await heard()
    (noted,) = world.of(DeliveryNoted)
    assert noted.due is None
    assert world.case.due.date() == date(2026, 12, 7)
    assert ("extension", NORDLYS) not in await kinds(world)


async def test_an_officer_says_how_it_arrived_and_its_time_counts_from_then() -> None:
    world = await heard(delivers=False)
    await world.advance(timedelta(days=20))
    id = world.case.id
    ahead = world.now.date() + timedelta(days=2)
    refused = await world.refused(NoteDelivery(case_id=id, on=ahead, how="a bailiff"))
    assert "between 2026-11-23" in refused
    await world.done(NoteDelivery(case_id=id, on=world.now.date(), how="a bailiff, with receipt"))
    (noted,) = world.of(DeliveryNoted)
    assert (noted.by, noted.reference) == ("mette", "a bailiff, with receipt")
    assert noted.settles, "nobody has to see to it any more"
    refused = await world.refused(NoteDelivery(case_id=id, on=world.now.date(), how="once more"))
    assert "was delivered on" in refused
    await world.advance(timedelta(days=25))
    assert len(world.of(HearingLapsed)) == 1


async def test_whoever_answers_has_got_it() -> None:
    world = await heard(delivers=False)
    await world.advance(timedelta(days=20))
    await world.done(AnswerHearing(case_id=world.case.id, answer="we have just read it"))
    assert world.case.stage is Stage.HEARD


async def test_every_letter_is_issued_and_those_without_a_page_have_a_link_of_their_own() -> None:
    world = await heard()
    await world.do_effects()
    to_supplier, to_subcontractor = world.of(LetterIssued)
    assert (to_supplier.addressee_id, to_supplier.link_id) == (NORDLYS, "")
    assert to_subcontractor.addressee_id == HANSEN
    assert to_subcontractor.link_id == f"link-{world.case.id}-letter-2"
    assert to_subcontractor.due == world.case.due
    assert len(to_subcontractor.sha256_da) == 64
    assert to_subcontractor.sha256_da != to_subcontractor.sha256_sv


async def test_a_subcontractor_is_heard_alongside_once_and_the_supplier_still_answers() -> None:
    world = await heard()
    said = AnswerAlongside(case_id=world.case.id, answer="we have paid", self_cleaning=True)
    await world.done(said)
    (told,) = world.of(AlongsideHeard)
    assert told.party_id == HANSEN
    assert world.case.stage is Stage.HEARING
    assert world.case.cleaning_offered
    assert "answered already" in await world.refused(said)
    await world.advance(timedelta(days=30))
    assert len(world.of(HearingLapsed)) == 1


async def test_more_time_a_rest_and_its_end_are_told_by_letter() -> None:
    world = await heard()
    id = world.case.id
    await world.done(ExtendDeadline(case_id=id, working_days=15, reason="they asked for it"))
    await world.done(RestCase(case_id=id, kind="disputed", working_days=20, reason="talks"))
    await world.done(ResumeCase(case_id=id, reason="the talks are over"))
    said = [kind for kind, to in await kinds(world) if to == NORDLYS]
    assert said == ["hearing", "extension", "rests", "resumed"]


async def test_an_old_receipt_still_leaves_a_day() -> None:
    """What is found out months later ends no hearing in the past."""
    world = await heard(delivers=False)
    await world.advance(timedelta(days=40))
    (opened,) = world.of(HearingOpened)
    await world.tell(delivered(opened, datetime(2026, 11, 24, 9, tzinfo=UTC)))
    assert world.case.due == world.now + timedelta(days=1)
