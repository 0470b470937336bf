"""RFC 3161: an authority says at what time it has seen a digest. Its answer is kept as it came.

Whoever doubts it asks `openssl ts -verify`; here only the authority's own word is read, whether it
granted what was asked for.
"""

from typing import Protocol

import httpx

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier, RFC 5754
GRANTED = (0, 1)  # granted, granted with modifications: RFC 3161, 2.4.2


class Authority(Protocol):
    """Whoever timestamps digests."""

    def stamp(self, digest: bytes) -> bytes:
        """The answer (DER) over this SHA-256. Raises `Refused`."""


class Refused(Exception):
    """The authority does not answer, or says no."""


class HttpAuthority:
    """An authority that is asked over HTTP (RFC 3161, 3.4)."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stamp(self, digest: bytes) -> bytes:
        try:
            answer = httpx.post(
                self.url, content=request(digest), headers={"Content-Type": QUERY}, timeout=20
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Refused(f"the timestamp authority {self.url} does not answer: {error}") from error
        if status_of(answer.content) not in GRANTED:
            raise Refused(f"the timestamp authority {self.url} refused")
        return answer.content


def request(digest: bytes) -> bytes:
    """A TimeStampReq: version 1, the digest, and the wish for the authority's certificate."""
    imprint = _of(0x30, SHA256 + _of(0x04, digest))
    return _of(0x30, b"\x02\x01\x01" + imprint + b"\x01\x01\xff")


def status_of(answer: bytes) -> int:
    """The PKIStatus of a TimeStampResp; 2 (rejection) where it is none."""
    body = _inside(_inside(answer, 0x30), 0x30)
    return body[2] if body[:2] == b"\x02\x01" and len(body) > 2 else 2


def _of(tag: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes((tag, len(content))) + content


def _inside(der: bytes, tag: int) -> bytes:
    """The content of the first element, whose length may take several bytes."""
    if len(der) < 2 or der[0] != tag:
        return b""
    more = der[1] & 0x7F if der[1] & 0x80 else 0
    length = int.from_bytes(der[2 : 2 + more]) if more else der[1]
    return der[2 + more : 2 + more + length]
