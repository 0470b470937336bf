"""How long each type of document takes to be read, beside the least that any reader must do.

    python -m bench.intake

The baseline of the same run: the text of the same file and nothing else (the characters of a PDF,
the tree of an XML file, the cells of a table, the values of JSON). Readers only: no database, no
process of its own. Times are medians in milliseconds, and the readings are checked to be of the
type that is measured.
"""

import json
import statistics
import time
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
from lxml import etree

from services.onboarding.readers import Content, content_of, read_document

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FOLDERS = ("papers", "pdf", "espd", "xlsx", "csv", "bods")
TIMES = 9


def pdf_text(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    try:
        return sum(len(page.get_textpage().get_text_bounded()) for page in document)
    finally:
        document.close()


def cells(data: bytes) -> int:
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        return sum(1 for sheet in book.worksheets for _ in sheet.iter_rows(values_only=True))
    finally:
        book.close()


BARE: dict[Content, Callable[[bytes], Any]] = {
    "pdf": pdf_text,
    "xml": lambda data: len(etree.fromstring(data)),
    "xlsx": cells,
    "csv": lambda data: sum(1 for _ in StringIO(data.decode("utf-8-sig"))),
    "json": json.loads,
}


def median(do: Callable[[bytes], Any], data: bytes) -> float:
    do(data)
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        do(data)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def measure() -> dict[str, dict[str, float]]:
    """By type and content (`ownership/csv`): the slowest of its samples."""
    figures: dict[str, dict[str, float]] = {}
    for file in sorted(path for folder in FOLDERS for path in (SAMPLES / folder).iterdir()):
        data = file.read_bytes()
        content = content_of(data)
        if content is None:
            raise ValueError(f"{file} is no document")
        name = f"{read_document(data).kind}/{content}"
        ours, bare = median(read_document, data), median(BARE[content], data)
        if name not in figures or ours > figures[name]["read_ms"]:
            figures[name] = {
                "read_ms": round(ours, 2),
                "bare_ms": round(bare, 3),
                "times_bare": round(ours / bare, 1),
                "per_second": round(1000 / ours),
                "bytes": len(data),
            }
    return dict(sorted(figures.items()))


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))  # noqa: T201
