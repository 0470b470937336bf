"""One line per fact: when it happened, what it is about, and the values its sentence needs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from services.console.readmodels.shelves import on_shelves
from shared.domain import Record
from shared.events import service_of
from shared.events.base import Criminal, Event, Personal, is_natural_person
from shared.events.notifications import NotificationsEvent
from shared.events.onboarding import OwnershipDeclared
from shared.events.words import ListEntryRef, Money, PartyDescription, Share
from shared.sealing import plan_of
from shared.steps import with_marks
from shared.unit import Unit

ABOUT = (
    "contract_id",
    "case_id",
    "hit_id",
    "party_id",
    "supplier_id",
    "parent_id",
    "addressee_id",
    "outgoing_id",
    "incoming_id",
    "substitute_id",
    "replacement_id",
    "document_id",
    "finding_id",
    "audit_id",
    "action_id",
    "merged_id",
    "split_id",
    "proposal_id",
)
"""Fields that hold the id of something that has, or can have, a page."""

SEVERAL = ("party_ids", "supplier_ids", "owner_ids", "hit_ids", "path", "heard_alongside")

NOTES = (
    "reason",
    "detail",
    "conclusion",
    "description",
    "question",
    "answer",
    "instruction",
    "terms",
    "correction",
    "found",
)
"""Fields with free text of a person: shown under the sentence, and sealed like personal data."""

NO_VALUES = {"need", "settles", "party", "checks", "named", "stakes", "clauses", "lists"}


NEWS = {
    "BreachConfirmed",
    "BreachDismissed",
    "BreachFlagged",
    "BreachRemedied",
    "ClaimContradicted",
    "ClaimReconciled",
    "ConsequenceOrdered",
    "ContractEnded",
    "ContractSigned",
    "ContractStatusChanged",
    "CorrectiveActionOverdue",
    "DecisionProposed",
    "DocumentOverdue",
    "EnquiryAnswered",
    "FindingRaised",
    "HearingAnswered",
    "HearingLapsed",
    "HitConfirmed",
    "HitDismissed",
    "InterimMeasureOrdered",
    "OwnershipFlagged",
    "PartyQualified",
    "ReplacementOverdue",
    "SubcontractorDeclared",
    "SubcontractorReplaced",
    "SubstituteProposed",
}
"""What an officer wants to know though it asks nothing of them: the news of a day."""

ALL_NEWS = "all"


class Words(BaseModel, frozen=True):
    """What a person wrote where it may tell of offences (ADR 74)."""

    subject_field: ClassVar[str] = "offences_of"

    offences_of: str
    text: Criminal[str]


class Line(Record):
    """A fact as the timelines show it. `time` is ISO 8601 in UTC, the text that sorts like time.

    Without a `buyer_id` the fact is about an identity or a public list and is shared by all.
    """

    indexes: ClassVar[tuple[str, ...]] = ("about", "time", "news", "about time", "news time")
    stepped: ClassVar[tuple[str, ...]] = ("news", "about")

    kind: str
    service: str
    time: str
    about: tuple[str, ...] = ()
    """The ids of what it is about, and their marks where it is one."""
    buyer_id: str = ""
    party_id: str = ""
    note: Personal[str] = ""
    words: Words | None = None
    values: dict[str, str] = Field(default_factory=dict)
    story: str = ""
    news: tuple[str, ...] = ()
    """The shelf of all news, and of its buyer's, where an officer wants to know of it."""


