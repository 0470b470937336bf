"""Whoever works here no longer is taken out of the directory by itself."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications.domain import DIRECTORY, Directory, Preferences, preferences_id
from services.notifications.handlers import router
from services.notifications.messages import (
    HoldPerson,
    KnowCaller,
    ReleasePerson,
    SetPreferences,
)
from shared.domain import Caller
from shared.events.notifications import PeopleForgotten
from shared.testing import World, play
from tests.notifications.people import BUYER, TAKEN
from tests.notifications.test_handlers import adapters

NEW = Caller(subject="nina", name="Nina Ny", roles=("officer",), buyers=(BUYER,))
ADMIN = Caller(subject="ulla", roles=("admin",), buyers=(BUYER,))
STRANGER = Caller(subject="far", roles=("admin",), buyers=("dk-cvr-11111111",))
SIGNS_IN = KnowCaller(email="nina@region.example")


@pytest.fixture
async def world() -> World:
    """Those of the list, and one who is known because she signed in."""
    world = await play(router, TAKEN, adapters=adapters())
    await world.tell(SIGNS_IN, by=NEW)
    return world


def directory(world: World) -> Directory:
    return world.state(Directory, DIRECTORY)


def forgotten(world: World) -> list[Any]:
    return [one for one in world.announced if isinstance(one, PeopleForgotten)]


async def pass_weeks(world: World, weeks: int) -> None:
    for _ in range(weeks):
        await world.advance(timedelta(days=7, minutes=1))


async def test_whom_nobody_saw_for_a_year_is_forgotten_and_the_list_stays(world: World) -> None:
    await world.tell(SetPreferences(mail="digest", quiet_from="18:00", quiet_to="07:00"), by=NEW)
    before = len(directory(world).people)
    await pass_weeks(world, 50)
    assert directory(world).find("nina") is not None
    await pass_weeks(world, 4)
    assert directory(world).find("nina") is None
    assert len(directory(world).people) == before - 1, "who stands in the list is kept"
    (fact,) = forgotten(world)
    assert (fact.people, fact.held, fact.rules) == (1, 0, ("DK-PEOPLE",))
    assert "Nina" not in fact.model_dump_json()
    own = world.state(Preferences, preferences_id("nina"))
    assert (own.mail, own.quiet_from) == ("at-once", "")


async def test_whoever_signs_in_again_begins_anew(world: World) -> None:
    await pass_weeks(world, 40)
    await world.tell(SIGNS_IN, by=NEW)
    await pass_weeks(world, 40)
    assert directory(world).find("nina") is not None
    assert forgotten(world) == []


async def test_somebody_is_held_back_by_an_administrator_of_hers_alone(world: World) -> None:
    refused = await world.tell(HoldPerson(subject="nina", reason="a court asks"), by=STRANGER)
    assert refused.error is not None
    await world.tell(HoldPerson(subject="nina", reason="a court asks"), by=ADMIN)
    await pass_weeks(world, 60)
    assert directory(world).find("nina") is not None
    await world.tell(ReleasePerson(subject="nina"), by=ADMIN)
    await pass_weeks(world, 2)
    assert directory(world).find("nina") is None
