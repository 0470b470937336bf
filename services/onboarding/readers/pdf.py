"""The text of a PDF file, page by page and line by line, and where on the page each word stands.

Pages that hold only pictures go to character recognition, where there is any (`ocr`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import pypdfium2
import pypdfium2.raw as pdfium

from services.onboarding.domain import Box, Field

from . import ocr
from .ocr import Word
from .reading import NotUnderstood

MOST_PAGES = 100
"""No paper that we read is longer; a file of ten thousand pages is none of them."""

MOST_TEXT = 2_000_000
"""Characters of all pages together."""

LABELLED = 0.95
"""A value that stands behind its own label in the text layer."""

TEXT_LAYER, RECOGNISED = "text layer", "ocr"

FINE = 10_000
"""Steps across a page in which boxes are measured."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, and where it stands: `start` and `raw` are its place among the characters
    of its page, `words` what character recognition saw.
    """

    text: str
    page: int
    number: int
    start: int = -1
    raw: str = ""
    words: tuple[Word, ...] = ()

    @property
    def place(self) -> str:
        return f"page {self.page}, line {self.number}"


@dataclass(frozen=True, slots=True)
class Found:
    """A value behind its label."""

    text: str
    line: Line
    last: Line
    whole: "Text"

    @property
    def place(self) -> str:
        return self.line.place

    def field(self, name: str, value: str = "", *, sure: float = LABELLED) -> Field:
        """The value as a field; `sure` is how sure the reader is that it is this value."""
        box, seen = self.whole.whereabouts(self)
        return Field(
            name=name,
            value=value or self.text,
            place=self.place,
            confidence=round(sure * seen, 3),
            method=RECOGNISED if self.line.words else TEXT_LAYER,
            page=self.line.page,
            box=box,
        )


class Text:
    """The lines of a document, and what stands where in them. `labels` are the words that begin
    other values: what stands below a label is its value only where it is none of them.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        document: pypdfium2.PdfDocument | None = None,
        labels: tuple[str, ...] = (),
        problems: tuple[str, ...] = (),
    ) -> None:
        self.lines = lines
        self.whole = "\n".join(line.text for line in lines)
        self.problems = problems
        self._document = document
        self._stop = re.compile("|".join(f"(?:{label})" for label in labels) or "$^", re.IGNORECASE)
        self._labels = labels

    def knowing(self, labels: Sequence[str]) -> "Text":
        """The same text, read with these labels."""
        return Text(self.lines, self._document, tuple(labels), self.problems)

    def below(self, number: int) -> "Text":
        """What stands from a line on."""
        return Text(self.lines[number:], self._document, self._labels, self.problems)

    def close(self) -> None:
        if self._document is not None:
            self._document.close()

    @property
    def recognised(self) -> bool:
        """Whether any of it was seen on a picture."""
        return any(line.words for line in self.lines)

    def says(self, *patterns: str) -> bool:
        """Whether every one of these stands somewhere, in whatever case."""
        return all(re.search(p, self.whole, re.IGNORECASE) for p in patterns)

    def begins(self, *patterns: str, within: int = 12) -> bool:
        """Whether one of the first lines begins so: the title of a paper."""
        top = [line.text for line in self.lines[:within]]
        return any(re.match(p, line, re.IGNORECASE) for p in patterns for line in top)

    def find(self, pattern: str) -> Found | None:
        """The first line with this pattern; the value is its group."""
        for line in self.lines:
            if match := re.search(pattern, line.text, re.IGNORECASE):
                return self._found((match[1] if match.groups() else match[0]).strip(), line)
        return None

    def every(self, pattern: str) -> list[Found]:
        """All that has this pattern, line by line."""
        return [
            self._found((match[1] if match.groups() else match[0]).strip(), line)
            for line in self.lines
            for match in re.finditer(pattern, line.text, re.IGNORECASE)
        ]

    def labelled(self, *labels: str) -> Found | None:
        """What stands on a line behind one of these labels, or on the next line alone."""
        return next(self.candidates(*labels), None)

    def candidates(self, *labels: str) -> Iterator[Found]:
        """All that stands behind one of these labels, those of the first label first."""
        for label in labels:
            for index, line in enumerate(self.lines):
                match = re.match(rf"(?:{label})(?!\w)\s*:?\s*(.*)$", line.text, re.IGNORECASE)
                if match is None:
                    continue
                if value := match[1].strip():
                    yield self._found(value, line)
                elif index + 1 < len(self.lines) and not self._stop.match(
                    (below := self.lines[index + 1]).text
                ):
                    yield self._found(below.text, below)

    def between(self, start: str, end: str, *, or_end: bool = False) -> Found | None:
        """What stands between two labels, over the ends of lines; with `or_end` also up to the end
        of the paper.
        """
        last_place = r"|\Z" if or_end else ""
        pattern = rf"^{start}\s+(.*?)(?=^{end}(?!\w){last_place})"
        match = re.search(pattern, self.whole, re.IGNORECASE | re.DOTALL | re.MULTILINE)
        if match is None:
            return None
        first = self.whole.count("\n", 0, match.start())
        last = self.whole.count("\n", 0, max(match.start(), match.end() - 1))
        value = " ".join(match[1].split())
        return Found(value, self.lines[first], self.lines[last], self)

    def day(
        self, parse: Callable[[str], date | None], *labels: str
    ) -> tuple[date | None, Found | None]:
        """The date behind one of these labels."""
        found = self.labelled(*labels)
        return (parse(found.text) if found else None), found

    def _found(self, value: str, line: Line) -> Found:
        return Found(value, line, line, self)

    def place_of(self, line: Line) -> tuple[Box | None, float]:
        """The box around a whole line."""
        return self.whereabouts(self._found(line.text, line))

    def whereabouts(self, found: Found) -> tuple[Box | None, float]:
        """The box around a value, and how surely its characters were seen (1 in a text layer)."""
        if found.line.words:
            return ocr.around(found.text, found.line.words)
        if self._document is None or found.line.start < 0:
            return None, 1.0
        start, count = _span(found)
        with suppress(pypdfium2.PdfiumError):
            return _box(self._document, found.line.page, start, count), 1.0
        return None, 1.0


