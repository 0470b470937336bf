"""Readers: one small module for each type of document.

A reader has a `KIND`, says whether a document `fits`, and can `read` it. Adding one is a module and
a line in `READERS`.
"""

from types import ModuleType
from typing import Any

from . import (
    bods,
    bolagsverket,
    certificate,
    espd,
    ftm,
    payment,
    serviceattest,
    skatteverket,
    subcontractors_xlsx,
)
from .content import NOT_OURS, Content, content_of, media_type_of, open_json
from .pdf import open_pdf
from .reading import NotUnderstood, Reading
from .sheet import open_xlsx
from .xml import open_xml

READERS: dict[Content, tuple[ModuleType, ...]] = {
    "pdf": (serviceattest, payment, skatteverket, bolagsverket, certificate),
    "xml": (espd,),
    "xlsx": (subcontractors_xlsx,),
    "json": (bods, ftm),
}

OPENERS = {"pdf": open_pdf, "xml": open_xml, "xlsx": open_xlsx, "json": open_json}

KINDS = tuple(dict.fromkeys(one.KIND for readers in READERS.values() for one in readers))

LARGEST = 25_000_000
"""Bytes; the largest ESPD of the official samples has one million."""


def read_document(data: bytes) -> Reading:
    """Find the reader that knows the document. Raises `NotUnderstood` with a plain reason."""
    if not data:
        raise NotUnderstood("the file is empty")
    if len(data) > LARGEST:
        raise NotUnderstood(f"the file has {len(data)} bytes; at most {LARGEST} are read")
    content = content_of(data)
    if content is None:
        raise NotUnderstood(f"this is {media_type_of(data)}; {NOT_OURS}")
    opened: Any = OPENERS[content](data)
    for reader in READERS[content]:
        if reader.fits(opened):
            reading: Reading = reader.read(opened)
            return reading
    raise NotUnderstood(f"no reader knows this {content.upper()} document")


__all__ = [
    "KINDS",
    "LARGEST",
    "READERS",
    "NotUnderstood",
    "Reading",
    "content_of",
    "media_type_of",
    "read_document",
]
