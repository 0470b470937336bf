"""What comes out of an archive or a mail, and how much may."""

import re
import unicodedata
from dataclasses import dataclass

LARGEST_CONTAINER = 40_000_000
"""Bytes of a mail or archive; 25 MB in the transfer encoding of mails are 34 MB."""

LARGEST_PART = 25_000_000
"""Bytes of one part: no larger document is read (`services.onboarding.readers.LARGEST`)."""

MOST_UNPACKED = 100_000_000
"""Bytes of all parts of one container together, those of nested ones included."""

MOST_PARTS = 500
"""Parts of one container; a tender of fifty lots has about two hundred papers."""

MOST_DEPTH = 4
"""Containers within each other: a mail, forwarded in a mail, with an archive, is three."""

LONGEST_NAME = 200


class NotOpened(Exception):
    """A container that is damaged, locked or made to do harm, and why in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MailHead:
    """Who sent a mail and how. `automatic` is one that no person wrote (RFC 3834)."""

    sender: str = ""
    message_id: str = ""
    language: str = ""
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a container. `path` tells the containers that it lay in, outermost first.

    `problem` is why it could not be opened further, where it is a container itself.
    """

    name: str
    data: bytes
    path: str = ""
    problem: str = ""


class Budget:
    """What one container may still unpack to, however its parts are nested."""

    def __init__(self) -> None:
        self.parts, self.bytes = MOST_PARTS, MOST_UNPACKED

    def spend(self, size: int) -> None:
        """Count one part. Raises `NotOpened`."""
        self.parts -= 1
        self.bytes -= size
        if self.parts < 0:
            raise NotOpened(f"it holds more than {MOST_PARTS} parts")
        if self.bytes < 0:
            raise NotOpened(f"it would unpack to more than {MOST_UNPACKED} bytes")


def plain_name(name: str) -> str:
    """The last step of a path without what only confuses: names from outside are only shown."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())[-LONGEST_NAME:] or "without a name"
