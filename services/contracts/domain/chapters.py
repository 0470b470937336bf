"""What a contract was on a day: its terms and its stage are kept with their dates.

How it stood is kept apart, one record for each status (`history.StatusSaid`).
"""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from shared.events.base import Said
from shared.events.contracts import OmittedClause
from shared.events.words import Clause, PartyDescription


class Chapter(Said):
    """One change of a contract: it holds from the day `effective`, and was told at `at`.

    `terms` are the changed fields of `TERMS` as JSON; None of the others: they stayed as they were.
    """

    at: datetime
    effective: date
    what: str
    source: str = ""
    terms: dict[str, Any] = Field(default_factory=dict)
    buyer_id: str | None = None
    suppliers: tuple[PartyDescription, ...] | None = None
    clauses: tuple[Clause, ...] | None = None
    omitted: tuple[OmittedClause, ...] | None = None
    clauses_from: str = ""


def until(chapters: tuple[Chapter, ...], day: date) -> tuple[Chapter, ...]:
    """The chapters that held on a day, in the order in which they took effect."""
    held = [one for one in chapters if one.effective <= day]
    return tuple(sorted(held, key=lambda one: (one.effective, one.at)))
