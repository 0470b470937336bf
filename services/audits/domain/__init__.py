"""The rules of following up: the plan of a contract, audits, findings, and what mends them."""

from services.audits.domain.audits import Audit, AuditState
from services.audits.domain.findings import (
    ActionState,
    CorrectiveAction,
    Finding,
    FindingClass,
    FindingState,
    Severity,
    reminder_days,
)
from services.audits.domain.plans import FollowUp, Plan

__all__ = [
    "ActionState",
    "Audit",
    "AuditState",
    "CorrectiveAction",
    "Finding",
    "FindingClass",
    "FindingState",
    "FollowUp",
    "Plan",
    "Severity",
    "reminder_days",
]
