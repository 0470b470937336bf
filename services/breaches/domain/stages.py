"""The words of the state machines: where a case is, what may be done to it, whom it waits for."""

from enum import StrEnum

from pydantic import BaseModel


class Stage(StrEnum):
    """Where a case is."""

    FLAGGED = "flagged"
    HELD = "held"
    ASKED = "asked"
    ANSWERED = "answered"
    HEARING = "hearing"
    HEARD = "heard"
    CONFIRMED = "confirmed"
    BLOCKED = "blocked"
    PROPOSED = "proposed"
    OPINION = "opinion"
    ASSESSED = "assessed"
    SECURED = "secured"
    ORDERED = "ordered"
    DISMISSED = "dismissed"
    REMEDIED = "remedied"

    @property
    def is_over(self) -> bool:
        return self in (Stage.DISMISSED, Stage.REMEDIED)


class Action(StrEnum):
    """What somebody may do to a case. The words are those of the routes."""

    HOLD = "hold"
    CONFIRM = "confirm"
    APPROVE = "second-approval"
    ASK = "enquiry"
    ANSWER_ENQUIRY = "enquiry/answer"
    HEAR = "hearing"
    ANSWER_HEARING = "hearing/answer"
    PROPOSE = "decision"
    SIGN = "decision/sign"
    DISMISS = "dismiss"
    REMEDY = "remedy"
    EXTEND = "extension"
    DISPUTE = "dispute"
    RESUME = "resumption"
    SETTLE = "settlement"
    LICENSE = "licence"
    CLEAN = "self-cleaning"
    REQUEST_OPINION = "opinion"
    RECEIVE_OPINION = "opinion/answer"
    CORRECT = "decision/correction"
    WITHDRAW = "decision/withdrawal"
    RELEASE = "payment-release"
    ASSESS_SUPPLY = "supply/assessment"
    SECURE_SUPPLY = "supply/means"
    TIMETABLE = "timetable"
    PRECAUTION = "precaution"
    LIFT = "precaution/lift"
    DELIVER = "delivery"


class Wait(BaseModel, frozen=True):
    """One state in which a case waits: for whom, for what, by which law, and what may follow.

    `turn` is whose turn it is, `role` who of the buyer has to see to it.
    """

    turn: str
    role: str
    need: str
    what: str
    law: str
    may: tuple[Action, ...]
