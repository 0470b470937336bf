"""Anchors of the journals: each day the heads of all chains that grew, signed by the operator.

The chains alone prove that nothing was changed in the middle; who cuts the end of a chain and sets
the state back with it leaves a shorter chain that is whole. An anchor says how far the chains had
come. It lies outside of the databases, one line of JSON per period, and each names the one before.

The leaves of a period are the last facts of the chains that grew in it, in the order of kind and
id; the tree is that of RFC 6962, 2.1 (leaves and nodes are told apart by a first byte).
"""

import base64
import hashlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.envelope import Block

SETTLED = timedelta(minutes=5)
"""So long after its end a period is anchored: no commit takes longer, no clock is so wrong."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class CannotAnchor(Exception):
    """The anchors or their key cannot be used; the message says why."""


@dataclass(frozen=True)
class Sealed:
    """What one service announced in a period: how many facts, in how many chains, and the root."""

    facts: int
    chains: int
    root: str


@dataclass(frozen=True)
class Anchor:
    """`since` (inclusive) and `until` (exclusive) are real times in ISO 8601, UTC.

    `root` is over the roots of the services in the order of their names. `timestamp` is a token of
    RFC 3161 over `digest`, in base64, where an authority was asked for one.
    """

    since: str
    until: str
    services: Mapping[str, Sealed]
    root: str
    previous: str
    key: str
    signature: str = ""
    timestamp: str = ""

    def said(self) -> bytes:
        """What is signed."""
        told = asdict(self)
        for later in ("signature", "timestamp"):
            del told[later]
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the signed anchor: what the next one names, and an authority timestamps."""
        return hashlib.sha256(self.said() + self.signature.encode()).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1: SHA-256, the left subtree as large a power of two as it can be."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    both = merkle_root(leaves[:half]) + merkle_root(leaves[half:])
    return hashlib.sha256(b"\1" + both).digest()


async def seal(blocks: AsyncIterator[Block], bounds: Sequence[datetime]) -> list[Sealed]:
    """What lies between each bound and the next, read in one pass. Blocks may come in any order."""
    places = [int(bound.timestamp() * 1_000_000) << 10 for bound in bounds]
    heads: list[dict[tuple[str, str], tuple[int, str]]] = [{} for _ in places[1:]]
    facts = [0] * len(heads)
    async for block in blocks:
        period = sum(place <= block.c for place in places) - 1
        if not 0 <= period < len(heads):
            continue
        facts[period] += len(block.entries)
        for entry in block.entries:
            chain = (entry.kind, entry.key)
            last = heads[period].get(chain, (0, ""))
            heads[period][chain] = max(last, (entry.number, entry.hash))
    return [
        Sealed(count, len(found), merkle_root(_leaves(found)).hex())
        for count, found in zip(facts, heads, strict=True)
    ]


def _leaves(heads: Mapping[tuple[str, str], tuple[int, str]]) -> list[bytes]:
    return [
        "\0".join((kind, key, str(number), hash)).encode()
        for (kind, key), (number, hash) in sorted(heads.items())
    ]


def make(
    since: datetime,
    until: datetime,
    services: Mapping[str, Sealed],
    previous: Anchor | None,
    key: Ed25519PrivateKey,
) -> Anchor:
    """A signed anchor that follows on the previous one."""
    anchor = Anchor(
        since=since.isoformat(),
        until=until.isoformat(),
        services=dict(sorted(services.items())),
        root=_root_of(services),
        previous=previous.digest.hex() if previous else "",
        key=name_of(key.public_key()),
    )
    return replace(anchor, signature=base64.b64encode(key.sign(anchor.said())).decode())


def _root_of(services: Mapping[str, Sealed]) -> str:
    named = sorted(services.items())
    return merkle_root([f"{name}\0{one.root}".encode() for name, one in named]).hex()


def check_signatures(anchors: Sequence[Anchor], key: Ed25519PublicKey) -> list[str]:
    """What is wrong with the anchors themselves."""
    problems, before = [], None
    for anchor in anchors:
        day = f"the anchor until {anchor.until}"
        try:
            key.verify(base64.b64decode(anchor.signature), anchor.said())
        except (InvalidSignature, ValueError):
            problems.append(f"{day}: its signature is not the operator's")
        if anchor.previous != (before.digest.hex() if before else ""):
            problems.append(f"{day}: it does not follow on the one before it")
        if before and anchor.since != before.until:
            problems.append(f"{day}: there is a gap before it")
        if anchor.root != _root_of(anchor.services):
            problems.append(f"{day}: its root does not fit its services")
        before = anchor
    return problems


def compare(service: str, anchors: Sequence[Anchor], found: Sequence[Sealed]) -> list[str]:
    """Where the journal of a service is not what was signed."""
    problems = []
    for anchor, now in zip(anchors, found, strict=True):
        signed = anchor.services.get(service)
        if signed is None or signed == now:
            continue
        problems.append(
            f"between {anchor.since} and {anchor.until} the anchor holds {signed.facts} facts of "
            f"{signed.chains} chains, and the journal {now.facts} of {now.chains}"
            + (", with other heads" if signed.facts == now.facts else "")
        )
    return problems


def bounds_of(anchors: Sequence[Anchor]) -> list[datetime]:
    """The ends of the periods, in their order."""
    return [datetime.fromisoformat(one.since) for one in anchors[:1]] + [
        datetime.fromisoformat(one.until) for one in anchors
    ]


# ---------------------------------------------------------------- files


def read(file: Path) -> list[Anchor]:
    """The anchors in a file, in their order."""
    if not file.exists():
        return []
    return [_anchor_in(line, file) for line in file.read_bytes().splitlines() if line.strip()]


def _anchor_in(line: bytes, file: Path) -> Anchor:
    try:
        told = orjson.loads(line)
        services = {name: Sealed(**one) for name, one in told.pop("services").items()}
        return Anchor(services=services, **told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CannotAnchor(f"{file} holds a line that is no anchor: {error}") from error


def append(file: Path, anchor: Anchor) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as out:
        out.write(orjson.dumps(asdict(anchor), option=orjson.OPT_SORT_KEYS) + b"\n")
        out.flush()
        os.fsync(out.fileno())


def signing_key(file: Path) -> Ed25519PrivateKey:
    """The operator's key in this file (PEM), made at the first call; its public half beside it."""
    if not file.exists():
        _make_key(file)
    if file.stat().st_mode & 0o077:
        raise CannotAnchor(f"{file} holds a signing key and may be read by others: chmod 600 it")
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotAnchor(f"{file} must hold an Ed25519 key")
    return key


def public_file(file: Path) -> Path:
    return file.with_suffix(".pub.pem")


def verifying_key(file: Path) -> Ed25519PublicKey:
    """The public key in this file (PEM)."""
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CannotAnchor(f"{file} holds no public key in PEM: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CannotAnchor(f"{file} must hold an Ed25519 key")
    return key


def name_of(key: Ed25519PublicKey) -> str:
    """A short name of a key: the first half of the SHA-256 of its 32 bytes."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:32]


def _make_key(file: Path) -> None:
    key = Ed25519PrivateKey.generate()
    file.parent.mkdir(parents=True, exist_ok=True)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(private)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    public_file(file).write_bytes(public)
