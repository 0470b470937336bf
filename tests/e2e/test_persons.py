"""A person's name, from one end of the system to the other: sealed, seen on record, erased."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.administration.line import read_whole
from shared.embedded.secrets import ISSUER_KEY
from shared.issuer import Issuer
from shared.mongo import connect
from tests.e2e.conftest import Told
from tests.e2e.system import SAMPLES, System

pytestmark = pytest.mark.long

PARTY, COMPANY = "dk-cvr-92431185", "Nordlys"
PLANTED = "Lykke Brandstrup Kvist"
"""An owner of the company in the samples, on no list: listed names are public and in clear."""

LOG = Path("up.log")
"""Beside the data: what the processes of the system said."""

NEVER_OURS = ("intake", "mail", "demo")
"""Folders of the trial with what was sent to us or by us, as the sender or addressee has it."""


def pieces(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield str(name)
            yield from pieces(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from pieces(below)
    else:
        yield value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


async def in_the_database(url: str) -> str:
    client: Any = connect(url)
    found: list[str] = []
    for name in await client.list_database_names():
        for collection in await client[name].list_collection_names():
            async for document in client[name][collection].find({}):
                found += pieces(document)
    client.close()
    return "\n".join(found)


def on_disk(data: Path) -> Iterator[tuple[Path, bytes]]:
    for file in sorted(data.rglob("*")):
        if file.is_file() and file.relative_to(data).parts[0] not in NEVER_OURS:
            yield file, file.read_bytes()


def _export(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.read_text())
    return told


def _names_her(export: Path) -> bool:
    return PLANTED in export.read_text()


def persons_of(ansvar: Any) -> list[str]:
    """The ids under which the person is known, that of the statement of owners first.

    A paper that names her without the date of her birth makes another one: nobody may take two
    people for one by their names alone.
    """
    told = ansvar("persons", "find", "--name", PLANTED, "--reason", "she asks what we know")
    known = dict(re.findall(r"(person-[0-9a-f]{20})\s+(\w.*)", told))
    assert known, told
    assert sum("screening" in services for services in known.values()) == 1, told
    return sorted(known, key=lambda id: "screening" not in known[id])


async def test_a_name_is_sealed_everywhere_shown_on_record_and_erased_for_good(
    told: Told, tmp_path: Path
) -> None:
    system, out = told.system, tmp_path / "export.json"
    running = system.running
    kept = await in_the_database(running.mongo_url)
    assert COMPANY in kept
    assert PLANTED not in kept
    spoken = b"\n".join(
        (parcel.body or b"")
        for service in running.services
        for parcel in read_whole(running.kafka_url, f"{service}.v1")
    ).decode("utf-8", "replace")
    assert COMPANY in spoken
    assert PLANTED not in spoken
    files = [*on_disk(system.data), (LOG, (system.data.parent / LOG).read_bytes())]
    assert files[-1][1], "the log of the processes is looked at too"
    assert any(COMPANY.encode() in data for _, data in files)
    assert [file for file, data in files if PLANTED.encode() in data] == []

    person, *others = persons_of(system.ansvar)
    system.ansvar("persons", "export", person, str(out), "--reason", "she asked for it")
    told_of = _export(out)
    assert {one["service"] for one in told_of["values"]} >= {"onboarding", "screening"}

    issuer = Issuer(system.data / ISSUER_KEY)
    officer = issuer.issue("mette.lund", roles=("officer",), buyers=("*",))
    protector = issuer.issue("dorte", roles=("data_protection",), buyers=("*",))
    async with httpx.AsyncClient(base_url=running.public_url, timeout=30) as client:
        seen = await client.get(
            f"/api/onboarding/parties/{person}",
            headers={"Authorization": f"Bearer {officer}", "Ansvar-Purpose": "a question of hers"},
        )
        assert PLANTED in seen.text
        record = await client.get(
            "/api/onboarding/access-record",
            params={"subject": person, "caller": "mette.lund"},
            headers={"Authorization": f"Bearer {protector}"},
        )
        cases = await client.get(
            "/api/breaches/cases",
            params={"buyer_id": SAMPLES.index.buyer.id},
            headers={"Authorization": f"Bearer {officer}"},
        )
    purposes = [one["purpose"] for one in record.json()["items"]]
    assert purposes.count("a question of hers") == 1, "beside what the story was shown"
    shown = system.ansvar("persons", "shown", person)
    assert "hers" in shown, "a narrow table breaks lines within what was said"

    before, after = tmp_path / "before.zip", tmp_path / "after.zip"
    case = cases.json()["items"][0]["id"]
    system.ansvar("bundle", case, str(before))
    assert "signed " in _anchor_at_once(system)

    system.ansvar("persons", "hold", person, "--reason", "a case is in court")
    with pytest.raises(AssertionError, match="is held and cannot be erased"):
        system.ansvar("persons", "erase", person, "--reason", "she asked for it")
    system.ansvar("persons", "release", person, "--reason", "the case is over")
    system.ansvar("persons", "erase", person, "--reason", "she asked for it")
    system.ansvar("persons", "export", person, str(out), "--reason", "is it gone?")
    left = _export(out)
    assert not _names_her(out)
    assert {one["value"] for one in left["values"]} == {"Erased"}
    whole = system.ansvar("journal", "verify")
    assert "broken" not in whole
    assert "signed until" in whole
    for other in others:
        system.ansvar("persons", "erase", other, "--reason", "it is she too")
    gone = system.ansvar("persons", "find", "--name", PLANTED, "--reason", "is it gone?")
    assert "person-" not in gone, gone
    system.ansvar("bundle", case, str(after))
    for bundle in (before, after):
        assert "is whole" in system.ansvar("bundle", "verify", str(bundle))


AT_ONCE = """
import runpy
from datetime import timedelta
from shared import anchors
anchors.SETTLED = timedelta(0)
runpy.run_module("shared.command", run_name="__main__")
"""


def _anchor_at_once(system: System) -> str:
    """As the operator signs a day, of this moment: elsewhere a commit may take five minutes until
    it is seen, and here none is open."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    words = ["journal", "anchor", "--until", now, "--data", str(system.data)]
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
