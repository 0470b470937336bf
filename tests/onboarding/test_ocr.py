"""Pages that are pictures: read through Tesseract where there is one, else left to a person."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.onboarding.readers import NotUnderstood, ocr, read_document

from .scans import scanned, stand_in, tsv_of

SAMPLES = Path(__file__).parents[2] / "samples"
ATTEST = (SAMPLES / "pdf/serviceattest-hansen-holm.pdf").read_bytes()
TESSERACT = shutil.which("tesseract")


@pytest.fixture(autouse=True)
def looked_for_anew() -> Iterator[None]:
    """Where Tesseract is, is looked up once in a process."""
    yield
    ocr.program.cache_clear()
    ocr.languages.cache_clear()


def only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin" if folder.name != "empty" else "/nowhere")
    ocr.program.cache_clear()
    ocr.languages.cache_clear()


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, tsv_of(ATTEST, {"94610346": 41}))
    only(tmp_path, monkeypatch)


def test_without_tesseract_a_scan_goes_to_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(tmp_path / "empty", monkeypatch)
    with pytest.raises(NotUnderstood, match="only pictures: a person must read it"):
        read_document(scanned(ATTEST))


@pytest.mark.usefixtures("seen")
def test_a_scan_is_read_like_the_paper_itself() -> None:
    reading, paper = read_document(scanned(ATTEST)), read_document(ATTEST)
    assert (reading.kind, reading.issued, reading.about) == (paper.kind, paper.issued, paper.about)
    assert {f.name: f.value for f in reading.fields} == {f.name: f.value for f in paper.fields}
    assert [(f.ground, f.remark, f.owed) for f in reading.findings] == [
        (f.ground, f.remark, f.owed) for f in paper.findings
    ]


@pytest.mark.usefixtures("seen")
def test_each_value_has_its_place_and_how_surely_it_was_seen() -> None:
    fields = {f.name: f for f in read_document(scanned(ATTEST)).fields}
    paper = {f.name: f for f in read_document(ATTEST).fields}
    assert all(field.method == "ocr" for field in fields.values())
    assert fields["cvr"].confidence == pytest.approx(0.95 * 0.98 * 0.41, abs=0.001)
    assert fields["number"].confidence == pytest.approx(0.95 * 0.98 * 0.96, abs=0.001)
    there, here = paper["cvr"].box, fields["cvr"].box
    assert there is not None
    assert here is not None
    assert (here.left, here.top) == pytest.approx((there.left, there.top), abs=0.01)


def test_a_program_that_hangs_or_fails_costs_only_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = stand_in(tmp_path, "")
    program.write_text("#!/bin/sh\nexit 3\n")
    only(tmp_path, monkeypatch)
    with pytest.raises(NotUnderstood, match="failed or took too long"):
        read_document(scanned(ATTEST))
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(ocr, "LONGEST_PAGE", 0.2)
    with pytest.raises(NotUnderstood, match="failed or took too long"):
        read_document(scanned(ATTEST))


def test_what_is_no_table_of_words_is_no_text() -> None:
    for nonsense in ("", "level\ttext\n5\thello\n", "\t\t\n", "5\t1", ocr.__doc__ or ""):
        assert ocr.lines_of(nonsense, 100, 100) == []


@pytest.mark.skipif(TESSERACT is None, reason="Tesseract is not installed here")
def test_tesseract_itself_reads_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("LONGEST_PAGE", "LONGEST_ALL"):
        monkeypatch.setattr(ocr, limit, 90.0)  # a busy machine takes its time
    assert TESSERACT is not None
    assert os.access(TESSERACT, os.X_OK)
    reading = read_document(scanned(ATTEST))
    assert reading.kind == "serviceattest"
    assert {f.name: f.value for f in reading.fields}["cvr"] == "94610346"
    debt = next(f for f in reading.findings if f.ground == "EX-B1")
    assert debt.owed is not None
    assert debt.owed.amount == 140_000
