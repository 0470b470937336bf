"""Who asked for access to documents is erased by itself, held back, or decided on first."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.breaches.domain.insight import Insight
from services.breaches.insight.commands import (
    DecideInsightErasure,
    HoldInsight,
    InsightErasureDue,
    InsightErasureNear,
    ReleaseInsight,
    WithdrawInsight,
)
from shared.events.breaches import (
    InsightErased,
    InsightErasureAnnounced,
    InsightErasureWaits,
    InsightHeld,
)
from shared.sealing import HeldBack
from shared.testing import T0
from tests.breaches.test_insight import APPLICANT, ID, asked, request
from tests.breaches.test_legal_block import blocked
from tests.breaches.told import OFFICER, STRANGER, Cases

YEAR = timedelta(days=365)


async def over(country: str = "DK") -> Cases:
    """A request that was withdrawn: its time runs from now on."""
    world = await blocked()
    await world.done(asked(country))
    await world.done(WithdrawInsight(insight_id=ID, reason="it was found on the web"))
    await world.do_effects()
    return world


async def pass_time(world: Cases, years: float) -> None:
    await world.advance(YEAR * years)
    await world.do_effects()


async def known(world: Cases) -> bool:
    """Whether there is still a key with which it can be read who asked."""
    keys: Any = await world.store.keyring.keys([("personal", APPLICANT)], create=False)
    return keys.get(("personal", APPLICANT)) is not None


async def test_a_danish_request_is_erased_after_its_time_and_not_before() -> None:
    world = await over()
    kept = request(world).kept
    assert kept is not None
    assert (kept.rule, kept.erase_on.isoformat()) == ("DK-INSIGHT", "2031-11-23")
    await pass_time(world, 4.9)
    assert await known(world)
    await pass_time(world, 0.3)
    assert not await known(world)
    (fact,) = world.of(InsightErased)
    assert fact.rule == "DK-INSIGHT"
    assert "erased already" in await world.refused(HoldInsight(insight_id=ID, reason="a court"))


async def test_an_officer_is_told_once_some_working_days_before_it_is_erased() -> None:
    world = await over()
    kept = request(world).kept
    assert kept is not None
    assert kept.tell_on == date(2031, 10, 27)  # 20 working days before Sunday, 23 November
    await pass_time(world, 4.9)
    assert world.of(InsightErasureAnnounced) == []
    await world.advance(timedelta(days=12))
    await world.tell(InsightErasureNear(insight_id=ID, due=T0))
    (fact,) = world.of(InsightErasureAnnounced)
    assert (fact.rule, fact.erase_on.isoformat()) == ("DK-INSIGHT", "2031-11-23")
    assert fact.needs_decision is False
    assert (fact.need.kind, fact.need.role) == ("review-keeping", "officer")
    assert fact.need.due == datetime(2031, 11, 23, 11, tzinfo=UTC)
    await world.done(HoldInsight(insight_id=ID, reason="it is in court"))
    assert fact.need.id in world.of(InsightHeld)[0].settles


async def test_nobody_is_told_of_what_is_held_or_decided_already() -> None:
    held = await over()
    await held.done(HoldInsight(insight_id=ID, reason="it is in court"))
    decided = await over("SE")
    await decided.done(
        DecideInsightErasure(insight_id=ID, reference="RN 2029/114", reason="as the plan says")
    )
    for world in (held, decided):
        await pass_time(world, 5)
        assert world.of(InsightErasureAnnounced) == []


async def test_what_nobody_decided_on_when_told_is_asked_for_when_its_day_comes() -> None:
    world = await over("SE")
    await pass_time(world, 3)
    (told,), (waits,) = world.of(InsightErasureAnnounced), world.of(InsightErasureWaits)
    assert told.needs_decision
    assert waits.settles == (told.need.id,)


async def test_a_hold_keeps_it_and_its_end_erases_it_at_once() -> None:
    world = await over()
    refused = await world.refused(HoldInsight(insight_id=ID, reason="a court"), by=STRANGER)
    assert "act for" in refused
    await world.done(HoldInsight(insight_id=ID, reason="it is in court"))
    await pass_time(world, 6)
    assert await known(world)
    assert [one.why for one in world.of(InsightErasureWaits)] == ["held"]
    await world.done(ReleaseInsight(insight_id=ID, reason="the case is over"))
    await world.do_effects()
    assert not await known(world)
    assert len(world.of(InsightErased)) == 1


async def test_in_sweden_nothing_goes_before_a_decision_and_somebody_is_asked_for_it() -> None:
    world = await over("SE")
    await pass_time(world, 3)
    assert await known(world)
    (fact,) = world.of(InsightErasureWaits)
    assert (fact.why, fact.need.kind, fact.need.role) == ("undecided", "decide-erasure", "officer")
    decide = DecideInsightErasure(insight_id=ID, reference="RN 2029/114", reason="as the plan says")
    told = await world.done(decide, by=OFFICER)
    assert told["erase_on"] == "2028-11-23"
    await world.do_effects()
    assert not await known(world)
    assert fact.need.id in world.of(InsightErased)[0].settles


async def test_a_person_whose_keys_are_held_is_tried_again() -> None:
    class Held:
        held = True

        async def destroy(self, subject: str) -> None:
            assert subject == APPLICANT
            if self.held:
                raise HeldBack("a case is in court")

    world, ring = await over(), Held()
    world.keys.ring = ring
    await pass_time(world, 5.1)
    assert world.of(InsightErased) == []
    ring.held = False
    await pass_time(world, 0.2)
    assert len(world.of(InsightErased)) == 1


async def test_its_day_comes_once_however_often_it_is_said() -> None:
    world = await over()
    await pass_time(world, 5.1)
    await world.tell(InsightErasureDue(insight_id=ID))
    await world.do_effects()
    assert len(world.of(InsightErased)) == 1


async def test_nothing_is_held_before_it_is_over() -> None:
    world = await blocked()
    await world.done(asked())
    assert "not over yet" in await world.refused(HoldInsight(insight_id=ID, reason="a court"))
    assert world.state(Insight, ID).kept is None
