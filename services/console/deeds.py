"""What people can do about a thing of follow-up: each deed is one form and one command to audits.

Audits alone decides what may be done, and says no with reasons. This table puts the forms in front
of those who may send them, where the thing stands so that they can be of use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.console.steps import REASON, Field

Thing = Literal[
    "finding", "action", "audit", "request", "wages", "quota", "complaint", "dialogue", "contract"
]
AUDITORS = ("auditor",)
MANAGERS = ("auditor", "contract_manager", "officer")
OFFICERS = ("officer",)
WAGE_PEOPLE = ("auditor", "wage_controller")
RECEIVERS = ("tip_receiver",)
TAKERS = (*MANAGERS, *RECEIVERS)

DAYS = Field("working_days", "number")
MAYBE_DAYS = Field("working_days", "number", optional=True)
PAPERS = Field("document_ids", "ids")
MAYBE_PAPERS = Field("document_ids", "ids", optional=True)
MEASURE = Field("measure")
PARTY = Field("party_id", "choice")
CLAUSE = Field("obligation", "choice")
MAYBE_CLAUSE = Field("obligation", "choice", optional=True)
"""Choices that the page knows: the parties and clauses of the contract."""

QUOTA_KINDS = ("apprentices", "training", "wage-subsidy")
UNITS = ("person-weeks", "persons", "percent")
CHANNELS = ("phone", "mail", "meeting")
CATEGORIES = (
    "wages", "safety", "human_rights", "environment", "corruption", "delivery", "other",
)  # fmt: skip
OUTCOMES = ("founded", "unfounded", "elsewhere")
SEVERITIES = ("minor", "major", "critical")
CLASSES = ("other", "documents", "wages")
RISKS = ("low-price", "unskilled-labour", "posted-labour", "country", "complaint")
"""What audits takes from people, since no fact of the system tells it."""
QUESTION_ROWS, MISSING_ROWS = 6, 3
"""Rows of a form in which questions are asked, and in which missing documents are named."""
QUESTION_TYPES = ("text", "number", "date", "choice", "choices", "file", "table")


def _yes_no(name: str) -> Field:
    return Field(name, "choice", choices=("yes", "no"))


@dataclass(frozen=True, slots=True)
class Deed:
    """`path` at audits, with the thing's id in it. `states`: where it is offered; none: always."""

    name: str
    thing: Thing
    path: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    states: tuple[str, ...] = ()
    file: bool = False
    """Whether a workbook goes along, as `content` in base64."""

    def offered(self, state: str, roles: tuple[str, ...]) -> bool:
        return bool(set(roles) & set(self.roles)) and (not self.states or state in self.states)

    def body(self, form: Mapping[str, str]) -> dict[str, Any]:
        """What goes to audits, in the types that it takes there. Rows are read by their page."""
        found: dict[str, Any] = {}
        for one in self.fields:
            if one.kind in ("questions", "missing"):
                continue
            text = form.get(one.name, "")
            if text or not one.optional:
                found[one.sent_as or one.name] = one.value(text)
        return found


