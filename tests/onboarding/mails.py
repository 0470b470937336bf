"""Mails and archives as suppliers send them, and worse."""

import struct
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from io import BytesIO

SENDER = "post@nordlys.example"


def mail(
    *files: tuple[str, bytes],
    sender: str = SENDER,
    subject: str = "Dokumenter",
    id: str = "1",
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """A mail with files attached."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "dokumenter@region.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    message["Message-ID"] = f"<{id}@nordlys.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content("Hej, her er vores dokumenter.\n")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def forwarded(inner: EmailMessage, times: int = 1) -> EmailMessage:
    """A mail within a mail, within a mail."""
    for nth in range(times):
        outer = mail(id=f"fwd-{nth}", subject="VS: Dokumenter")
        outer.add_attachment(inner)
        inner = outer
    return inner


def archive(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()


def locked_archive(files: Mapping[str, bytes]) -> bytes:
    """Its entries say that they are encrypted; that is all that is looked at."""
    data = bytearray(archive(files))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place] |= 1
    return bytes(data)


def declared(data: bytes, size: int) -> bytes:
    """An archive whose directory says of every part that it unpacks to so many bytes."""
    out, at = bytearray(data), -1
    while (at := out.find(b"PK\x01\x02", at + 1)) >= 0:
        out[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(out)


def nested_archive(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = archive({"inner.zip": data})
    return data
