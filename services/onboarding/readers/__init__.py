"""Readers: one small module for each type of document, found in the folder `known`.

A reader names its `KINDS` and the `CONTENT` it is for, says whether a document `fits`, and can
`read` it. Adding one is a module in that folder and touches nothing else.
"""

import importlib
import pkgutil
from contextlib import closing, nullcontext
from functools import cache
from typing import Any, Protocol, cast

from . import known
from .content import Content, content_of, media_type_of, open_json
from .pdf import Text, open_pdf
from .reading import NotUnderstood, Reading
from .sheet import open_csv, open_xlsx
from .xml import open_xml

OPENERS: dict[Content, Any] = {
    "pdf": open_pdf,
    "xml": open_xml,
    "xlsx": open_xlsx,
    "csv": open_csv,
    "json": open_json,
}

LARGEST = 25_000_000
"""Bytes; the largest ESPD of the official samples has one million."""


class Reader(Protocol):
    """What every module in `known` is."""

    KINDS: tuple[str, ...]
    CONTENT: tuple[Content, ...]

    def fits(self, opened: Any) -> bool:
        """Whether this is a document of its kinds. Raises `NotUnderstood` where that is clear, and
        clear too that it is of no use.
        """

    def read(self, opened: Any) -> Reading:
        """What the document says."""


@cache
def readers() -> tuple[Reader, ...]:
    """All that there are, in the order of their names."""
    names = sorted(found.name for found in pkgutil.iter_modules(known.__path__))
    return tuple(cast(Reader, importlib.import_module(f"{known.__name__}.{n}")) for n in names)


@cache
def kinds() -> frozenset[str]:
    """The types of documents that are read."""
    return frozenset(kind for reader in readers() for kind in reader.KINDS)


def open_document(data: bytes) -> tuple[Content, Any]:
    """What a file is, and the file opened. Raises `NotUnderstood` with a plain reason."""
    if not data:
        raise NotUnderstood("the file is empty")
    if len(data) > LARGEST:
        raise NotUnderstood(f"the file has {len(data)} bytes; at most {LARGEST} are read")
    content = content_of(data)
    if content is None:
        raise NotUnderstood(
            f"this is {media_type_of(data)}; only PDF, ESPD (XML), tables (XLSX, CSV) and "
            "ownership statements (JSON) are read"
        )
    return content, OPENERS[content](data)


def read_document(data: bytes) -> Reading:
    """Find the reader that knows the document. Raises `NotUnderstood` with a plain reason."""
    content, opened = open_document(data)
    with closing(opened) if isinstance(opened, Text) else nullcontext():
        fitting = [one for one in readers() if content in one.CONTENT and one.fits(opened)]
        if not fitting:
            raise NotUnderstood(f"no reader knows this {content.upper()} document")
        if len(fitting) > 1:
            could = " or ".join(reader.KINDS[0] for reader in fitting)
            raise NotUnderstood(f"it could be {could}: a person must say what it is")
        reading = fitting[0].read(opened)
    if isinstance(opened, Text) and opened.problems:
        return reading.model_copy(update={"problems": (*reading.problems, *opened.problems)})
    return reading


__all__ = [
    "LARGEST",
    "Content",
    "NotUnderstood",
    "Reader",
    "Reading",
    "content_of",
    "kinds",
    "media_type_of",
    "open_document",
    "read_document",
    "readers",
]
