"""Character recognition for pages that are pictures: Tesseract, where it is installed.

It runs as a program of its own, below the limits of the process that reads, with limits of time
and of the size of a picture. Without it, such a page goes to a person.
"""

import csv
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from io import StringIO

import pypdfium2

from services.onboarding.domain import Box

LANGUAGES = ("dan", "swe", "eng")
DOTS = 300
"""Per inch: what Tesseract's manual recommends for print."""

MOST_PIXELS = 12_000_000
"""An A4 page at 300 dots has nine million."""

LONGEST_PAGE, LONGEST_ALL = 15.0, 22.0
"""Seconds; below the limit of the reading room, so that what was read until then counts."""

SURE = 0.98
"""How much is believed of a word that Tesseract itself is wholly sure of."""

UNKNOWN = 0.5
"""Where none of the words of a value can be found again."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was seen: box in fractions of the page, confidence from 0 to 1."""

    text: str
    box: Box
    confidence: float


@cache
def program() -> str | None:
    """Where Tesseract is, or None. It is found by the path, like any program."""
    return shutil.which("tesseract")


def here() -> bool:
    return program() is not None


@cache
def languages() -> str:
    """Those of ours that are installed, in the form in which Tesseract is asked for them."""
    try:
        told = subprocess.run(
            [program() or "", "--list-langs"], capture_output=True, timeout=10, check=True
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return "eng"
    installed = set(told.split())
    return "+".join(one for one in LANGUAGES if one in installed) or "eng"


def recognise(
    document: pypdfium2.PdfDocument, pages: list[int]
) -> tuple[dict[int, list[tuple[Word, ...]]], tuple[str, ...]]:
    """The lines of these pages, and in plain words which pages could not be read."""
    if not pages or not here():
        left = ", ".join(map(str, pages))
        return {}, (f"these pages are pictures, which were not read: {left}",) if pages else ()
    ends = time.monotonic() + LONGEST_ALL
    seen: dict[int, list[tuple[Word, ...]]] = {}
    unread: list[int] = []
    for number in pages:
        left_over = ends - time.monotonic()
        lines = _page(document, number, min(LONGEST_PAGE, left_over)) if left_over > 0 else None
        if lines is None:
            unread.append(number)
        else:
            seen[number] = lines
    told = ", ".join(map(str, unread))
    return seen, (f"these pages are pictures, which were not read: {told}",) if unread else ()


def _page(
    document: pypdfium2.PdfDocument, number: int, longest: float
) -> list[tuple[Word, ...]] | None:
    try:
        picture, width, height = _picture(document, number)
        done = subprocess.run(
            [program() or "", "-", "-", "-l", languages(), "--dpi", str(DOTS), "tsv"],
            input=picture,
            capture_output=True,
            timeout=longest,
            check=True,
            env=_environment(),
        )
    except (OSError, subprocess.SubprocessError, pypdfium2.PdfiumError):
        return None
    return lines_of(done.stdout.decode("utf-8", errors="replace"), width, height)


def _environment() -> dict[str, str]:
    kept = ("PATH", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "OMP_THREAD_LIMIT": "1"
    }


def _picture(document: pypdfium2.PdfDocument, number: int) -> tuple[bytes, int, int]:
    """The page in shades of grey, in the plainest format there is (PGM)."""
    page = document[number - 1]
    try:
        bitmap = page.render(scale=scale_of(page, DOTS), grayscale=True)
        try:
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            raw = bytes(bitmap.buffer)
        finally:
            bitmap.close()
    finally:
        page.close()
    rows = b"".join(raw[y * stride : y * stride + width] for y in range(height))
    return b"P5 %d %d 255\n" % (width, height) + rows, width, height


def scale_of(page: pypdfium2.PdfPage, dots: int) -> float:
    """How large to draw a page; one that claims to be a wall is drawn smaller."""
    width, height = page.get_size()
    wanted = dots / 72
    pixels = max(width * height, 1.0) * wanted * wanted
    return float(wanted * min(1.0, (MOST_PIXELS / pixels) ** 0.5))


def lines_of(tsv: str, width: int, height: int) -> list[tuple[Word, ...]]:
    """Tesseract's table of words as lines: level 5 is a word, `conf` its confidence in per cent."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in csv.DictReader(StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != "5" or not re.search(r"[^\W_]|[§%&]", text):
            continue  # lines of a table are seen as bars and dashes
        try:
            left, top, wide, high = (float(row[n]) for n in ("left", "top", "width", "height"))
            confidence = float(row["conf"]) / 100
        except (KeyError, TypeError, ValueError):
            continue
        box = Box(
            left=_part(left, width),
            top=_part(top, height),
            right=_part(left + wide, width),
            bottom=_part(top + high, height),
        )
        where = tuple(row.get(n) or "" for n in ("block_num", "par_num", "line_num"))
        sure = SURE * min(max(confidence, 0.0), 1.0)
        lines.setdefault(where, []).append(Word(text, box, sure))
    return _side_by_side([tuple(words) for words in lines.values()])


def _part(length: float, whole: int) -> float:
    return min(max(length / max(whole, 1), 0.0), 1.0)


def _side_by_side(lines: list[tuple[Word, ...]]) -> list[tuple[Word, ...]]:
    """Rows as a reader sees them: the cells of a table are blocks of their own to Tesseract."""
    rows: list[list[Word]] = []
    for words in sorted(lines, key=lambda words: words[0].box.top):
        middle = (words[0].box.top + words[0].box.bottom) / 2
        same = next(
            (row for row in rows[-4:] if row[0].box.top <= middle <= row[0].box.bottom), None
        )
        if same is None:
            rows.append(list(words))
        else:
            same.extend(words)
    return [tuple(sorted(row, key=lambda word: word.box.left)) for row in rows]


def around(value: str, words: tuple[Word, ...]) -> tuple[Box | None, float]:
    """The box around those words of a line that make up a value, and the least confidence."""
    wanted = [_plain(part) for part in value.split()]
    plain = [_plain(word.text) for word in words]
    for start in range(len(plain) - len(wanted) + 1):
        if plain[start : start + len(wanted)] == wanted:
            return _union(words[start : start + len(wanted)])
    inside = [word for word, text in zip(words, plain, strict=True) if text and text in wanted]
    return _union(inside) if inside else (None, UNKNOWN)


def _plain(text: str) -> str:
    return re.sub(r"[^\w]", "", text).casefold()


def _union(words: tuple[Word, ...] | list[Word]) -> tuple[Box, float]:
    return (
        Box(
            left=min(word.box.left for word in words),
            top=min(word.box.top for word in words),
            right=max(word.box.right for word in words),
            bottom=max(word.box.bottom for word in words),
        ),
        min(word.confidence for word in words),
    )
