"""The rules of following up: the plan of a contract, audits, findings, and what mends them."""

from services.audits.domain.actions import ActionState, CorrectiveAction
from services.audits.domain.audits import Audit, AuditState
from services.audits.domain.checklists import Checklist, Verdict
from services.audits.domain.complaints import Complaint
from services.audits.domain.dialogues import Dialogue
from services.audits.domain.evidence import EvidenceRequest, RequestState
from services.audits.domain.findings import Finding, FindingClass, FindingState, Severity
from services.audits.domain.heard import HavenCase, Supply
from services.audits.domain.plans import FollowUp, Plan
from services.audits.domain.quotas import Quota
from services.audits.domain.wage_checks import CheckState, WageCheck
from services.audits.domain.years import MonthPlan, YearPlan, YearState

__all__ = [
    "ActionState",
    "Audit",
    "AuditState",
    "CheckState",
    "Checklist",
    "Complaint",
    "CorrectiveAction",
    "Dialogue",
    "EvidenceRequest",
    "Finding",
    "FindingClass",
    "FindingState",
    "FollowUp",
    "HavenCase",
    "MonthPlan",
    "Plan",
    "Quota",
    "RequestState",
    "Severity",
    "Supply",
    "Verdict",
    "WageCheck",
    "YearPlan",
    "YearState",
]
