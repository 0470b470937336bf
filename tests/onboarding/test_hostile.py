"""Hostile and broken files: each gets the right answer, and none does harm."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.onboarding.domain import State
from services.onboarding.readers import NotUnderstood, ocr, read_document
from services.onboarding.reading_room import Workers, _Worker
from shared.testing import until

from .conftest import Onboarding
from .hostile import FILES, SAMPLES


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_a_plain_reason(name: str) -> None:
    make, reason = FILES[name]
    data = make()
    began = time.perf_counter()
    with pytest.raises(NotUnderstood, match=reason):
        read_document(data)
    assert time.perf_counter() - began < (ocr.LONGEST_ALL + 5 if ocr.here() else 5)


def test_the_name_of_a_file_says_nothing_about_what_it_is() -> None:
    """Only its bytes are looked at: there is no way to hand a name to a reader."""
    pdf = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
    assert read_document(pdf).kind == "iso-9001"


def test_a_file_that_holds_a_pdf_file_is_none_itself() -> None:
    pdf = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
    for start in (b"MZ\x90\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with pytest.raises(NotUnderstood, match="are read"):
            read_document(start.ljust(512, b"\0") + pdf)


async def test_a_hostile_file_goes_to_an_officer(world: Onboarding) -> None:
    make, _ = FILES["zip bomb.xlsx"]
    document = await world.drop(make(), "list.xlsx")
    assert document.state is State.REVIEW
    assert "would unpack to" in document.reasons[0]


@pytest.fixture
async def room() -> AsyncIterator[Workers]:
    workers = Workers(2)
    yield workers
    await workers.close()


async def test_documents_are_read_in_processes_beside_each_other(room: Workers) -> None:
    papers = [path.read_bytes() for path in sorted((SAMPLES / "pdf").iterdir())]
    readings = await asyncio.gather(*(room.read(paper) for paper in papers))
    assert [reading.kind for reading in readings].count("serviceattest") == 5
    assert readings[0].fields[0].place.startswith("page 1")


async def test_what_is_not_understood_comes_back_with_its_reason(room: Workers) -> None:
    with pytest.raises(NotUnderstood, match="is empty"):
        await room.read(b"")
    with pytest.raises(NotUnderstood, match="document type"):
        await room.read(FILES["outside entity.xml"][0]())


async def test_a_document_that_takes_too_long_costs_only_its_own_process() -> None:
    room = Workers(1, longest=0.5)
    paper = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
    await room.read(paper)
    os.kill(only(room).pid, signal.SIGSTOP)
    with pytest.raises(NotUnderstood, match="took longer than"):
        await room.read(paper)
    assert (await room.read(paper)).kind == "iso-9001"
    await room.close()


async def test_a_process_that_dies_under_a_document_is_replaced(room: Workers) -> None:
    paper = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
    await room.read(paper)
    worker = only(room)
    os.kill(worker.pid, signal.SIGSTOP)
    asking = asyncio.create_task(room.read(paper))
    await until(lambda: busy(worker))
    await worker.end()
    with pytest.raises(NotUnderstood, match="broke down"):
        await asking
    assert (await room.read(paper)).kind == "iso-9001"


async def test_a_process_that_reads_holds_no_keys(
    room: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSVAR_MASTER_KEY", "11" * 32)
    await room.read((SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes())
    assert b"ANSVAR" not in environment_of(only(room).pid)


def only(room: Workers) -> _Worker:
    (worker,) = room._all
    return worker


async def busy(worker: _Worker) -> bool:
    return worker.busy


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()
