"""Opens mails: who sent them, and what is attached, without what only decorates them."""

import email
import email.message
import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from .parts import LARGEST_PART, Budget, MailHead, NotOpened, Part, plain_name

MOST_NESTED = 30
"""Parts within parts of one mail; a forwarded mail with a picture in its text has five."""

MOST_BOUNDARIES = 5_000
"""Lines that begin a part. The library makes an object of each before one can be counted."""

SMALL_PICTURE = 100_000
"""Bytes below which a picture that stands in the text is a logo and no scanned paper."""

ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
SIGNATURES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
)

BULK = ("bulk", "list", "junk", "auto_reply")
NO_PERSON = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|owner-|.*-bounces?)(@|\b)", re.I
)


def open_mail(data: bytes, budget: Budget) -> Iterator[Part]:
    """What is attached to a mail. Raises `NotOpened`."""
    for message, depth in _leaves(_parsed(data), 0):
        if depth > MOST_NESTED:
            raise NotOpened("the mail is nested deeper than any mail is")
        part = _part_of(message)
        if part is not None:
            budget.spend(len(part.data))
            yield part


def head_of(data: bytes) -> MailHead:
    """Who sent a mail; it need not be whole."""
    end = re.search(rb"\r?\n\r?\n", data)
    try:
        message = _parsed(data[: end.end() if end else None])
    except NotOpened:
        return MailHead()
    sender = parseaddr(_header(message, "Reply-To") or _header(message, "From"))[1].strip().lower()
    return MailHead(
        sender=sender if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", sender) else "",
        message_id=_header(message, "Message-ID").strip()[:500],
        language=_header(message, "Content-Language").strip()[:20],
        automatic=_is_automatic(message, sender),
    )


_POLICY = email.policy.default


def _parsed(data: bytes) -> EmailMessage:
    if data.count(b"\n--") > MOST_BOUNDARIES:
        raise NotOpened("the mail has more parts than any mail has")
    try:
        parsed = email.message_from_bytes(data, policy=_POLICY)
    except (RecursionError, MessageError, ValueError, LookupError) as error:
        raise NotOpened("the mail is nested deeper than any mail is, or damaged") from error
    assert isinstance(parsed, EmailMessage)
    return parsed


def _leaves(
    message: email.message.Message, depth: int
) -> Iterator[tuple[email.message.Message, int]]:
    """The parts that hold something: a mail within the mail is one of them, not opened here."""
    if depth > MOST_NESTED:
        raise NotOpened("the mail is nested deeper than any mail is")
    if message.get_content_type() == "multipart/encrypted":
        raise NotOpened("the mail is encrypted")
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for below in message.get_payload():
            assert isinstance(below, email.message.Message)
            yield from _leaves(below, depth + 1)
    else:
        yield message, depth


def _part_of(message: email.message.Message) -> Part | None:
    """A leaf as a file; None where it is the text of the mail, a logo or a signature."""
    kind = message.get_content_type()
    if kind in ENCRYPTED and "signed" not in str(message.get_param("smime-type", "")):
        raise NotOpened("the mail is encrypted")
    if kind in SIGNATURES:
        return None
    if kind == "message/rfc822":
        return Part(plain_name(f"{_subject(message)}.eml"), _nested(message))
    name = _file_name(message)
    attached = message.get_content_disposition() == "attachment"
    if message.get_content_maintype() in ("text", "message") and not name and not attached:
        return None
    data = _decoded(message)
    if message.get_content_maintype() == "image" and not attached and len(data) < SMALL_PICTURE:
        return None
    if len(data) > LARGEST_PART:
        raise NotOpened(f"{plain_name(name or kind)} in the mail is too large")
    return Part(plain_name(name or f"without a name ({kind})"), data)


def _decoded(message: email.message.Message) -> bytes:
    try:
        data = message.get_payload(decode=True)
    except (ValueError, LookupError) as error:
        raise NotOpened("the mail is damaged: a part of it cannot be decoded") from error
    return data if isinstance(data, bytes) else b""


def _nested(message: email.message.Message) -> bytes:
    inner = message.get_payload()
    if isinstance(inner, list):
        if len(inner) != 1:
            raise NotOpened("the mail is damaged: a mail within it is more than one")
        try:
            first: Any = inner[0]
            return bytes(first.as_bytes(policy=_POLICY.clone(refold_source="none")))
        except (RecursionError, ValueError, LookupError, MessageError) as error:
            raise NotOpened("the mail is nested deeper than any mail is, or damaged") from error
    return _decoded(message)


def _subject(message: email.message.Message) -> str:
    inner = message.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    said = _header(first, "Subject") if isinstance(first, EmailMessage) else ""
    return said or "forwarded mail"


def _file_name(message: email.message.Message) -> str:
    try:
        return str(message.get_filename() or "")
    except (ValueError, LookupError, TypeError, RecursionError):
        return "without a name"


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; the library raises on some that are damaged."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return ""


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    """Whether nobody must be answered: RFC 3834 sections 2 and 5.2, RFC 2919, RFC 5321 4.5.5."""
    said = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        said not in ("", "no")
        or _header(message, "Precedence").strip().lower() in BULK
        or bool(_header(message, "List-Id"))
        or bool(_header(message, "X-Auto-Response-Suppress"))
        or bool(_header(message, "X-Autoreply"))
        or _header(message, "Return-Path").strip() == "<>"
        or bool(NO_PERSON.match(sender))
        or _header(message, "Content-Type").strip().lower().startswith("multipart/report")
    )
