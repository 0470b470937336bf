"""Reads the journal at the end: was every step said once, and is none missing?"""

from collections import Counter
from datetime import datetime

from shared.events import catalogue
from shared.events.audits import (
    AuditHeld,
    AuditMoved,
    AuditPlanned,
    CorrectiveActionAgreed,
    CorrectiveActionEscalated,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    DeferredFollowUpUrgent,
    EvidenceOverdue,
    EvidenceReceived,
    EvidenceReminded,
    EvidenceRequested,
    RiskChanged,
)
from shared.events.base import Event
from shared.mongo import MongoStore

LADDER = (2, 1, 1)
"""Reminders, escalations and overdues of an action of ten working days that nobody verifies."""


async def told(store: MongoStore) -> list[Event]:
    kinds = catalogue()
    wanted = (
        AuditPlanned, AuditHeld, AuditMoved, RiskChanged, DeferredFollowUpUrgent,
        CorrectiveActionAgreed, CorrectiveActionReminded, CorrectiveActionEscalated,
        CorrectiveActionOverdue, CorrectiveActionVerified,
        EvidenceRequested, EvidenceReminded, EvidenceOverdue, EvidenceReceived,
    )  # fmt: skip
    found: list[Event] = []
    async for block in store.blocks():
        for entry in block.entries:
            kind = kinds[entry.type]
            if issubclass(kind, wanted):
                found.append(kind.model_validate_json(entry.body))
    return found


def twice(told: list[Event]) -> int:
    """Steps that were announced more than once: of actions, of questions, of audits."""
    steps: Counter[tuple[object, ...]] = Counter()
    for fact in told:
        match fact:
            case CorrectiveActionReminded():
                steps["remind", fact.action_id, fact.reminder] += 1
            case CorrectiveActionEscalated() | CorrectiveActionOverdue():
                steps[type(fact), fact.action_id, fact.due] += 1
            case EvidenceReminded():
                steps["remind", fact.request_id, fact.reminder] += 1
            case EvidenceOverdue():
                steps["overdue", fact.request_id, fact.due] += 1
            case AuditPlanned() | AuditHeld():
                steps[type(fact), fact.audit_id] += 1
            case EvidenceRequested():
                steps["ask", fact.request_id] += 1
    return sum(count - 1 for count in steps.values())


def missing(told: list[Event], now: datetime) -> int:
    """Actions past their deadline that were not verified, and lack a step of their ladder."""
    came: dict[str, Counter[type[Event]]] = {}
    due: dict[str, datetime] = {}
    for fact in told:
        if isinstance(fact, CorrectiveActionAgreed):
            came[fact.action_id], due[fact.action_id] = Counter(), fact.due
        elif isinstance(
            fact,
            CorrectiveActionReminded
            | CorrectiveActionEscalated
            | CorrectiveActionOverdue
            | CorrectiveActionVerified,
        ):
            came[fact.action_id][type(fact)] += 1
    ladder = (CorrectiveActionReminded, CorrectiveActionEscalated, CorrectiveActionOverdue)
    return sum(
        tuple(steps[kind] for kind in ladder) != LADDER
        for id, steps in came.items()
        if due[id] < now and not steps[CorrectiveActionVerified]
    )
