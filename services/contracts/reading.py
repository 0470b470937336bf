"""One line of an intake, whatever its format: what it says, or which of its fields is wrong."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.contracts.domain import Deal
from services.contracts.domain.noticed import Noticed


class Reading(BaseModel):
    """One release, notice or row: what it says of contracts, or what is wrong with it.

    `place` is where it stands (`releases.3`, `row 7`). `fingerprint` is the hash of all it says.
    """

    model_config = ConfigDict(frozen=True)

    place: str
    ocid: str = ""
    release_id: str = ""
    fingerprint: str = ""
    tags: tuple[str, ...] = ()
    told: tuple[Deal, ...] = ()
    noticed: Noticed | None = None
    field: str = ""
    problem: str = ""

    def wrong(self, field: str, problem: str) -> "Reading":
        """This line with its field that is wrong, and what would be right."""
        place = ".".join(part for part in (self.place, field) if part)
        return self.model_copy(update={"field": place, "problem": problem})


def fingerprint(said: Any) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
