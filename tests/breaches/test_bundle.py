"""An evidence bundle is checked without the system, and every change to it is found."""

import asyncio
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.breaches.bundle.packing import Evidence, pack
from services.breaches.bundle.verify import verify
from services.breaches.letters import Letter
from shared.testing import T0
from tests.breaches.test_legal_block import ordered


async def evidence() -> Evidence:
    world = await ordered()
    await world.do_effects()
    letters = [d for d in world.store.documents.values() if isinstance(d, Letter)]
    return Evidence(
        case=world.case,
        made=T0,
        chains={"breaches": world.store.journal},
        letters=letters,
        documents={"doc-1": b"%PDF-1.7 owners", "../evil": b"x"},
    )


def kept(folder: Path, data: bytes) -> str:
    (folder / "case.zip").write_bytes(data)
    return str(folder / "case.zip")


async def test_a_bundle_holds_all_that_proves_a_case(tmp_path: Path) -> None:
    data = pack(await evidence(), redacted=False)
    found = verify(kept(tmp_path, data))
    assert found.problems == []
    assert (found.facts > 8, found.withheld) == (True, 0)
    names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert {"case.json", "case.pdf", "lists.json", "verify.py", "documents/doc-1"} <= names
    assert {"letters/001-instruction-sv.pdf", "letters/004-demand-da.txt"} <= names
    assert not any(".." in name for name in names)


async def test_the_same_case_gives_the_same_bytes() -> None:
    one = await evidence()
    assert pack(one, redacted=False) == pack(one, redacted=False)


async def test_the_script_in_a_bundle_checks_it_alone(tmp_path: Path) -> None:
    path = kept(tmp_path, pack(await evidence(), redacted=False))
    with zipfile.ZipFile(path) as bundle:
        (tmp_path / "verify.py").write_bytes(bundle.read("verify.py"))
    run = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), path]
    done = await asyncio.to_thread(
        subprocess.run, run, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is whole" in done.stdout


async def test_a_redacted_bundle_shows_no_text_and_logs_what_it_withholds(tmp_path: Path) -> None:
    one = await evidence()
    data = pack(one, redacted=True)
    found = verify(kept(tmp_path, data))
    assert found.problems == []
    assert found.redacted
    assert found.withheld
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        everything = b"".join(bundle.read(name) for name in bundle.namelist())
        log = json.loads(bundle.read("withheld.json"))
    assert b"listed owner of 60 %" not in everything
    assert {"case.json", "document doc-1"} <= {line["what"] for line in log}
    assert all(len(line["sha256"]) == 64 and line["why"] for line in log)


def changed(data: bytes, name: str, change: Callable[[bytes], bytes], *, hide: bool) -> bytes:
    """A bundle in which a file is another; `hide` mends the manifest, as a forger would."""
    whole, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    files = {n: whole.read(n) for n in whole.namelist()}
    files[name] = change(files[name])
    if hide:
        manifest = json.loads(files["manifest.json"])
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(out, "w") as bundle:
        for one, content in files.items():
            bundle.writestr(one, content)
    return out.getvalue()


def without_line(nth: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        return b"".join(lines[:nth] + lines[nth + 1 :])

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without_line(2), "follows number 2"),
        (lambda data: data.replace(b'"number": 3', b'"number": 9'), "follows number 2"),
        (lambda data: data.replace(b'"time": "2026', b'"time": "2025'), "does not fit"),
    ],
)
async def test_a_forged_chain_is_found_behind_a_mended_manifest(
    tmp_path: Path, change: Callable[[bytes], bytes], problem: str
) -> None:
    one = await evidence()
    name = f"journal/breaches/Case-{one.case.id}.jsonl"
    data = changed(pack(one, redacted=False), name, change, hide=True)
    assert problem in verify(kept(tmp_path, data)).problems[0]


async def test_a_changed_letter_is_found(tmp_path: Path) -> None:
    name = "letters/004-demand-da.txt"
    data = changed(pack(await evidence(), redacted=False), name, lambda old: old + b".", hide=False)
    assert verify(kept(tmp_path, data)).problems == [f"{name}: was changed"]


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_whatever_a_file_holds_a_check_ends_with_words(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert verify(kept(Path(folder), data)).problems
