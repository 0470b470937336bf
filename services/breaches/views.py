"""What is shown over HTTP."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from services.breaches.domain import (
    Decision,
    Exchange,
    Option,
    Phase,
    Rule,
    Stage,
    Step,
)
from services.breaches.domain.holds import Sum
from services.breaches.domain.papers import (
    Borrowed,
    Cleaning,
    Opinion,
    Precaution,
    Rest,
    Supply,
)
from services.breaches.guidance import Guidance
from services.breaches.terms import Latest
from shared.events.breaches import Track
from shared.events.words import Cause, Role, Status


class Next(BaseModel):
    """What the law wants next: whose turn it is, until when, and why."""

    turn: str
    role: str
    what: str
    law: str
    due: datetime
    overdue: bool
    possible: tuple[str, ...]


class CaseLine(BaseModel):
    """A case in a list."""

    id: str
    contract_id: str
    buyer_id: str
    party_id: str
    supplier_id: str
    track: Track
    rule: str
    status: Status
    stage: Stage
    open: bool
    opened: str
    due: datetime | None
    turn: str
    what: str


class LetterLine(BaseModel):
    """A letter, and what shows that it arrived. Without `delivered` nothing does yet."""

    number: int
    kind: str
    addressee_id: str
    dated: datetime
    delivered: datetime | None = None
    channel: str = ""
    reference: str = ""
    text_da: str
    text_sv: str = ""
    text_en: str


class Elsewhere(BaseModel):
    """What another buyer found out about the same party from public lists and registers.

    It is information: whether the ground is `established` there decides nothing here.
    """

    case_id: str
    buyer_id: str
    rule: str
    cause: Cause
    opened: str
    established: bool


class CaseView(CaseLine):
    """A case whole."""

    role: Role
    path: tuple[str, ...]
    cause: Cause
    phase: Phase
    mandatory: bool
    established: bool
    amount: float | None
    rulebook_version: str
    rule_da: str
    rule_sv: str
    rule_en: str
    exposure_ids: tuple[str, ...]
    ended_exposures: tuple[str, ...]
    next: Next | None
    bases: tuple[str, ...]
    options: tuple[Option, ...]
    exchanges: tuple[Exchange, ...]
    decisions: tuple[Decision, ...]
    rest: Rest | None
    cleaning: Cleaning | None
    opinion: Opinion | None
    supply: Supply | None
    withheld: float
    sum: Sum
    release_condition: str
    precaution: Precaution | None
    borrowed: tuple[Borrowed, ...]
    siblings: tuple[CaseLine, ...]
    elsewhere: tuple["Elsewhere", ...]
    predecessors: tuple[str, ...]
    report_due: datetime | None
    reported: str
    relevant_until: date | None
    recused: tuple[str, ...]
    timetable: tuple[Latest, ...]
    ways_out: tuple[str, ...]
    tenders_until: date | None
    guidance: Guidance | None
    replacement_id: str
    notes: tuple[str, ...]
    letters: tuple[LetterLine, ...]
    steps: tuple[Step, ...]


class Paper(BaseModel):
    """A letter to the holder of a link. Its PDF lies at `letters/{number}.pdf` behind the link."""

    number: int
    kind: str
    dated: datetime
    text_da: str
    text_sv: str = ""
    text_en: str


class Asked(BaseModel):
    """What the holder of a link is asked or told. `self_cleaning`: what it has done to be reliable
    again counts here, and may be marked in the answer. `answerable`: an answer is awaited or, of
    somebody heard alongside, listened to. `letters` are the papers of the same step to the same
    addressee."""

    kind: str
    contract_id: str
    text: str
    due: datetime | None
    answered: bool
    self_cleaning: bool = False
    answerable: bool = False
    letters: tuple[Paper, ...] = ()


class Involved(BaseModel):
    """One line of the register of involvement. Since `ended` it bars from nothing."""

    person: str
    party_id: str
    reason: str
    declared: datetime
    by: str
    ended: datetime | None


class BookView(BaseModel):
    version: str
    valid_from: date
    valid_to: date | None
    note: str
    rules: tuple[Rule, ...]
    paths: dict[str, dict[str, Any]]
