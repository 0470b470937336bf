"""Opens messages that Outlook saved (.msg): the streams of MS-OXMSG in a compound file."""

import contextlib
import re
from collections.abc import Iterator
from io import BytesIO

import olefile

from .parts import LARGEST_PART, MOST_DEPTH, Budget, NotOpened, Part, plain_name

ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{8}")

DATA, EMBEDDED = "__substg1.0_37010102", "__substg1.0_3701000D"
"""An attachment's bytes, or the storage of a message within the message (MS-OXMSG 2.2.2)."""

NAMES = ("3707", "3001", "3704")
"""The long name, the shown name and the short name of an attachment (MS-OXCMSG 2.2.2)."""

UNICODE, ANSI = "001F", "001E"
"""How a text is written (MS-OXMSG 2.1.3)."""

DAMAGED = "the Outlook message is damaged: it does not open"


def open_outlook(data: bytes, budget: Budget) -> Iterator[Part]:
    """What is attached to an Outlook message, and to those within it. Raises `NotOpened`."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            storages = file.listdir(streams=False, storages=True)
            yield from _attachments(file, storages, [], budget, 1)
    except (OSError, ValueError, IndexError, TypeError, KeyError, RecursionError) as error:
        # The library raises OSError for a damaged file, and now and then what Python itself does.
        raise NotOpened(DAMAGED) from error


def _attachments(
    file: olefile.OleFileIO,
    storages: list[list[str]],
    place: list[str],
    budget: Budget,
    depth: int,
) -> Iterator[Part]:
    if depth > MOST_DEPTH:
        raise NotOpened(f"it is nested more than {MOST_DEPTH} times")
    below = len(place) + 1
    for storage in storages:
        if storage[:-1] != place or len(storage) != below or not ATTACHMENT.fullmatch(storage[-1]):
            continue
        if file.exists([*storage, EMBEDDED, "__properties_version1.0"]):
            yield from _attachments(file, storages, [*storage, EMBEDDED], budget, depth + 1)
        elif file.exists([*storage, DATA]):
            yield _part(file, storage, budget)


def _part(file: olefile.OleFileIO, storage: list[str], budget: Budget) -> Part:
    size = file.get_size([*storage, DATA])
    if size > LARGEST_PART:
        raise NotOpened(f"{_name(file, storage)} in the Outlook message is too large")
    budget.spend(size)
    return Part(_name(file, storage), file.openstream([*storage, DATA]).read())


def _name(file: olefile.OleFileIO, storage: list[str]) -> str:
    for tag in NAMES:
        for kind, encoding in ((UNICODE, "utf-16-le"), (ANSI, "cp1252")):
            with contextlib.suppress(OSError):
                said = file.openstream([*storage, f"__substg1.0_{tag}{kind}"]).read(2_000)
                if text := said.decode(encoding, "replace").strip("\0 "):
                    return plain_name(text)
    return "without a name"