def sortable(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


async def follow_lines(event: Event, unit: Unit) -> None:
    """Every fact becomes a line, except that somebody was told about another fact."""
    if isinstance(event, NotificationsEvent):
        return
    unit.put(line_of(event, unit))


def line_of(event: Event, unit: Unit) -> Line:
    party_id = _party_of(event)
    happened = unit.message.time or unit.now
    buyer_id = getattr(event, "buyer_id", "") or ""
    is_news = type(event).__name__ in NEWS
    offences = _offences_of(event)
    fields = (*NOTES, *_criminal(type(event))) if offences else NOTES
    note = next(
        (text for name in _there(type(event), fields) if (text := getattr(event, name))), ""
    )
    return Line(
        id=unit.message.id,
        kind=type(event).__name__,
        service=service_of(type(event)),
        time=sortable(happened),
        about=with_marks(about_of(event), unit.message.id),
        buyer_id=buyer_id,
        party_id=party_id,
        note="" if offences else note,
        words=Words(offences_of=offences, text=note) if offences else None,
        values=_values(event, told=not offences),
        story=unit.message.story,
        news=on_shelves(unit.message.id, [ALL_NEWS], [buyer_id]) if is_news else (),
    )


def _party_of(event: Event) -> str:
    party = getattr(event, "party", None)
    if isinstance(party, PartyDescription):
        return party.party_id
    return getattr(event, "party_id", None) or getattr(event, "outgoing_id", None) or ""


def about_of(event: Event) -> tuple[str, ...]:
    """The ids of everything that a fact is about, each once."""
    return tuple(dict.fromkeys(_about(event)))


@cache
def _there(kind: type[Event], names: tuple[str, ...]) -> tuple[str, ...]:
    """Of these fields those that facts of a kind have: asking each fact for all takes longer."""
    return tuple(name for name in names if name in kind.model_fields)


@cache
def _criminal(kind: type[Event]) -> tuple[str, ...]:
    """The fields that may tell of offences."""
    return tuple(name for name, key_class in plan_of(kind).items() if key_class == "criminal")


@cache
def _sealed(kind: type[Event], told: bool) -> frozenset[str]:
    """The fields that stay out of sentences: the marked ones, but for offences that are told."""
    return frozenset(plan_of(kind)) - frozenset(_criminal(kind) if told else ())


def _offences_of(event: Event) -> str:
    """Whose key seals the words of a fact that may tell of offences; nothing: they are open."""
    kind = type(event)
    subject = getattr(event, kind.subject_field, None) if _criminal(kind) else None
    return subject if subject and is_natural_person(subject) else ""


def _about(event: Event) -> Iterable[str]:
    kind = type(event)
    yield from filter(None, (getattr(event, name) for name in _there(kind, ABOUT)))
    for name in _there(kind, SEVERAL):
        yield from getattr(event, name)
    for party in _described(event):
        yield party.party_id
    cause = getattr(event, "cause", None)
    if cause is not None:
        yield cause.ref.partition("#")[0]
    if isinstance(event, OwnershipDeclared):
        yield from (stake.owner.party_id for stake in event.stakes if stake.owner)


def _described(event: Event) -> Iterable[PartyDescription]:
    party = getattr(event, "party", None)
    if isinstance(party, PartyDescription):
        yield party
    yield from getattr(event, "suppliers", ())
    for named in getattr(event, "named", ()):
        yield named.party


def _values(event: Event, *, told: bool) -> dict[str, str]:
    """What the sentence about the fact fills in. What is sealed and free text stay out; `told`:
    what could tell of offences is open in this one.
    """
    values: dict[str, str] = {}
    sealed = _sealed(type(event), told)
    for name in type(event).model_fields:
        value = getattr(event, name)
        if name in sealed or name in NO_VALUES or name in NOTES or value is None:
            continue
        text = _text(value)
        if text is not None:
            values[name] = text
    if cause := getattr(event, "cause", None):
        values |= {"cause": cause.kind.value, "cause_rule": cause.rule, "cause_ref": cause.ref}
    for name in ("stakes", "named", "clauses", "lists", "hits", "suppliers", "document_ids"):
        several = getattr(event, name, None)
        if isinstance(several, tuple):
            values[name] = str(len(several))
    if checks := getattr(event, "checks", ()):
        values["failed"] = str(sum(check.passed is False for check in checks))
        values["open"] = str(sum(check.passed is None for check in checks))
    if isinstance(party := getattr(event, "party", None), PartyDescription):
        values["party_id"] = party.party_id
    return values


def _text(value: Any) -> str | None:
    match value:
        case Enum():
            return str(value.value)
        case bool():
            return "yes" if value else "no"
        case datetime():
            return sortable(value)
        case date():
            return value.isoformat()
        case str() | int() | float():
            return str(value)
        case Share():
            return f"{value.minimum}..{value.maximum}"
        case Money():
            return f"{value.currency} {value.amount}"
        case ListEntryRef():
            return value.name
        case tuple() if all(isinstance(one, str) for one in value):
            return ", ".join(value)
        case BaseModel() | tuple():
            return None
        case _:
            return str(value)
