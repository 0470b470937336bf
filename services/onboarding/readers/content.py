"""What a file is, by its bytes and never by its name."""

import json
import re
from itertools import pairwise
from typing import Any, Literal

import puremagic

from .reading import NotUnderstood

Content = Literal["pdf", "xml", "xlsx", "csv", "json"]

MEDIA_TYPES: dict[Content, str] = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}

SEPARATORS = ";\t,|"
OTHERS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff")
"""How files begin that are none of ours, whatever stands further on in them."""


def content_of(data: bytes) -> Content | None:
    """PDF, XML, a packed Office file, JSON or a table as text; None for everything else."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if data.startswith(OTHERS):
        return None  # with a PDF file inside, perhaps, which is not the file itself
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"\xff\xfe<", b"\xfe\xff\x00<")) or start.startswith(b"<"):
        return "xml"
    if start.startswith((b"[", b"{")):
        return "json"
    return "csv" if separator_of(text_of(data[:8192])) else None


def text_of(data: bytes) -> str:
    """The characters of a text file as Office programs save them; nothing where it is no text."""
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The end of a piece may cut a letter in two.
        end = error.start >= len(data) - 4 and error.reason == "unexpected end of data"
        text = data[: error.start].decode("utf-8-sig") if end else data.decode("cp1252", "replace")
    return "" if re.search(r"[\x01-\x08\x0e-\x1f]", text) else text


def separator_of(text: str) -> str:
    """What parts the columns: the sign that two lines after each other have equally often."""
    lines = [line for line in text.splitlines() if line.strip()][:40]
    for sign in SEPARATORS:
        counts = [line.count(sign) for line in lines]
        if any(one == other >= 1 for one, other in pairwise(counts)):
            return sign
    return ""


def media_type_of(data: bytes) -> str:
    """The media type that the bytes speak for."""
    content = content_of(data)
    if content is not None:
        return MEDIA_TYPES[content]
    try:
        return puremagic.from_string(data[:8192], mime=True) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"


def open_json(data: bytes) -> Any:
    """What a JSON file says; of a file with an object on each line, the list of them."""
    try:
        try:
            return _text_only(json.loads(data))
        except ValueError:
            lines = [_text_only(json.loads(line)) for line in data.splitlines() if line.strip()]
            if len(lines) > 1 and all(isinstance(line, dict) for line in lines):
                return lines
            raise
    except ValueError as error:
        raise NotUnderstood("the JSON file is damaged: it cannot be read") from error
    except RecursionError as error:
        raise NotUnderstood("the JSON file is nested deeper than any statement is") from error


def _text_only(said: Any) -> Any:
    """JSON may escape halves of characters (RFC 8259 8.2), which nothing can write down again."""
    json.dumps(said, ensure_ascii=False).encode()  # raises UnicodeEncodeError, a ValueError
    return said
