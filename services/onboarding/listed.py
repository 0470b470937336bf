"""A folder with a manifest: all of its files are taken as the manifest says, or none."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.onboarding.commands import CheckManifest, Claimed
from services.onboarding.manifest import (
    ANSWER,
    LARGEST_MANIFEST,
    MANIFESTS,
    Entry,
    Manifest,
    WrongManifest,
    read_manifest,
)

MISSING_AFTER = 60.0
"""Seconds after which a file that the manifest names and that is not there is a mistake."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A manifest that lies still, in its folder."""

    path: Path
    buyer_id: str
    data: bytes
    changed: float

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def folder(self) -> Path:
        return self.path.parent

    def read(self, there: Mapping[str, bool]) -> Manifest | None:
        """What it says, when all that it names lies still; None while that is waited for.

        `there` are the files beside it and whether they lie still. Raises `WrongManifest`.
        """
        manifest = read_manifest(self.path.name, self.data)
        named = {entry.file for entry in manifest.files}
        problems = [
            {"file": name, "reason": "it lies here and the manifest does not name it"}
            for name, still in sorted(there.items())
            if name not in named and still
        ]
        late = time.time() - self.changed >= MISSING_AFTER
        problems += [
            {"file": name, "reason": "the manifest names it and it does not lie here"}
            for name in sorted(named - set(there))
            if late
        ]
        if problems:
            raise WrongManifest(problems)
        return manifest if set(there) == named and all(there.values()) else None

    def check(self, manifest: Manifest) -> CheckManifest:
        return CheckManifest(
            buyer_id=self.buyer_id,
            files=tuple(
                Claimed(name=e.file, party_id=e.party, contract_id=e.contract, kind=e.kind)
                for e in manifest.files
            ),
        )

    def known(self, entry: Entry, sender_id: str) -> dict[str, Any]:
        """What is told with a file of the manifest."""
        return {
            "party_id": entry.party,
            "contract_id": entry.contract,
            "kind": entry.kind,
            "sender": entry.sender,
            "sender_id": sender_id,
            "consignment": self.digest,
        }

    def answer(self, wrong: WrongManifest) -> None:
        """Say beside it what is wrong with it; the same mistake is not said twice."""
        said = {"accepted": False, "manifest": self.digest, "problems": list(wrong.problems)}
        text = json.dumps(said, indent=2, ensure_ascii=False)
        path = self.folder / ANSWER
        with suppress(OSError):
            if path.read_text() == text:
                return
        writing = path.with_name(f".{ANSWER}.part")
        writing.write_text(text)
        os.replace(writing, path)

    @property
    def answered(self) -> bool:
        """Whether what lies beside it is the answer to it as it is now."""
        try:
            said = json.loads((self.folder / ANSWER).read_text())
        except (OSError, ValueError):
            return False
        return isinstance(said, dict) and said.get("manifest") == self.digest


def manifest_in(folder: Path) -> Path | None:
    """The manifest of a folder, if it has one."""
    return next((folder / name for name in MANIFESTS if (folder / name).is_file()), None)


__all__ = ["ANSWER", "LARGEST_MANIFEST", "Listed", "manifest_in"]
