"""Which files are containers of others, by their bytes, and how each kind is opened."""

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

from .parts import Budget, NotOpened, Part

ARCHIVE, MAIL, OUTLOOK = "application/zip", "message/rfc822", "application/vnd.ms-outlook"
CONTAINERS = (ARCHIVE, MAIL, OUTLOOK)

OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml")
"""Parts by which a packed Office or OpenDocument file is known: a document, not an archive."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OUTLOOK_STREAM = "__properties_version1.0".encode("utf-16-le")
"""The name of a stream that every Outlook message has (MS-OXMSG 2.4) and no other OLE file."""

HEADER = re.compile(rb"\A(?:From [^\r\n]*\r?\n)?[!-9;-~]+:[ \t]", re.ASCII)
OF_A_MAIL = re.compile(
    rb"^(from|date|message-id|mime-version|received|subject|to|delivered-to|return-path):",
    re.IGNORECASE | re.MULTILINE,
)
ENOUGH_HEADERS = 3
LONGEST_HEADER = 65_536


def container_of(data: bytes) -> str | None:
    """The media type of an archive or a mail; None for every other file."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if _is_office(data) else ARCHIVE
    if data.startswith(OLE):
        return OUTLOOK if OUTLOOK_STREAM in data else None
    head = re.split(rb"\r?\n\r?\n", data[:LONGEST_HEADER], maxsplit=1)[0]
    if HEADER.match(head):
        found = {match[1].lower() for match in OF_A_MAIL.finditer(head)}
        return MAIL if len(found) >= ENOUGH_HEADERS else None
    return None


def _is_office(data: bytes) -> bool:
    """By the names as they stand in the file: its directory may be damaged, or a lie."""
    if not any(name.encode() in data for name in OFFICE):
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return any(name in archive.namelist() for name in OFFICE)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return True  # damaged: a reader says so


Opener = Callable[[bytes, Budget], Iterator[Part]]


def opener_of(data: bytes) -> Opener | None:
    """How to open a file, if it is a container. Imported here: few processes need them all."""
    match container_of(data):
        case "application/zip":
            from .archive import open_archive

            return open_archive
        case "message/rfc822":
            from .mail import open_mail

            return open_mail
        case "application/vnd.ms-outlook":
            from .outlook import open_outlook

            return open_outlook
        case _:
            return None


__all__ = ["ARCHIVE", "CONTAINERS", "MAIL", "OUTLOOK", "NotOpened", "container_of", "opener_of"]