def _span(found: Found) -> tuple[int, int]:
    """Where a value stands among the characters of its page."""
    line, last = found.line, found.last
    if line is last:
        spaced = r"\s+".join(re.escape(word) for word in found.text.split())
        if match := re.search(spaced, line.raw):
            return line.start + match.start(), match.end() - match.start()
    if last.page == line.page:
        return line.start, last.start + len(last.raw) - line.start
    return line.start, len(line.raw)


def _box(document: pypdfium2.PdfDocument, number: int, start: int, count: int) -> Box | None:
    page = document[number - 1]
    text_page = page.get_textpage()
    try:
        first = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page.raw, start)
        if first < 0:
            return None
        parts = [
            text_page.get_rect(index)
            for index in range(text_page.count_rects(first, max(count, 1)))
        ]
        if not parts:
            return None
        corners = [_on_screen(page, x, y) for p in parts for x, y in ((p[0], p[1]), (p[2], p[3]))]
    finally:
        text_page.close()
        page.close()
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return Box(left=min(across), top=min(down), right=max(across), bottom=max(down))


def _on_screen(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point of the page as it is shown: turned as the page is, and measured from above."""
    across, down = pdfium.c_int(), pdfium.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, FINE, FINE, 0, x, y, across, down)
    return (
        min(max(across.value / FINE, 0.0), 1.0),
        min(max(down.value / FINE, 0.0), 1.0),
    )


def load(data: bytes) -> pypdfium2.PdfDocument:
    """The opened file. Raises `NotUnderstood` for what cannot or should not be opened."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotUnderstood("the PDF file is locked with a password") from error
        raise NotUnderstood("the PDF file is damaged or cut off: it does not open") from error
    if len(document) > MOST_PAGES:
        pages = len(document)
        document.close()
        raise NotUnderstood(f"the PDF file has {pages} pages, more than {MOST_PAGES}")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        document.close()
        raise NotUnderstood("the PDF file contains JavaScript, which no certificate needs")
    return document


def open_pdf(data: bytes) -> Text:
    """The text of a file, which stays open until the text is closed. Raises `NotUnderstood`."""
    document = load(data)
    try:
        return _text_of(document)
    except BaseException:
        document.close()
        raise


def _text_of(document: pypdfium2.PdfDocument) -> Text:
    lines: list[Line] = []
    pictures: list[int] = []
    size = 0
    for number in range(1, len(document) + 1):
        try:
            text, count = _characters(document, number)
        except pypdfium2.PdfiumError as error:
            raise NotUnderstood(f"page {number} of the PDF file is damaged") from error
        size += count
        if size > MOST_TEXT:
            raise NotUnderstood(f"the PDF file has more than {MOST_TEXT} characters of text")
        rows = _rows(text, number)
        if not rows:
            pictures.append(number)
        lines += rows
    if not lines or ocr.here():
        seen, unread = ocr.recognise(document, pictures)
        for number, recognised in seen.items():
            lines += [
                Line(" ".join(word.text for word in words), number, n, words=words)
                for n, words in enumerate(recognised, start=1)
            ]
        lines.sort(key=lambda line: (line.page, line.number))
    else:
        unread = ()
    if not lines:
        raise NotUnderstood(_nothing_read(unread))
    return Text(lines, document, problems=unread)


def _nothing_read(unread: tuple[str, ...]) -> str:
    if not ocr.here():
        return "the PDF file holds no text, only pictures: a person must read it"
    if unread:
        return "the PDF file holds only pictures; recognising text on them failed or took too long"
    return "the PDF file holds only pictures, and no text was recognised on them"


def _characters(document: pypdfium2.PdfDocument, number: int) -> tuple[str, int]:
    page = document[number - 1]
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        if count > MOST_TEXT:
            return "", count
        return text_page.get_text_range() if count > 0 else "", count
    finally:
        text_page.close()
        page.close()


def _rows(text: str, page: int) -> list[Line]:
    rows: list[Line] = []
    start = 0
    for raw in text.splitlines(keepends=True):
        words = " ".join(raw.replace("\x02", "-").replace("\x00", "").split())
        if words:
            rows.append(Line(words, page, len(rows) + 1, start, raw.rstrip("\r\n")))
        start += len(raw)
    return rows
