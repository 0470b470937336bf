"""One-time links: how a supplier answers without an account.

Facts and letters carry only a `link_id`. The sender derives the token from it at the moment of
sending, so that no journal, database or backup holds anything that opens a door. Whoever handles
what came through a link records the link id as used, which makes it one-time; that the token is
genuine and still open is all that is decided here. Real time: a token is a key, not a deadline.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import BaseModel

from shared.domain import Forbidden

PREFIX = "link."
"""Every token begins so, which is how the log knows what to mask."""

SHORTEST_KEY = 32
"""Bytes; the output of the hash, below which RFC 2104 advises against."""

FORM = re.compile(r"link\.([A-Za-z0-9_-]{1,1024})\.([A-Za-z0-9_-]{43})")


class Link(BaseModel, frozen=True):
    """What a token opens: the thing asked for (`scope`, such as `hearing/h-17`), and how long."""

    link_id: str
    scope: str
    expires: datetime


class LinkBook:
    """Writes and reads tokens with the key of the system (32 bytes or more, or their hex)."""

    def __init__(
        self, key: bytes | str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._key = bytes.fromhex(key) if isinstance(key, str) else key
        if len(self._key) < SHORTEST_KEY:
            raise ValueError(f"the key of one-time links has at least {SHORTEST_KEY} bytes")
        self._now = now

    def token(self, link_id: str, scope: str, expires: datetime) -> str:
        """The secret part of a link. The same three values always give the same token."""
        if expires.tzinfo is None:
            raise ValueError("a link expires at a time with a time zone")
        said = json.dumps([link_id, scope, int(expires.timestamp())], separators=(",", ":"))
        payload = _text(said.encode())
        return f"{PREFIX}{payload}.{self._mac(payload)}"

    def open(self, token: str) -> Link:
        """What the token opens. Raises `Forbidden` where it is forged, damaged or expired."""
        match = FORM.fullmatch(token)
        if match is None or not hmac.compare_digest(self._mac(match[1]), match[2]):
            raise Forbidden("this link is not genuine; open the one in the letter again")
        link_id, scope, expires = json.loads(_bytes(match[1]))
        link = Link(link_id=link_id, scope=scope, expires=datetime.fromtimestamp(expires, UTC))
        if self._now() >= link.expires:
            raise Forbidden("this link has expired; ask the sender for a new one")
        return link

    def _mac(self, payload: str) -> str:
        said = b"ansvar one-time link 1\n" + payload.encode()
        return _text(hmac.digest(self._key, said, hashlib.sha256))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
