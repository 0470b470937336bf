"""One session with a mail server over IMAP (RFC 9051). It blocks: call it in a thread only."""

import imaplib
import re
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0
"""Seconds for one answer of the server."""

SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
HERE = ("localhost", "127.0.0.1", "::1")


class MailAway(Exception):
    """The mail server cannot be reached, or refused what it was asked for."""


@dataclass(frozen=True)
class Place:
    """Where a mailbox lies. The password never leaves this object."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    folder: str

    @classmethod
    def parse(cls, url: str) -> "Place":
        """`imaps://user:password@host:993/INBOX`; special signs in percent notation."""
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
            raise ValueError("a mailbox has the form imaps://user:password@host:993/INBOX")
        secure = parts.scheme == "imaps"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if secure else 143),
            secure=secure,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )

    @property
    def name(self) -> str:
        """What it is called where people read: without the password."""
        return f"{self.user} at {self.host}, {self.folder}"


class Session:
    """A signed-in session on one folder. Raises `MailAway`."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known_folders: set[str] = set()
        with _in_our_words():
            self._imap = self._connect()
            self._said(self._imap.login(place.user, place.password))
            self._said(self._imap.select(_quoted(place.folder)))
        validity: Any = self._imap.untagged_responses.get("UIDVALIDITY", [b"0"])[-1]
        self.validity = int(validity or 0)

    def _connect(self) -> imaplib.IMAP4:
        place = self._place
        context = ssl.create_default_context()
        if place.secure:
            return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=TIMEOUT)
        imap = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT)
        if place.host not in HERE:
            imap.starttls(context)  # a password never goes over a network in clear
        return imap

    def waiting(self, most: int) -> list[int]:
        """The numbers (UIDs) of messages that lie in the folder, oldest first."""
        with _in_our_words():
            found = self._said(self._imap.uid("SEARCH", "UNDELETED"))
        return sorted(int(one) for one in (found[0] or b"").split())[:most]

    def fetch(self, uid: int, most: int) -> bytes | None:
        """The first `most` bytes of a message; None where somebody else has taken it."""
        with _in_our_words():
            found = self._said(self._imap.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{most}>)"))
        return next((part[1] for part in found if isinstance(part, tuple)), None)

    def size(self, uid: int) -> int:
        """How large the server says a message is."""
        with _in_our_words():
            found = self._said(self._imap.uid("FETCH", str(uid), "(UID RFC822.SIZE)"))
        lines = [one if isinstance(one, bytes) else b"" for one in found]
        sizes = [int(match[1]) for line in lines if (match := SIZE.search(line))]
        return sizes[0] if sizes else 0

    def put_away(self, uid: int, folder: str) -> None:
        """Move a message to another folder. Moving one that is gone changes nothing."""
        imap, place = self._imap, _quoted(folder)
        with _in_our_words():
            if folder not in self._known_folders:
                imap.create(place)  # NO where it is there already
                self._known_folders.add(folder)
            if "MOVE" in imap.capabilities:
                self._said(imap.uid("MOVE", str(uid), place))
                return
            self._said(imap.uid("COPY", str(uid), place))
            self._said(imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
            if "UIDPLUS" in imap.capabilities:
                self._said(imap.uid("EXPUNGE", str(uid)))
            else:
                self._said(imap.expunge())

    def close(self) -> None:
        try:
            self._imap.logout()
        except (imaplib.IMAP4.error, OSError):
            return

    @staticmethod
    def _said(answer: tuple[str, Any]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            first = data[0] if data else b""
            said = first.decode("utf-8", "replace") if isinstance(first, bytes) else ""
            raise MailAway(f"the mail server said {kind}: {said[:200]}")
        return list(data)


class _in_our_words:
    """The library's errors, and those of the network, as one."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, imaplib.IMAP4.error | OSError | ssl.SSLError):
            raise MailAway(f"{type(error).__name__}: {str(error)[:200]}") from error


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it; ours are ASCII."""
    plain = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
