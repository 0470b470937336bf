"""What is sent and shown over HTTP."""

from datetime import date, datetime
from typing import Any, Literal

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
from services.breaches.domain.papers import Cleaning, Means, Opinion, Rest, Supply
from services.breaches.guidance import Forumshelf, Guidance, matter_of
from services.breaches.letters import Letter
from services.breaches.terms import Latest, Terms, country_of, day_of, timetable
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
    chosen_in_notice: bool | None = None
    final: bool | None = None
    event_date: date | None = None
    judgment_date: date | None = None


class Dismissal(Reason):
    """`way_out`: `ground_gone`, `noted`; of a legal block `false_match`, `control_rebutted`,
    `delisted`."""

    way_out: str = ""


class Extension(Reason):
    working_days: int


class Resting(Extension):
    kind: Literal["disputed", "awaits_ruling", "suspended"]


class Licence(BaseModel):
    """What an authority allows, until the end of a day."""

    authority: str = Field(max_length=500)
    scope: str = Field(max_length=LONGEST)
    until: date


class Settlement(BaseModel):
    terms: str = Field(max_length=LONGEST)


class SelfCleaning(Reason):
    """The three parts of Directive 2014/24/EU Art 57(6), and whether they are enough."""

    compensation: str = Field(max_length=LONGEST)
    clarified: str = Field(max_length=LONGEST)
    measures: str = Field(max_length=LONGEST)
    enough: bool


class OpinionGiven(BaseModel):
    reliable: bool
    opinion: str = Field(max_length=LONGEST)


class Correction(Reason):
    correction: str = Field(max_length=LONGEST)


class Release(Reason):
    """Kroner that are paid after all, on proof of back-pay."""

    amount: float
    document_ids: tuple[str, ...] = Field(default=(), max_length=500)


class Report(BaseModel):
    reference: str = Field(max_length=500)


class Conflict(Reason):
    person: str = Field(max_length=200)
    instead: str = Field(max_length=200)


class Stock(Reason):
    """`told`: who of the clinic and of vigilance was told."""

    item: str = Field(max_length=500)
    days_of_stock: float
    told: str = Field(max_length=500)


class Secured(Reason):
    means: Means
    reference: str = Field(default="", max_length=500)


class Question(BaseModel):
    question: str = Field(max_length=LONGEST)


class Subject(BaseModel):
    subject: str = Field(max_length=LONGEST)


class Answer(BaseModel):
    """The answer as `text` (or `answer`); `document_ids` are those that onboarding gave when the
    files were uploaded."""

    text: str = Field(max_length=LONGEST, validation_alias=AliasChoices("text", "answer"))
    document_ids: tuple[str, ...] = Field(default=(), max_length=50)
    self_cleaning: bool = False


class Proposal(Reason):
    """`consequence` and `basis` together are one of the case's `options`."""

    consequence: str
    basis: str
    proportionality: str = Field(default="", max_length=LONGEST)
    working_days: int | None = None
    amount: float | None = None
    deviation: str = Field(default="", max_length=LONGEST)


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
    text_sv: str = ""
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
    report_due: datetime | None
    reported: str
    relevant_until: date | None
    recused: tuple[str, ...]
    timetable: tuple[Latest, ...]
    guidance: Guidance | None
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


ALSO = (
    "rest",
    "cleaning",
    "opinion",
    "supply",
    "withheld",
    "report_due",
    "reported",
    "relevant_until",
    "recused",
)


def whole(
    case: Case,
    rule: Rule,
    agreement: Agreement,
    letters: list[Letter],
    terms: Terms,
    forums: Forumshelf,
    now: datetime,
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
        rule_sv=rule.name.in_language("sv"),
        rule_en=rule.name.en,
        exposure_ids=case.exposure_ids,
        ended_exposures=case.ended_exposures,
        next=ahead,
        bases=bases_of(ground, agreement),
        options=options(ground, agreement),
        exchanges=case.exchanges,
        decisions=case.decisions,
        **{name: getattr(case, name) for name in ALSO},
        timetable=timetable(agreement, terms, now),
        guidance=_guidance(case, agreement, forums),
        replacement_id=case.replacement_id,
        notes=case.notes,
        letters=tuple(
            LetterLine.model_validate(letter.model_dump())
            for letter in sorted(letters, key=lambda one: one.number)
        ),
        steps=case.steps,
    )


def _guidance(case: Case, agreement: Agreement, forums: Forumshelf) -> Guidance | None:
    """Where the decision in force can be complained of, and until when."""
    decision = next((d for d in reversed(case.decisions) if d.in_force), None)
    if decision is None or decision.ordered is None:
        return None
    day = day_of(decision.ordered, agreement)
    matter = matter_of(case.track, case.phase, agreement.category)
    forum = forums.on(day).forum(country_of(agreement), matter)
    return Guidance(
        forum=forum.name, until=forum.until(day), basis=forum.basis, verified=forum.verified
    )


def paths() -> dict[str, dict[str, Any]]:
    """The state machines as data, for people and for pages."""
    return {
        track.value: {stage.value: wait.model_dump() for stage, wait in stages.items()}
        for track, stages in PATHS.items()
    }
