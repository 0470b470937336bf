"""What is sent and shown over HTTP."""

from datetime import date, datetime
from typing import Any

from pydantic import AliasChoices, BaseModel, Field

from services.breaches.domain import (
    PATHS,
    Agreement,
    Case,
    Decision,
    Exchange,
    Option,
    Phase,
    Rule,
    Stage,
    Step,
    options,
)
from services.breaches.domain.basis import bases_of
from services.breaches.letters import Letter
from shared.events.breaches import Track
from shared.events.words import Cause, Role, Status

LONGEST = 8_000


class Reason(BaseModel):
    reason: str = Field(max_length=LONGEST)


class Hold(Reason):
    """`measure` says what is held; without it work, access and payment are."""

    measure: str = Field(default="", max_length=500)


class Verdict(Reason):
    """`basis` is one of the case's; without it the first. `phase` corrects when it arose."""

    basis: str = Field(default="", max_length=500)
    phase: Phase | None = None


class Question(BaseModel):
    question: str = Field(max_length=LONGEST)


class Subject(BaseModel):
    subject: str = Field(max_length=LONGEST)


class Answer(BaseModel):
    """The answer as `text` (or `answer`); `document_ids` are those that onboarding gave when the
    files were uploaded."""

    text: str = Field(max_length=LONGEST, validation_alias=AliasChoices("text", "answer"))
    document_ids: tuple[str, ...] = Field(default=(), max_length=50)


class Proposal(Reason):
    """`consequence` and `basis` together are one of the case's `options`."""

    consequence: str
    basis: str
    proportionality: str = Field(default="", max_length=LONGEST)
    working_days: int | None = None


class Signature(BaseModel):
    """Whoever signs declares to have no conflict of interest."""

    no_conflict: bool


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
    number: int
    kind: str
    addressee_id: str
    dated: datetime
    text_da: str
    text_en: str


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
    rule_en: str
    exposure_ids: tuple[str, ...]
    ended_exposures: tuple[str, ...]
    next: Next | None
    bases: tuple[str, ...]
    options: tuple[Option, ...]
    exchanges: tuple[Exchange, ...]
    decisions: tuple[Decision, ...]
    replacement_id: str
    notes: tuple[str, ...]
    letters: tuple[LetterLine, ...]
    steps: tuple[Step, ...]


class Asked(BaseModel):
    """What the holder of a link is asked or told."""

    kind: str
    contract_id: str
    text: str
    due: datetime | None
    answered: bool


class BookView(BaseModel):
    version: str
    valid_from: date
    valid_to: date | None
    note: str
    rules: tuple[Rule, ...]
    paths: dict[str, dict[str, Any]]


def line(case: Case) -> CaseLine:
    return CaseLine(**_line(case))


def _line(case: Case) -> dict[str, Any]:
    wait = case.wait
    fields = ("contract_id", "buyer_id", "party_id", "supplier_id", "track", "rule", "status")
    return {
        **{name: getattr(case, name) for name in fields},
        "id": case.id,
        "stage": case.stage,
        "open": case.open,
        "opened": case.opened,
        "due": case.due if wait else None,
        "turn": wait.turn if wait else "",
        "what": wait.what if wait else "",
    }


def whole(
    case: Case, rule: Rule, agreement: Agreement, letters: list[Letter], now: datetime
) -> CaseView:
    wait, ground = case.wait, case.ground(rule)
    ahead = None
    if wait is not None:
        ahead = Next(
            turn=wait.turn,
            role=wait.role,
            what=wait.what,
            law=wait.law,
            due=case.due,
            overdue=case.due < now,
            possible=wait.may,
        )
    return CaseView(
        **_line(case),
        role=case.role,
        path=case.path,
        cause=case.cause,
        phase=case.phase,
        mandatory=case.mandatory,
        established=case.established,
        amount=case.amount,
        rulebook_version=case.rulebook_version,
        rule_da=rule.name.da,
        rule_en=rule.name.en,
        exposure_ids=case.exposure_ids,
        ended_exposures=case.ended_exposures,
        next=ahead,
        bases=bases_of(ground, agreement),
        options=options(ground, agreement),
        exchanges=case.exchanges,
        decisions=case.decisions,
        replacement_id=case.replacement_id,
        notes=case.notes,
        letters=tuple(
            LetterLine.model_validate(letter.model_dump())
            for letter in sorted(letters, key=lambda one: one.number)
        ),
        steps=case.steps,
    )


def paths() -> dict[str, dict[str, Any]]:
    """The state machines as data, for people and for pages."""
    return {
        track.value: {stage.value: wait.model_dump() for stage, wait in stages.items()}
        for track, stages in PATHS.items()
    }
