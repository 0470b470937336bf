"""What a reader of a format declares, and how a file is recognised by its first characters."""

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.screening.domain import ListedEntry
from services.screening.lists.records import UnreadableList

HEAD = 8192
"""Bytes of a file by which its format is recognised."""

Files = Mapping[str, bytes]
"""The files of one list, by their names in small letters. Most lists have one."""

Read = tuple[date | None, Iterable[ListedEntry]]
"""The date that the list gives itself, and its entries."""

ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)((?:\s[^<>]*)?)>")


@dataclass(frozen=True, slots=True)
class Reader:
    """A format. `sources` are the lists that come in it, the first one where nothing else is said.

    `recognises` looks at the first characters of a file; `main` is the format to compare a file
    with that nobody recognises. `together` names files that are parts of one list, and `named`
    the lists that are known by how the name of a file begins.
    """

    format: str
    sources: tuple[str, ...]
    recognises: Callable[[str], bool]
    read: Callable[[str, Files], Read]
    main: bool = False
    together: tuple[tuple[str, ...], ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)


def only(files: Files) -> bytes:
    """The file of a list that is one file."""
    if len(files) != 1:
        raise UnreadableList(f"these are {len(files)} files, and the list is one")
    return next(iter(files.values()))


def head_of(data: bytes) -> str:
    """The first characters of a file, whatever its encoding; for recognising only."""
    start = data[:HEAD]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return start.decode("utf-16", "replace")
    return start.decode("utf-8-sig", "replace").lstrip()


def is_xml(tag: str, namespace: str = "") -> Callable[[str], bool]:
    """Recognises a root element, and a namespace that ends so."""

    def recognises(head: str) -> bool:
        root = ROOT.search(head) if head.startswith("<") else None
        if root is None or root.group(1) != tag:
            return False
        return not namespace or f'{namespace}"' in root.group(2)

    return recognises
