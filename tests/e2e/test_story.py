"""The main story, from end to end on a real system: once, its evidence, again, through kills."""

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from shared.embedded.secrets import secret_settings
from shared.events.base import Event
from shared.events.breaches import InterimMeasureOrdered
from shared.events.onboarding import OwnershipDeclared
from shared.story.player import Player
from shared.story.playing import tell
from shared.telemetry import masked
from shared.testing import until
from tests.e2e.conftest import Told
from tests.e2e.outcome import outcome
from tests.e2e.system import System

LONGEST = 180.0
"""Seconds for a few chapters and a start of the system between them, on a busy machine."""

KILLED_AFTER: tuple[type[Event], ...] = (OwnershipDeclared, InterimMeasureOrdered)
"""Facts after which all services are killed at once: while papers are read, while a case runs."""


def test_the_story_is_true_to_its_end(told: Told) -> None:
    """Every claim of every chapter was tested while it was told; this is how things stand."""
    stands = {status for _, _, status in told.outcome["contracts"]}
    assert stands == {"CLEAR", "CONDITIONAL"}
    assert [stage for stage, _ in told.outcome["replacements"]] == ["replaced"]


def test_the_log_of_the_story_holds_no_secret_and_no_number_of_a_person(told: Told) -> None:
    """Everything that the process wrote, libraries too, while papers, links and tokens passed."""
    log = told.system.log + (told.system.data / "ansvar.log").read_text()
    assert log.count("answered") > 50
    for name, secret in secret_settings(told.system.data).items():
        assert secret not in log or name == "ANSVAR_ISSUER_KEY_FILE", name
    for line in log.splitlines():
        assert masked(line) == line


async def test_the_evidence_of_a_case_is_packed_checked_and_every_change_is_found(
    told: Told, tmp_path: Path
) -> None:
    case_id = await _replaced(told)
    bundle, redacted = tmp_path / "case.zip", tmp_path / "redacted.zip"
    told.system.ansvar("bundle", case_id, str(bundle))
    told.system.ansvar("bundle", case_id, str(redacted), "--redacted")

    names = zipfile.ZipFile(bundle).namelist()
    parts = {name.partition("/")[0] for name in names}
    assert {"case.json", "case.pdf", "journal", "letters", "lists.json", "verify.py"} <= parts
    services = {name.split("/")[1] for name in names if name.startswith("journal/")}
    assert {"breaches", "subcontractors"} <= services
    assert any(name.startswith("letters/") and "-demand-sv" in name for name in names)
    assert f"the bundle of {case_id} is whole" in told.system.ansvar(
        "bundle", "verify", str(bundle)
    )

    hidden = zipfile.ZipFile(redacted)
    log = json.loads(hidden.read("withheld.json"))
    assert {"case.json"} <= {one["what"] for one in log}
    assert all(one["sha256"] and one["why"] for one in log)
    assert not [name for name in hidden.namelist() if name.startswith("letters/")]
    said = told.system.ansvar("bundle", "verify", str(redacted))
    assert "is whole" in said
    assert "with their text withheld" in said

    letter = next(name for name in names if name.endswith(".pdf") and name.startswith("letters/"))
    changed = _with_one_byte_more(bundle, letter)
    alone = _checked_alone(changed)
    assert alone.returncode == 1
    assert f"{letter}: was changed" in alone.stdout
    assert _checked_alone(bundle).returncode == 0


async def test_the_same_files_and_requests_a_second_time_change_nothing(told: Told) -> None:
    before = await asyncio.to_thread(told.system.ansvar, "journal", "verify")
    said = await asyncio.to_thread(told.system.ansvar, "demo")
    assert "All of this had happened before" in said
    assert before.strip() in said, "every journal holds as many facts as before"
    async with told.system.player() as player:
        assert await outcome(player) == told.outcome


@pytest.mark.long
async def test_kills_in_the_middle_end_in_the_same_final_state(told: Told, system: System) -> None:
    """The people go on as if nothing had happened: they send again what was not answered."""
    await asyncio.to_thread(system.start)
    async with system.player(patience=LONGEST) as player:
        telling = asyncio.create_task(tell(player))
        for kind in KILLED_AFTER:
            await _after(kind, player, telling)
            await asyncio.to_thread(system.kill)
            await asyncio.to_thread(system.start)
        await telling
        assert await outcome(player) == told.outcome
        assert "broken" not in await asyncio.to_thread(system.ansvar, "journal", "verify")


async def _after(kind: type[Event], player: Player, telling: "asyncio.Task[bool]") -> None:
    """Until a fact is heard. A story that breaks off before says at once why."""

    async def heard_or_broken_off() -> bool:
        return bool(player.facts.all(kind)) or telling.done()

    await until(heard_or_broken_off, seconds=LONGEST)
    if telling.done():
        await telling
        raise AssertionError(f"the story was over before {kind.__name__}")


async def _replaced(told: Told) -> str:
    """The id of the case in which a subcontractor was replaced."""
    async with told.system.player() as player:
        found = await player.officer.get("/api/subcontractors/replacements", buyer_id=player.buyer)
    return str(found["items"][0]["case_id"])


def _with_one_byte_more(bundle: Path, name: str) -> Path:
    changed = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, data + b" " if info.filename == name else data)
    return changed


def _checked_alone(bundle: Path) -> "subprocess.CompletedProcess[str]":
    """By the script in the bundle: somebody who has nothing but Python and the file."""
    script = bundle.with_suffix(".py")
    script.write_bytes(zipfile.ZipFile(bundle).read("verify.py"))
    said = [sys.executable, "-I", str(script), str(bundle)]
    return subprocess.run(said, capture_output=True, text=True, check=False)
