"""The text layer of a PDF file, page by page and line by line."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pypdfium2
import pypdfium2.raw as pdfium

from services.onboarding.domain import Field

from .reading import NotUnderstood

MOST_PAGES = 100
"""No paper that we read is longer; a file of ten thousand pages is none of them."""

MOST_TEXT = 2_000_000
"""Characters of all pages together."""

LABELLED = 0.95
"""A value that stands behind its own label in the text layer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, and where it stands."""

    text: str
    page: int
    number: int

    @property
    def place(self) -> str:
        return f"page {self.page}, line {self.number}"


@dataclass(frozen=True, slots=True)
class Found:
    """A value behind its label."""

    text: str
    place: str

    def field(self, name: str, value: str = "") -> Field:
        return Field(
            name=name,
            value=value or self.text,
            place=self.place,
            confidence=LABELLED,
            method="text layer",
        )


class Text:
    """The lines of a document, and what stands where in them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.whole = "\n".join(line.text for line in lines)

    def says(self, *patterns: str) -> bool:
        """Whether every one of these stands somewhere, in whatever case."""
        return all(re.search(p, self.whole, re.IGNORECASE) for p in patterns)

    def find(self, pattern: str) -> Found | None:
        """The first line with this pattern; the value is its group."""
        for line in self.lines:
            if match := re.search(pattern, line.text, re.IGNORECASE):
                return Found((match[1] if match.groups() else match[0]).strip(), line.place)
        return None

    def labelled(self, *labels: str) -> Found | None:
        """What stands on a line behind one of these labels, or on the next line alone."""
        for label in labels:
            for index, line in enumerate(self.lines):
                match = re.match(rf"{label}\s*:?\s*(.*)$", line.text, re.IGNORECASE)
                if match is None:
                    continue
                if value := match[1].strip():
                    return Found(value, line.place)
                if index + 1 < len(self.lines) and (below := self.lines[index + 1]).text:
                    return Found(below.text, below.place)
        return None

    def between(self, start: str, end: str) -> Found | None:
        """What stands between two labels, over the ends of lines."""
        pattern = rf"^{start}\s+(.*?)(?=^{end}\b)"
        match = re.search(pattern, self.whole, re.IGNORECASE | re.DOTALL | re.MULTILINE)
        if match is None:
            return None
        line = self.lines[self.whole.count("\n", 0, match.start())]
        return Found(" ".join(match[1].split()), line.place)

    def day(
        self, parse: Callable[[str], date | None], *labels: str
    ) -> tuple[date | None, Found | None]:
        """The date behind one of these labels."""
        found = self.labelled(*labels)
        return (parse(found.text) if found else None), found


def open_pdf(data: bytes) -> Text:
    """The text of a file. Raises `NotUnderstood` for what cannot or should not be read."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotUnderstood("the PDF file is locked with a password") from error
        raise NotUnderstood("the PDF file is damaged or cut off: it does not open") from error
    try:
        return _text_of(document)
    finally:
        document.close()


def _text_of(document: pypdfium2.PdfDocument) -> Text:
    if len(document) > MOST_PAGES:
        raise NotUnderstood(f"the PDF file has {len(document)} pages, more than {MOST_PAGES}")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise NotUnderstood("the PDF file contains JavaScript, which no certificate needs")
    lines: list[Line] = []
    size = 0
    for number, page in enumerate(document, start=1):
        text_page = page.get_textpage()
        try:
            size += text_page.count_chars()
            if size > MOST_TEXT:
                raise NotUnderstood(f"the PDF file has more than {MOST_TEXT} characters of text")
            text = text_page.get_text_bounded() or ""
        finally:
            text_page.close()
            page.close()
        rows = [" ".join(row.replace("\x02", "-").split()) for row in text.splitlines()]
        lines += [Line(row, number, n) for n, row in enumerate(filter(None, rows), start=1)]
    if not lines:
        raise NotUnderstood("the PDF file holds no text, only pictures: a person must read it")
    return Text(lines)
