"""The evidence of a case, packed and checked as a person types it, after the story was told."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.e2e.conftest import Told


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
