"""The nightly file: each night one, whole, with what was true when it was made."""

import csv
import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from services.contracts.handlers.nightly import Nights
from services.contracts.sending_terms import SendingTerms
from shared.testing import T0, World
from tests.contracts.conftest import package, release
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BUYER, found


@pytest.fixture
def status_folder(tmp_path: Path) -> Path:
    return tmp_path / "statuses"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def text_of(path: Path) -> str:
    return path.read_text()


async def test_each_night_the_statuses_lie_in_the_folder(world: World, status_folder: Path) -> None:
    await take_in(world, package(release(1)))
    await world.advance(timedelta(hours=20))
    await world.do_effects()
    await world.tell(found())
    await world.advance(timedelta(days=1))
    await world.do_effects()
    files = names_in(status_folder)
    assert files == [f"statuses-{BUYER}-2026-11-24.csv", f"statuses-{BUYER}-2026-11-25.csv"]
    told = []
    for name in files:
        lines = text_of(status_folder / name).splitlines()
        told.append({row["id"]: row["status"] for row in csv.DictReader(lines)}[K1])
    assert told == ["CLEAR", "REVIEW"]
    assert [line.split()[0] for line in world.state(Nights, BUYER).written] == files


async def test_a_file_that_is_written_late_says_what_was_true_at_night(
    world: World, status_folder: Path
) -> None:
    await take_in(world, package(release(1)))
    await world.advance(timedelta(hours=20))
    await world.tell(found())
    await world.do_effects()
    [name] = names_in(status_folder)
    assert "REVIEW" not in text_of(status_folder / name)


@pytest.mark.parametrize("country", ["DK", "SE", "PL"])
def test_the_night_is_the_buyers_and_comes_once_a_day_through_changes_of_the_clock(
    country: str,
) -> None:
    terms = SendingTerms.load(
        Path(__file__).parents[2] / "services/contracts/templates/sending.json"
    )
    at, nights = T0, []
    for _ in range(400):
        at = terms.next_night(at, country)
        nights.append(at)
    gaps = {later - earlier for earlier, later in itertools.pairwise(nights)}
    assert gaps <= {timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)}
    assert len({night.date() for night in nights}) == 400
