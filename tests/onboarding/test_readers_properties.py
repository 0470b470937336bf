"""What holds of every reader, whatever it is given: it says what it read or why it did not, and it
makes nothing up.
"""

import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from services.onboarding.readers import (
    NotUnderstood,
    Reading,
    open_document,
    read_document,
    readers,
)
from services.onboarding.readers.known import payslip
from services.onboarding.readers.pdf import Line, Text
from services.onboarding.readers.statements import said
from services.onboarding.readers.values import day_of, days_of, money_of, number_of, percent_of
from services.onboarding.understanding import understand
from shared.persons import PersonKey

SAMPLES = Path(__file__).parents[2] / "samples"
FOLDERS = ("papers", "pdf", "espd", "xlsx", "csv", "bods")
FILES = sorted(file for folder in FOLDERS for file in (SAMPLES / folder).iterdir())
SMALL = [file for file in FILES if file.stat().st_size < 20_000]
KEY = PersonKey(b"k" * 32)
SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

LABELS = sorted(
    {
        label
        for reader in readers()
        for asked in getattr(reader, "ASKED", ())
        for label in (re.sub(r"\\.|[\[\]()?*+|^$:]", " ", one)[:30] for one in asked.labels)
    }
)


def tried(data: bytes) -> Reading | None:
    """A reading that can be handed on, or none with a reason in plain words."""
    try:
        reading = read_document(data)
    except NotUnderstood:
        return None
    understand(reading, KEY)
    assert Reading.model_validate_json(reading.model_dump_json()) == reading
    return reading


@SLOW
@given(st.binary(max_size=2_000))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    tried(data)


@SLOW
@given(
    st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"<?xml version='1.0'?>", b"[{", b"a;b\nc;d\n"]),
    st.binary(max_size=2_000),
)
def test_bytes_that_begin_like_a_known_format_are_read_or_refused(
    start: bytes, rest: bytes
) -> None:
    tried(start + rest)


@SLOW
@given(st.data())
def test_a_mutated_sample_is_read_or_refused(data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from(SMALL)).read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(original) - 1))
        match data.draw(st.integers(0, 2)):
            case 0:
                original[at] = data.draw(st.integers(0, 255))
            case 1:
                del original[at : at + data.draw(st.integers(1, 400))]
            case _:
                original[at:at] = data.draw(st.binary(max_size=30))
        if not original:
            break
    tried(bytes(original))


@SLOW
@given(
    st.lists(
        st.one_of(
            st.sampled_from(LABELS),
            st.sampled_from(["Serviceattest", "ISO 9001 certifikat", "Lønseddel", "EUDAMED"]),
            st.text(max_size=40),
            st.dates().map(str),
            st.integers(0, 10**12).map(str),
        ),
        max_size=40,
    )
)
def test_no_reader_of_papers_breaks_down_on_any_lines(words: list[str]) -> None:
    """Each is asked, whether the paper is of its kind or not."""
    rows = [" ".join(one.split()) for one in words]
    lines = [Line(row, 1, n) for n, row in enumerate(filter(None, rows), start=1)]
    text = Text(lines)
    for reader in readers():
        if "pdf" in reader.CONTENT and reader.fits(text):
            reader.read(text)


def plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


@pytest.mark.parametrize("file", [f for f in FILES if f.suffix == ".pdf"], ids=lambda f: f.stem)
def test_every_value_of_a_paper_stands_in_it(file: Path) -> None:
    """A date or an amount stands there as it is written there; a yes or no is a judgement."""
    data = file.read_bytes()
    _, opened = open_document(data)
    whole = plain(opened.whole)
    days = {day.isoformat() for line in opened.lines for day in days_of(line.text)}
    for field in read_document(data).fields:
        parts = [part for part in field.value.split(" to ")]
        if field.value in ("yes", "no", "valid", "suspended", "unclear"):
            continue
        for part in parts:
            amount = re.fullmatch(r"[\d.]+(?: [A-Z]{3})?", part)
            number = str(int(float(part.split()[0]))) if amount else "?"
            assert (
                part in days or plain(part) in whole or number in whole or field.name == "debt"
            ), (field.name, part)


@SLOW
@given(
    st.sampled_from([f for f in FILES if f.suffix == ".pdf"]),
    st.integers(0, 10_000),
)
def test_a_paper_without_a_line_does_not_say_what_stood_there(file: Path, choice: int) -> None:
    """Nothing is taken from elsewhere: what is gone is missing, or was said twice."""
    _, opened = open_document(file.read_bytes())
    gone = choice % len(opened.lines)
    left = [line for number, line in enumerate(opened.lines) if number != gone]
    text = Text([Line(one.text, 1, n) for n, one in enumerate(left, start=1)])
    whole = plain(text.whole)
    days = {day.isoformat() for line in left for day in days_of(line.text)}
    for reader in readers():
        if "pdf" not in reader.CONTENT or not reader.fits(text):
            continue
        for field in reader.read(text).fields:
            for part in field.value.split(" to "):
                if re.fullmatch(r"\d{4}-\d\d-\d\d", part):
                    assert part in days
                elif re.fullmatch(r"[A-Z]{2,}-[\w-]{6,}|\d{8}", part):
                    assert plain(part) in whole


@given(st.text(max_size=200))
def test_values_are_read_or_not_and_never_raise(text: str) -> None:
    (
        day_of(text),
        days_of(text),
        money_of(text, "DKK"),
        number_of(text),
        percent_of(text),
        said(text),
    )
    share = percent_of(text)
    assert share is None or 0 <= share <= 100


@given(st.floats(0, 1e9).map(lambda x: round(x, 2)))
def test_an_amount_is_read_back_in_both_ways_of_writing(amount: float) -> None:
    english = f"{amount:,.2f}"
    danish = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    for written in (f"DKK {english}", f"DKK {danish}", f"{danish} kr."):
        money = money_of(written, "DKK")
        assert money is not None
        assert money.amount == pytest.approx(amount)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Vi er ikke russisk statsborger", False),
        ("we are not owned", False),
        ("Vi er ejet af en russisk enhed", None),
        ("Vi er ikke ejet, bortset fra 60 %", None),
        ("[X] Ja [ ] Nej", True),
        ("[ ] Ja [X] Nej: ikke relevant", False),
        ("[X] Ja [X] Nej", None),
        ("[ ] Ja [ ] Nej vi er ikke", None),
    ],
)
def test_a_point_is_denied_only_where_it_says_so(text: str, answer: bool | None) -> None:
    assert said(text)[0] is answer


@SLOW
@given(st.from_regex(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}-?[0-9]{4}", fullmatch=True))
def test_every_number_of_a_person_on_a_payslip_is_covered(number: str) -> None:
    out = BytesIO()
    canvas = Canvas(out)
    rows = ("Lønseddel", "Arbejdsgiver Fyns Hygiejne", f"Medarbejder R. H., {number}", "Timer 10")
    for at, row in enumerate(rows):
        canvas.drawString(50, 780 - 20 * at, row)
    canvas.save()
    reading = read_document(out.getvalue())
    assert reading.kind == payslip.KINDS[0]
    assert len(reading.redact) == 1
    assert number not in reading.model_dump_json()
