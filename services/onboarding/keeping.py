"""Which documents are kept in a special way: for whom, how long, and only in part.

Dated data (`keeping.json`). They never serve another buyer: a document belongs to the buyer that
received it, and these are not offered to others.
"""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from shared.domain import Caller, Forbidden

FILE = Path(__file__).with_name("keeping.json")


class Special(BaseModel, frozen=True):
    """How one type of document is kept."""

    kind: str
    valid_from: date
    valid_to: date | None = None
    role: str
    days: int
    redacted: bool
    source: str


class _Kept(BaseModel):
    kinds: tuple[Special, ...]


@cache
def _all() -> tuple[Special, ...]:
    return _Kept.model_validate_json(FILE.read_bytes()).kinds


def special(kind: str, day: date) -> Special | None:
    """The rule for a type of document on a day, where there is one."""
    for one in _all():
        in_force = one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
        if one.kind == kind and in_force:
            return one
    return None


def may_see(kind: str, caller: Caller) -> bool:
    """Whether somebody may look at documents of a kind: the latest rule says so."""
    rules = [one for one in _all() if one.kind == kind]
    return not rules or rules[-1].role in caller.roles


def must_see(kind: str, caller: Caller) -> None:
    """Raise `Forbidden` unless the caller may look at documents of this kind."""
    if not may_see(kind, caller):
        role = next(one.role for one in reversed(_all()) if one.kind == kind)
        raise Forbidden(f"a {kind} is for the role {role} alone")
