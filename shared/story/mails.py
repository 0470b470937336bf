"""Reads the mails that really went out, as they lie in the embedded mailbox."""

import base64
import json
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

LINK = re.compile(r"https?://[^\s<>\"]+")
TOKEN = re.compile(r"/l/(link\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Mail:
    """One mail: to whom it went, and what it says in plain text."""

    id: str
    to: str
    subject: str
    text: str
    whole: str

    @property
    def link(self) -> str:
        """The one link of the mail, or nothing."""
        found = LINK.findall(self.text)
        return found[0] if found else ""

    @property
    def token(self) -> str:
        """What the one-time link of a letter opens, or nothing."""
        found = TOKEN.search(self.text)
        return found[1] if found else ""

    @property
    def opens(self) -> str:
        """What the one-time link is for, such as `hearing/case-1f3c`, or nothing."""
        found = TOKEN.search(self.text)
        if found is None:
            return ""
        said = found[2]
        return str(json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))[1])


class Mails:
    """The mailbox of the embedded system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Mail] = {}

    def to(self, address: str) -> list[Mail]:
        """What an address has received, the oldest first."""
        for path in sorted(self._folder.glob("*.eml")):
            if path.name not in self._read:
                self._read[path.name] = read(path.read_bytes())
        return [mail for _, mail in sorted(self._read.items()) if mail.to == address]


def read(raw: bytes) -> Mail:
    """What a mail says, as it went out."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    plain = message.get_body(("plain",))
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return Mail(
        id=str(message["Message-ID"]),
        to=str(message["X-Envelope-To"]),
        subject=str(message["Subject"]),
        text=plain.get_content() if plain else "",
        whole="\n".join((str(message["Subject"]), *map(str, parts))),
    )
