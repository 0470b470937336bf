"""Every state that a case can really reach is walked to, and every step is tried in each of them.

The random walks of `test_machine` try what nobody thought of; this walk leaves nothing out. The
last tests plant defects in the machine: a walk that did not find them would prove nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.breaches.domain import PATHS, Action, Case, Stage
from shared.domain import Caller
from shared.events.breaches import Track
from tests.breaches.test_machine import (
    ARTICLE_9,
    BEGINNINGS,
    CLARA,
    WAITING,
    _any,
    decided,
    must_be_lawful,
    must_have_been_lawful,
)
from tests.breaches.told import ANNA, BO, Cases

Key = tuple[Track, Stage, bool, bool, bool, bool]
"""Whether it rests, whether self-cleaning was weighed, whether the ground is established and
whether payment is held decide what is possible, too."""

Path = tuple[Action | timedelta, ...]
TIME = timedelta(days=16)
"""Longer than any answer may take, and shorter than a rest."""

SIGNERS = (ANNA, BO)
BY: dict[Action, tuple[Caller, ...]] = {Action.SIGN: SIGNERS, Action.APPROVE: (ANNA,)}


def key_of(case: Case) -> Key:
    weighed, held = case.cleaning is not None, case.withheld > 0
    return case.track, case.stage, case.rest is not None, weighed, case.established, held


async def take(world: Cases, step: Action | timedelta) -> None:
    """The step as whoever may takes it. Of a decision, the gravest that is lawful."""
    if isinstance(step, timedelta):
        await world.advance(step)
        return
    id = world.case.id
    if step is Action.PROPOSE:
        for consequence, basis in (
            ("replace", "clause replacement"),
            ("hold_payment", "clause labour-ilo94"),
            ("derogate", ARTICLE_9),
        ):
            if (await world.tell(decided(id, consequence, basis), by=CLARA)).error is None:
                return
    for person in BY.get(step, (CLARA,)):
        await world.tell(_any(step, id), by=person)


async def at(beginning: str, path: Path) -> Cases:
    world = Cases()
    await world.tell(*BEGINNINGS[beginning])
    for step in path:
        await take(world, step)
    return world


async def walked(beginning: str) -> dict[Key, set[Key]]:
    """Every state that can be reached from a beginning, and where each step leads from there."""
    start = key_of((await at(beginning, ())).case)
    ahead: list[tuple[Key, Path]] = [(start, ())]
    leads: dict[Key, set[Key]] = {start: set()}
    while ahead:
        here, path = ahead.pop(0)
        world = await at(beginning, path)
        possible = world.case.wait.may if world.case.wait else ()
        for step in Action:
            if step not in possible:
                await take(world, step)
                assert key_of(world.case) == here, f"{step} is not possible in {here}"
        ways: Path = (*possible, TIME)
        for way in ways:
            there = await _lawful_after(beginning, (*path, way))
            leads[here].add(there)
            if there not in leads:
                leads[there] = set()
                if not there[1].is_over:
                    ahead.append((there, (*path, way)))
    return leads


async def _lawful_after(beginning: str, path: Path) -> Key:
    world = await at(beginning, path)
    must_be_lawful(world, world.case)
    must_have_been_lawful(world.announced)
    assert not world.rejected
    return key_of(world.case)


async def test_every_state_is_really_reached_and_every_state_leads_to_an_end() -> None:
    reached = set[tuple[Track, Stage]]()
    for beginning in ("block", "claim", "wages", "goods", "devices"):
        leads = await walked(beginning)
        reached |= {(track, stage) for track, stage, *_ in leads}
        ending = {key for key in leads if key[1].is_over}
        while more := {k for k, to in leads.items() if k not in ending and to & ending}:
            ending |= more
        assert ending == set(leads), "from somewhere no step leads to an end"
    assert reached >= set(WAITING)


def may(
    track: Track, stage: Stage, more: tuple[Action, ...] = (), less: Action | None = None
) -> Any:
    wait = PATHS[track][stage]
    actions = tuple(action for action in (*wait.may, *more) if action is not less)
    return wait.model_copy(update={"may": actions})


Plant = Callable[[pytest.MonkeyPatch], None]


def ground_before_the_hearing(patch: pytest.MonkeyPatch) -> None:
    wrong = may(Track.CONTRACT_BREACH, Stage.FLAGGED, (Action.CONFIRM,))
    patch.setitem(PATHS[Track.CONTRACT_BREACH], Stage.FLAGGED, wrong)


def no_way_out(patch: pytest.MonkeyPatch) -> None:
    wrong = may(Track.CONTRACT_BREACH, Stage.CONFIRMED, less=Action.DISMISS)
    patch.setitem(PATHS[Track.CONTRACT_BREACH], Stage.CONFIRMED, wrong)


def nobody_is_asked(patch: pytest.MonkeyPatch) -> None:
    enter = Case.enter

    def silent(case: Case, stage: Stage, *more: Any, **named: Any) -> Any:
        said = enter(case, stage, *more, **named)
        return {**said, "need": None} if stage is Stage.HEARD else said

    patch.setattr(Case, "enter", silent)


def money_stays_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "release_all", lambda *said: None)


def one_signature_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("services.breaches.domain.decision.SIGNATURES", 1)
    sign: Any = Case.sign

    def alone(case: Case, *said: Any) -> Any:
        return sign(case, *said[:5], 1)

    patch.setattr(Case, "sign", alone)


def no_clock(patch: pytest.MonkeyPatch) -> None:
    def kept(unit: Any, case: Case) -> None:
        unit.save(case)

    for module in ("steps", "turns", "exposures", "findings", "followup"):
        patch.setattr(f"services.breaches.handlers.{module}.save", kept)


DEFECTS: tuple[Plant, ...] = (
    ground_before_the_hearing,
    no_way_out,
    nobody_is_asked,
    money_stays_held,
    one_signature_is_enough,
    no_clock,
)


@pytest.mark.parametrize("plant", DEFECTS, ids=lambda plant: plant.__name__)
async def test_the_walk_finds_a_defect_that_is_planted(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        await walked("wages")
