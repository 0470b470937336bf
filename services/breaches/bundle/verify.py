"""Checks an evidence bundle: python verify.py FILE. Needs nothing but Python 3.11.

Each file has the hash that the manifest names; each chain of facts runs from 1 without a gap,
every fact follows from the one before it, and its hash fits what it says (SHA-256 over its fields,
parted by zero bytes, the sealed body last). Where a body is withheld, its place in the chain is
still checked, and the report says how many such facts there are. A bundle proves that nothing in
it was changed since its last facts were hashed; that no later fact was left out is proven by the
signed anchor of the journal, which is not part of a bundle.
"""

import base64
import hashlib
import json
import struct
import sys
import zipfile
import zlib
from dataclasses import dataclass, field

MANIFEST = "manifest.json"
GENESIS = "0" * 64
SAID = ("prevhash", "id", "type", "topic", "kind", "key", "number", "time", "cause", "correlation")
"""The fields under a fact's hash, in their order; its body follows."""

MOST_BYTES = 2_000_000_000
"""Unpacked; more is no bundle but an attack on whoever opens it."""


UNREADABLE = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError),
    *(RuntimeError, RecursionError, ValueError, KeyError, IndexError, TypeError, AttributeError),
)
"""Whatever an archive or a JSON file that is not what it seems makes of its reading."""


@dataclass
class Finding:
    """What a check found. The bundle is whole where there are no `problems`."""

    case: str = ""
    redacted: bool = False
    files: int = 0
    facts: int = 0
    withheld: int = 0
    problems: list[str] = field(default_factory=list)


def verify(path: str) -> Finding:
    """Check a bundle. What cannot be read is a problem and no exception."""
    found = Finding()
    try:
        with zipfile.ZipFile(path) as bundle:
            _check(bundle, found)
    except UNREADABLE as error:
        found.problems.append(f"this is no bundle that can be read: {error!r}")
    return found


def _check(bundle: zipfile.ZipFile, found: Finding) -> None:
    names = [info.filename for info in bundle.infolist()]
    if sum(info.file_size for info in bundle.infolist()) > MOST_BYTES:
        raise ValueError("it is too large")
    if len(set(names)) != len(names):
        found.problems.append("a file is there twice")
    manifest = json.loads(bundle.read(MANIFEST))
    found.case, found.redacted = manifest["case"], manifest["redacted"]
    listed: dict[str, str] = manifest["files"]
    for name in sorted(set(names) - set(listed) - {MANIFEST}):
        found.problems.append(f"{name}: is not in the manifest")
    for name, sha256 in sorted(listed.items()):
        if name not in names:
            found.problems.append(f"{name}: is missing")
            continue
        data = bundle.read(name)
        found.files += 1
        if hashlib.sha256(data).hexdigest() != sha256:
            found.problems.append(f"{name}: was changed")
        if name.startswith("journal/"):
            _follow(name, data, found)


def _follow(name: str, data: bytes, found: Finding) -> None:
    number, head = 0, GENESIS
    for line in data.decode().splitlines():
        fact = json.loads(line)
        found.facts += 1
        if fact["number"] != number + 1:
            found.problems.append(f"{name}: {fact['id']} follows number {number}")
        elif fact["prevhash"] != head:
            found.problems.append(f"{name}: {fact['id']} does not follow from the one before")
        if fact["body"] is None:
            found.withheld += 1
        elif hash_of(fact) != fact["hash"]:
            found.problems.append(f"{name}: the hash of {fact['id']} does not fit what it says")
        number, head = fact["number"], fact["hash"]


def hash_of(fact: dict[str, object]) -> str:
    said = [str(fact[one]).encode() for one in SAID]
    body = base64.b64decode(str(fact["body"]), validate=True)
    return hashlib.sha256(b"\0".join([*said, body])).hexdigest()


def sentence(found: Finding) -> str:
    kept = f", {found.withheld} of them with their text withheld" if found.withheld else ""
    state = "is whole" if not found.problems else "IS NOT WHOLE"
    return f"the bundle of {found.case} {state}: {found.files} files, {found.facts} facts{kept}"


if __name__ == "__main__":
    result = verify(sys.argv[1])
    sys.stdout.write("\n".join([sentence(result), *result.problems, ""]))
    sys.exit(1 if result.problems else 0)
