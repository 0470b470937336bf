"""Opens workbooks (XLSX) that strangers sent: values only, no macros, no bombs, no entities."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_PACKED_RATIO = 200
"""A sheet is packed to about a tenth; a bomb to a thousandth."""
SMALL = 10_000
"""Bytes below which a file is not judged by how tightly it is packed."""
LOCKED = 1
"""The flag of a part that is encrypted."""
MOST_PARTS = 500
PIECE = 1 << 16
ACTIVE = ("vbaproject", "xl/macrosheets/", "activex")
"""Parts that do something; no table needs them."""
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
UNREADABLE = (
    *(InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, IndexError),
    OSError,  # openpyxl says so of a list of parts without a workbook in it
)


class NoWorkbook(Exception):
    """A file that is no workbook, damaged or hostile, and why in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def opened_workbook(data: bytes, *, most_unpacked: int) -> Iterator[Any]:
    """A workbook of openpyxl, to be read row by row. `most_unpacked`: bytes of all its parts.

    Raises `NoWorkbook`, also where a sheet turns out to be damaged while it is read.
    """
    _look_inside(data, most_unpacked)
    try:
        book = openpyxl.load_workbook(
            BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
    except UNREADABLE as error:
        raise NoWorkbook("the workbook is damaged: it does not open") from error
    try:
        yield book
    except UNREADABLE as error:
        raise NoWorkbook("the workbook is damaged: a sheet does not open") from error
    finally:
        book.close()


def _look_inside(data: bytes, most_unpacked: int) -> None:
    """Before anything is opened: what the parts of the file claim to be, and whether they are."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _look_at(archive.infolist(), len(data), most_unpacked)
            for part in archive.infolist():
                _unpack(archive, part)
    except DAMAGED as error:
        raise NoWorkbook("the workbook is damaged or cut off: it does not open") from error


def _look_at(parts: list[zipfile.ZipInfo], packed: int, most_unpacked: int) -> None:
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise NoWorkbook("it is an archive and no workbook")
    if len(parts) > MOST_PARTS:
        raise NoWorkbook(f"the workbook has {len(parts)} parts, more than any table needs")
    if any(word in name for name in names for word in ACTIVE):
        raise NoWorkbook("the workbook contains macros, which no table needs: save it without")
    if any(part.flag_bits & LOCKED for part in parts):
        raise NoWorkbook("the workbook is locked with a password: save it without")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > most_unpacked or unpacked > MOST_PACKED_RATIO * max(packed, SMALL):
        raise NoWorkbook(f"the workbook would unpack to {unpacked} bytes, more than any table")


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A part may lie about its size, or declare entities: it is unpacked here once, no further
    than it claims."""
    left, before = part.file_size, b""
    with archive.open(part) as opened:
        while piece := opened.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise NoWorkbook("the workbook unpacks to more than it says")
            if any(word in before + piece for word in DECLARATIONS):
                raise NoWorkbook("the workbook declares a document type or entities")
            before = piece[-9:]
