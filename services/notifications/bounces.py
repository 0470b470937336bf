"""Reads mails that came back (delivery status notifications, RFC 3464).

A bounce names the mail by its Message-ID, half of which is a hash that only its recipient and the
servers on its way have seen: nobody else can make us believe that somebody cannot be reached.
"""

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from pathlib import Path

from services.notifications.messages import MailBounced
from shared.hostile import Damaged

OURS = re.compile(r"<((?:mail|letter|files)-[0-9a-f]{16})@[^<>@\s]{1,255}>")
STATUS = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
PERMANENT = "5"
MOST_PARTS = 50


def bounce_in(data: bytes) -> MailBounced | None:
    """Which of our mails came back for good; nothing where its server only is late.

    Raises `Damaged` where it is no bounce, or of none of our mails.
    """
    message = message_from_bytes(data, policy=policy.default)
    if message.get_content_type() != "multipart/report":
        raise Damaged("this is no delivery status notification (RFC 3464)")
    parts = [part for _, part in zip(range(MOST_PARTS), message.walk(), strict=False)]
    status = _status(parts)
    found = next(filter(None, map(_named, _originals(parts))), "")
    if not found:
        raise Damaged("it does not name one of our mails by its Message-ID")
    return MailBounced(notification_id=found, status=status) if status else None


def _status(parts: Sequence[Message]) -> str:
    """The first permanent failure that the fields per recipient name."""
    blocks = [
        block
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for block in (part.get_payload() if part.is_multipart() else [])
    ]
    if not blocks:
        raise Damaged("it has no part message/delivery-status")
    for block in blocks:
        assert isinstance(block, Message)
        match = STATUS.match(str(block.get("Status", "")))
        failed = str(block.get("Action", "")).strip().lower() == "failed"
        if failed and match and match[1] == PERMANENT:
            return match[0].strip()
    return ""


def _originals(parts: Sequence[Message]) -> Iterator[str]:
    """What is sent back of the mail: all of it, or its headers only."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            assert isinstance(inner, Message)
            yield str(inner.get("Message-ID", ""))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            yield str(message_from_string(text, policy=policy.compat32).get("Message-ID", ""))


def _named(message_id: str) -> str:
    match = OURS.search(message_id)
    return match[1] if match else ""


def mailbox_in(folder: Path) -> Path:
    """Where new mails lie: in `new` of a Maildir, else in the folder itself."""
    return folder / "new" if (folder / "new").is_dir() else folder
