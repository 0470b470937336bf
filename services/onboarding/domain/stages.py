"""Where a qualification can stand, from where it may go where, and what is known around it."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel


class Stage(StrEnum):
    DRAFT = "draft"
    DOCUMENTS_PENDING = "documents pending"
    SCREENING = "screening"
    QUALIFIED = "qualified"
    CONDITIONAL = "conditional"
    REFUSED = "refused"
    LAPSED = "lapsed"


WAITING = (Stage.DRAFT, Stage.DOCUMENTS_PENDING, Stage.SCREENING, Stage.CONDITIONAL, Stage.LAPSED)
"""Where something is to come: there is a day for it, and somebody who sees to it."""

LAWFUL: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset((Stage.DOCUMENTS_PENDING, Stage.SCREENING, Stage.REFUSED, Stage.LAPSED)),
    Stage.DOCUMENTS_PENDING: frozenset(
        (Stage.DRAFT, Stage.SCREENING, Stage.CONDITIONAL, Stage.REFUSED, Stage.LAPSED)
    ),
    Stage.SCREENING: frozenset(
        (
            Stage.QUALIFIED,
            Stage.DOCUMENTS_PENDING,
            Stage.CONDITIONAL,
            Stage.REFUSED,
            Stage.LAPSED,
        )
    ),
    Stage.QUALIFIED: frozenset((Stage.LAPSED, Stage.REFUSED)),
    Stage.CONDITIONAL: frozenset((Stage.QUALIFIED, Stage.REFUSED, Stage.LAPSED)),
    Stage.REFUSED: frozenset((Stage.DRAFT, Stage.DOCUMENTS_PENDING, Stage.SCREENING, Stage.LAPSED)),
    Stage.LAPSED: frozenset(
        (
            Stage.DRAFT,
            Stage.DOCUMENTS_PENDING,
            Stage.SCREENING,
            Stage.CONDITIONAL,
            Stage.REFUSED,
        )
    ),
}
"""From where it may go where. Only a person leads to refused and conditional."""


class Wanted(BaseModel, frozen=True):
    """One kind of document to ask for: when, until when, and for which day."""

    kind: str
    due: datetime
    ask: date | None = None
    needed: date | None = None
    in_time: bool = True
    note: str = ""


class Around(BaseModel, frozen=True):
    """What else counts now: grounds that evidence contradicts, and what screening says.

    `act_by` is when a person is asked, where nothing else says until when to wait.
    """

    act_by: datetime
    contradicted: tuple[str, ...] = ()
    screened: bool = False
    hits: tuple[str, ...] = ()
