"""A lane under any order of statuses, outcomes and confirmations: the rules that always hold."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.domain import Delivery, Lane, State
from services.contracts.domain.deliveries import PAUSES
from shared.events.contracts import StatusNotAcknowledged
from shared.testing import T0

DAY = timedelta(days=1)
STEPS = st.lists(
    st.sampled_from(["status", "taken", "failed", "resume", "confirm old", "confirm", "late"]),
    max_size=40,
)
ENDED = (State.DELIVERED, State.SUPERSEDED, State.GIVEN_UP)


def delivery(version: int) -> Delivery:
    return Delivery(
        id=f"msg-{version}",
        endpoint_id="e",
        contract_id="k",
        buyer_id="b",
        status_version=version,
        body="{}",
        at=T0.isoformat(),
    )


@given(STEPS)
def test_one_is_in_flight_none_is_lost_and_the_newest_is_the_last(steps: list[str]) -> None:
    lane = Lane(id="lane", endpoint_id="e", contract_id="k")
    now, version = T0, 0
    told: dict[str, Delivery] = {}
    delivered: list[int] = []
    for step in steps:
        now += timedelta(hours=1)
        current = lane.current.id if lane.current else ""
        changed: list[Delivery] = []
        if step == "status":
            version += 1
            lane.expect(version, now, now + DAY)
            changed = lane.offer(delivery(version), now)
        elif step == "taken":
            changed = lane.taken(current, now)
        elif step == "failed":
            changed = lane.not_taken(current, "answered 500", now)
        elif step == "resume":
            changed = lane.resume(current)
        elif step.startswith("confirm") and version:
            lane.acknowledged(version - (step == "confirm old"))
        elif step == "late":
            lane.is_late("b", now, now + DAY)
        told |= {one.id: one for one in changed}
        delivered += [one.status_version for one in changed if one.state is State.DELIVERED]
        assert [one.state for one in told.values()].count(State.TRYING) <= 1
        assert not lane.alarmed or lane.owed
    assert delivered == sorted(set(delivered))
    assert len(told) == version, "every status can be seen"
    on_its_way = [one for one in told.values() if one.state not in ENDED]
    assert [one.id for one in on_its_way] == [
        one.id for one in (lane.current, lane.waiting) if one is not None
    ]
    newest = told.get(f"msg-{version}")
    assert newest is None or newest.state is not State.SUPERSEDED


@given(STEPS)
def test_an_alarm_rings_once_until_the_newest_is_confirmed(steps: list[str]) -> None:
    lane = Lane(id="lane", endpoint_id="e", contract_id="k")
    now, version, confirmed, rung = T0, 0, 0, False
    for step in steps:
        now += timedelta(hours=20)
        if step == "status":
            version += 1
            lane.expect(version, now, now + DAY)
        elif step == "confirm" and version:
            lane.acknowledged(version)
            confirmed, rung = version, False
        elif step == "late":
            lane.is_late("b", now, now + DAY)
        alarms = [one for one in lane.take_announced() if isinstance(one, StatusNotAcknowledged)]
        assert len(alarms) <= (0 if rung or confirmed == version else 1)
        rung = rung or bool(alarms)
    assert bool(lane.owed) == (confirmed < version)


def test_it_is_tried_for_three_days_and_then_given_up() -> None:
    lane = Lane(id="lane", endpoint_id="e", contract_id="k")
    lane.offer(delivery(1), T0)
    now = T0
    for pause in PAUSES:
        [resting] = lane.not_taken("msg-1", "answered 500", now)
        assert resting.next_try == now + pause
        now += pause
        lane.resume("msg-1")
    [last] = lane.not_taken("msg-1", "answered 500", now)
    assert last.state is State.GIVEN_UP
    assert timedelta(days=3) <= now - T0 < timedelta(days=4)
