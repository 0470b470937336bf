"""What is kept of the turns that a case may take: rests, self-cleaning, opinions, supply."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from shared.events.base import Criminal
from shared.events.words import Status

LEAST_LEFT = timedelta(days=1)
"""What a deadline that had run out has when somebody takes the case up again. (The moment itself
would not do: what is due comes once.)"""

Kind = Literal["disputed", "awaits_ruling", "suspended", "licence"]
Means = Literal["alternative", "derogation", "urgent_purchase"]


class Rest(BaseModel, frozen=True):
    """Why a case rests, until when at the latest, and how much time its state had left."""

    kind: Kind
    reason: Criminal[str]
    by: str
    until: datetime
    left: timedelta
    before: Status


class Cleaning(BaseModel, frozen=True):
    """The three parts of Art 57(6), each in the officer's words, and the conclusion."""

    compensation: Criminal[str]
    clarified: Criminal[str]
    measures: Criminal[str]
    enough: bool
    reason: Criminal[str]
    by: str
    at: datetime


class Opinion(BaseModel, frozen=True):
    """What was asked of the authority, and what it said. `reliable` is its conclusion."""

    authority: str
    asked: datetime
    due: datetime
    received: datetime | None = None
    reliable: bool | None = None
    text: Criminal[str] = ""


class Supply(BaseModel, frozen=True):
    """What is usable, for how long; who of the clinic was told; and what secures the supply."""

    item: str
    days_of_stock: float
    told: str
    means: Means | None = None
    reference: str = ""
    reason: str = ""


class WageClaim(BaseModel, frozen=True):
    """What is claimed for one finding, in the currency of the case."""

    ref: str
    amount: float


class Precaution(BaseModel, frozen=True):
    """What holds for the time of the procedure, and on which basis."""

    measure: str
    basis: str
    by: str
    reason: Criminal[str]
    until: datetime
    before: Status | None = None
    """What the contract showed before it."""


class Served(BaseModel, frozen=True):
    """That a letter reached its addressee: by which way, when, and on whose word."""

    link_id: str
    addressee_id: str
    channel: str
    at: datetime
    reference: str = ""
    by: str = ""


class Alongside(BaseModel, frozen=True):
    """What a subcontractor said that was heard alongside."""

    answer: Criminal[str]
    document_ids: tuple[str, ...]
    at: datetime


class Borrowed(BaseModel, frozen=True):
    """Facts that were taken over from another case about the same party."""

    case_id: str
    buyer_id: str
    rule: str
    facts: Criminal[tuple[str, ...]]
    by: str
    at: datetime
    reason: Criminal[str]
