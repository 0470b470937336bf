"""Cookies of the console: sealed where nobody else may read them, never readable by scripts.

Behind TLS each has the prefix `__Host-`: set over TLS by this very host, for nobody else.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.responses import Response

from shared.guard import cookie_name

LARGEST = 3_900
"""Bytes of one cookie that all browsers keep (RFC 6265 §6.1 asks for 4096 with name and flags)."""


class Jar:
    """Sets and clears the cookies of a site; `Safe` where the site is served over TLS."""

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url
        self.secure = public_url.startswith("https:")

    def name(self, name: str) -> str:
        return cookie_name(name, self.public_url)

    def put(self, response: Response, name: str, value: str, seconds: int) -> bool:
        """Whether the browser will keep it: one that is too large is not even sent."""
        if len(value) > LARGEST:
            return False
        response.set_cookie(
            self.name(name),
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self.secure,
        )
        return True

    def clear(self, response: Response, name: str) -> None:
        response.delete_cookie(
            self.name(name), path="/", httponly=True, samesite="lax", secure=self.secure
        )


class Seal:
    """Closes a text so that only this console can open it again, and only for its purpose."""

    def __init__(self, master: bytes) -> None:
        self._key = hmac.digest(master, b"ansvar console cookies", hashlib.sha256)

    def close(self, purpose: str, text: str) -> str:
        once = os.urandom(12)
        sealed = once + AESGCM(self._key).encrypt(once, text.encode(), purpose.encode())
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, purpose: str, sealed: str) -> str:
        """The text, or nothing where it was not closed here or for something else."""
        try:
            raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            return AESGCM(self._key).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            return ""
