"""A list that grows too old, and parties that are not compared, ring the administrator once."""

from datetime import timedelta

from services.screening.domain import Polling, Screening, polling_id
from services.screening.handlers import sweeping
from services.screening.limits import limits
from services.screening.messages import WatchLists
from services.screening.sources import sources
from shared.events.onboarding import PartyChanged
from shared.events.screening import (
    CoverageClosed,
    CoverageOverdue,
    HitEnded,
    HitRaised,
    ListOverdue,
    ListRenewed,
    PartyScreened,
)
from tests.screening.stage import Stage, eu_entry, eu_list, person, registered

EU = eu_list(eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17"))
NEWER = eu_list(eu_entry(1, "Vsevolod ZHARKOVETSKIY"), day="2026-11-25")
OWN = b"id,schema,name\nx1,Person,Vsevolod ZHARKOVETSKIY\n"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMELESS = person("x", "???")


def polled(stage: Stage, source: str) -> None:
    """The publisher has said just now that the list is still the one that we know."""
    record = Polling(id=polling_id(source), source=source, checked=stage.now)
    stage.store.documents[Polling, record.id] = record


def test_every_binding_list_has_a_limit_and_no_other_list() -> None:
    binding = {name for name, known in sources().items() if known.binding}
    assert limits().lists.overdue_hours.keys() == binding


# -------------------------------------------------------------------- age


async def test_a_binding_list_that_is_not_confirmed_in_time_is_said_once_and_ended() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    await stage.advance(DAY - HOUR)
    assert stage.said(ListOverdue) == []
    await stage.advance(3 * DAY)
    (overdue,) = stage.said(ListOverdue)
    assert (overdue.source, overdue.limit_hours) == ("eu", 24)
    assert (overdue.need.role, overdue.need.kind) == ("admin", "renew-list")
    assert overdue.current_at is not None
    polled(stage, "eu")
    await stage.advance(HOUR)
    (renewed,) = stage.said(ListRenewed)
    assert renewed.settles == (overdue.need.id,)
    await stage.advance(DAY)
    assert len(stage.said(ListOverdue)) == 2


async def test_a_list_that_is_confirmed_again_and_again_is_never_overdue() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    for _ in range(5):
        await stage.advance(DAY - HOUR)
        polled(stage, "eu")
    assert stage.said(ListOverdue) == []


async def test_a_new_version_ends_it_at_once() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    await stage.advance(2 * DAY)
    await stage.list_in_force("eu", NEWER)
    assert [type(e) for e in stage.announced if type(e) in (ListOverdue, ListRenewed)] == [
        ListOverdue,
        ListRenewed,
    ]


async def test_the_same_file_loaded_by_hand_says_that_the_list_is_still_current() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    await stage.advance(2 * DAY)
    (overdue,) = stage.said(ListOverdue)
    loaded_at = stage.now
    outcome = await stage.load("eu", EU)
    assert outcome.result is not None
    assert outcome.result["note"] == "this version is in force already"
    await stage.advance(timedelta(seconds=2))
    (renewed,) = stage.said(ListRenewed)
    assert renewed.settles == (overdue.need.id,)
    assert (renewed.version, renewed.current_at) == (overdue.version, loaded_at)
    await stage.advance(DAY - HOUR)
    assert len(stage.said(ListOverdue)) == 1


async def test_the_same_file_by_hand_keeps_what_the_publisher_gave_with_it() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    known = Polling(id=polling_id("eu"), source="eu", etag='"v1"', attempt=3, failures=2)
    stage.store.documents[Polling, known.id] = known
    await stage.load("eu", EU)
    assert stage.state(Polling, known.id) == known.model_copy(update={"checked": stage.now})


async def test_a_binding_list_that_never_came_is_overdue_too() -> None:
    stage = Stage()
    await stage.tell(WatchLists(), WatchLists())
    await stage.advance(2 * DAY)
    await stage.tell(WatchLists())
    assert {(e.source, e.version, e.current_at) for e in stage.said(ListOverdue)} == {
        ("eu", None, None),
        ("un", None, None),
    }
    assert len(stage.said(ListOverdue)) == 2


async def test_an_advisory_list_is_never_overdue() -> None:
    stage = Stage()
    await stage.list_in_force("own", OWN)
    await stage.advance(10 * DAY)
    assert stage.said(ListOverdue) == []
    assert not stage.deadlines


# -------------------------------------------------------------------- coverage


async def test_a_party_that_cannot_be_compared_has_no_proof_and_becomes_an_alarm() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    await stage.tell(registered(NAMELESS))
    assert stage.said(PartyScreened) == []
    assert stage.state(Screening, "person-x").compared == ()
    await stage.advance(DAY - HOUR)
    assert stage.said(CoverageOverdue) == []
    await stage.advance(2 * DAY)
    (alarm,) = stage.said(CoverageOverdue)
    assert (alarm.source, alarm.gaps, alarm.whole) == ("eu", 1, True)
    assert (alarm.need.role, alarm.need.kind) == ("admin", "close-coverage")
    await stage.tell(PartyChanged(party=person("x", "Kirsten Aagaard"), changed=("name",)))
    await stage.advance(timedelta(seconds=2))
    (closed,) = stage.said(CoverageClosed)
    assert closed.settles == (alarm.need.id,)
    (proof,) = stage.said(PartyScreened)
    assert proof.hits == ()


async def test_a_gap_that_a_sweep_finds_is_an_alarm_after_its_limit() -> None:
    stage = Stage()
    await stage.tell(registered(NAMELESS))
    await stage.list_in_force("eu", EU)
    await stage.advance(DAY + HOUR)
    assert [alarm.gaps for alarm in stage.said(CoverageOverdue)] == [1]


async def test_a_party_that_lost_its_name_keeps_its_hits() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    await stage.tell(registered(person("a", "Vsevolod Zharkovetskij", "1968-03-17")))
    await stage.tell(PartyChanged(party=person("a", "…"), changed=("name",)))
    assert len(stage.said(HitRaised)) == 1
    assert stage.said(HitEnded) == []


async def test_a_comparison_that_does_not_end_is_an_alarm_until_it_does() -> None:
    stage = Stage()
    await stage.load("eu", EU)
    await stage.do_next_part()
    stalled = {id: due for id, due in stage.deadlines.items() if id.startswith("sweep-")}
    for id in stalled:
        del stage.store.deadlines[id]
    await stage.advance(DAY + HOUR)
    (alarm,) = stage.said(CoverageOverdue)
    assert (alarm.gaps, alarm.whole) == (0, False)
    stage.store.deadlines |= stalled
    await stage.advance(sweeping.SECOND_WALK_AFTER + HOUR)
    assert len(stage.said(CoverageClosed)) == 1