DEEDS = (
    Deed("agree", "finding", "/findings/{id}/action", MANAGERS,
         (MEASURE, MAYBE_DAYS, Field("agreed_with", "text")), ("raised", "missed")),
    Deed("propose", "finding", "/findings/{id}/proposal", MANAGERS,
         (Field("proposed", sent_as="measure"), MAYBE_DAYS), ("raised", "missed")),
    Deed("dispute", "finding", "/findings/{id}/dispute", MANAGERS,
         (REASON, Field("forum", "text")), ("raised", "in_hand", "missed")),
    Deed("rule", "finding", "/findings/{id}/ruling", OFFICERS,
         (_yes_no("upheld"), Field("reference", "text"), REASON), ("disputed",)),
    Deed("check", "finding", "/findings/{id}/check", AUDITORS,
         (Field("lasts", "choice", "effective", ("yes", "no")), REASON, MAYBE_PAPERS), ("closed",)),
    Deed("reopen", "finding", "/findings/{id}/reopen", MANAGERS, (REASON,), ("closed",)),
    Deed("verify", "action", "/actions/{id}/verify", AUDITORS, (PAPERS, REASON),
         ("agreed", "overdue")),
    Deed("accept-counter", "action", "/actions/{id}/accept", MANAGERS, (), ("countered",)),
    Deed("answer-for", "action", "/actions/{id}/answer", MANAGERS,
         (_yes_no("agrees"), Field("told_by", "text"), Field("instead_of", sent_as="measure",
          optional=True), MAYBE_DAYS, Field("why", sent_as="reason", optional=True)),
         ("proposed",)),
    Deed("extend", "action", "/actions/{id}/extend", MANAGERS, (DAYS, REASON), ("agreed",)),
    Deed("reuse", "audit", "/audits/{id}/reuse", AUDITORS,
         (Field("other_buyer_id", "text"), Field("reference", "text"), Field("held_on", "date"),
          _yes_no("same_level"), Field("assessment"), PAPERS), ("planned",)),
    Deed("accept", "request", "/evidence-requests/{id}/accept", MANAGERS, (REASON,),
         ("submitted",)),
    Deed("ask-again", "request", "/evidence-requests/{id}/ask-again", MANAGERS, (REASON, DAYS),
         ("submitted",)),
    Deed("give-time", "request", "/evidence-requests/{id}/extend", MANAGERS, (DAYS, REASON),
         ("open",)),
    Deed("withdraw", "request", "/evidence-requests/{id}/withdraw", MANAGERS, (REASON,),
         ("open", "submitted")),
    Deed("claim", "wages", "/wage-checks/{id}/claim", WAGE_PEOPLE, (CLAUSE,), ("compared",)),
    Deed("let-be", "wages", "/wage-checks/{id}/let-be", WAGE_PEOPLE, (REASON,), ("compared",)),
    Deed("back-pay", "wages", "/wage-checks/{id}/back-pay", WAGE_PEOPLE,
         (Field("worker", "text"), Field("amount", "money"), PAPERS), ("claimed",)),
    Deed("report", "quota", "/quotas/{id}/report", MANAGERS,
         (Field("period", "choice"), Field("reported", "money")), ("open", "reported")),
    Deed("verify-quota", "quota", "/quotas/{id}/verify", AUDITORS,
         (Field("period", "choice"), Field("verified", "money"), PAPERS),
         ("open", "reported", "short")),
    Deed("settle", "quota", "/quotas/{id}/settle", MANAGERS,
         (Field("period", "choice"), REASON, Field("finding_id", "text", optional=True)),
         ("short",)),
    Deed("assess", "complaint", "/complaints/{id}/assess", RECEIVERS,
         (Field("outcome", "choice", choices=OUTCOMES), Field("may_know", sent_as="told"),
          Field("contract_id", "text", optional=True), Field("party", "text", "party_id",
          optional=True), Field("to_source", sent_as="answer", optional=True)), ("received",)),
    Deed("hold-erasure", "complaint", "/complaints/{id}/hold", RECEIVERS, (REASON,), ("assessed",)),
    Deed("release-erasure", "complaint", "/complaints/{id}/release", RECEIVERS, (REASON,),
         ("assessed",)),
    Deed("decide-erasure", "complaint", "/complaints/{id}/erasure", RECEIVERS,
         (Field("reference", "text"), REASON), ("assessed",)),
    Deed("follow", "dialogue", "/dialogues/{id}/follow", MANAGERS, (_yes_no("kept"), REASON),
         ("open",)),
    Deed("note-talk", "contract", "/dialogues", MANAGERS,
         (PARTY, Field("form", "choice", choices=("meeting", "call", "mail")),
          Field("held_on", "date"), Field("talk_about", "text", "subject"), Field("agreed"),
          MAYBE_CLAUSE, Field("follow_on", "date", optional=True))),
    Deed("set-quota", "contract", "/quotas", MANAGERS,
         (PARTY, Field("quota_kind", "choice", "kind", choices=QUOTA_KINDS),
          Field("unit", "choice", choices=UNITS), Field("required", "money"),
          Field("months", "number"), Field("from_day", "date", "starts", optional=True))),
    Deed("ask", "contract", "/evidence-requests", MANAGERS,
         (PARTY, CLAUSE, Field("questions", "questions"), MAYBE_DAYS,
          Field("remind_before", "days", optional=True))),
    Deed("raise", "contract", "/findings", MANAGERS,
         (PARTY, CLAUSE, Field("severity", "choice", choices=SEVERITIES),
          Field("finding_class", "choice", choices=CLASSES), Field("description"),
          Field("root_cause", optional=True), MAYBE_PAPERS)),
    Deed("payslips", "contract", "/wage-checks/sheet", WAGE_PEOPLE,
         (PARTY, Field("agreement", "choice"), Field("missing", "missing"), MAYBE_PAPERS),
         file=True),
    Deed("note-risk", "contract", "/plans/{id}/risks", MANAGERS,
         (Field("code", "choice", choices=RISKS), REASON)),
    Deed("drop-risk", "contract", "/plans/{id}/risks/{code}/drop", MANAGERS,
         (Field("noted", "choice"), REASON)),
)  # fmt: skip
BY_NAME = {one.name: one for one in DEEDS}

TIP = (
    Field("category", "choice", choices=CATEGORIES),
    Field("text"),
    Field("contract_id", "text", optional=True),
    Field("source", "text", optional=True),
    Field("contact", "text", optional=True),
)
"""A tip without a name is a tip."""
TAKEN = (
    Field("channel", "choice", choices=CHANNELS),
    *TIP,
    Field("party", "text", "party_id", optional=True),
)
"""What somebody writes down who was called, or got a mail."""


def of(thing: Thing) -> tuple[Deed, ...]:
    return tuple(one for one in DEEDS if one.thing == thing)
