"""What a case makes of a contract: each step changes some of what is shown, and keeps the rest."""

from datetime import datetime

from services.contracts.domain.standing import Concern
from shared.events.breaches import (
    BreachConfirmed,
    BreachFlagged,
    CaseEvent,
    Consequence,
    ConsequenceOrdered,
    DecisionWithdrawn,
    InterimMeasureLifted,
    InterimMeasureOrdered,
    PaymentHoldOrdered,
    PaymentHoldReleased,
    Track,
)
from shared.events.words import PaymentHold, Status

UNTIL_VERDICT = "verdict"
"""A precautionary hold lasts until an officer has given the verdict (design §5, track 1)."""

UNTIL_LIFTED = "block_lifted"
UNTIL_REMEDIED = "breach_remedied"


def after(event: CaseEvent, concern: Concern, now: datetime) -> Concern:
    """The concern of a case once this step of it is known."""
    said: dict[str, object] = {"status": event.status, "party_id": event.party_id}
    said["reason"] = event.rule
    match event:
        case BreachFlagged():
            said["rulebook_version"] = event.rulebook_version
        case InterimMeasureOrdered():
            said["hold"] = _hold(event, concern, now, "", UNTIL_VERDICT)
        case InterimMeasureLifted():
            said["hold"] = None
        case BreachConfirmed():
            said["basis"] = event.basis
            if concern.hold is not None and event.track is Track.LEGAL_BLOCK:
                said["hold"] = concern.hold.model_copy(
                    update={"basis": event.basis, "release_condition": UNTIL_LIFTED}
                )
        case ConsequenceOrdered():
            said |= _ordered(event, concern, now)
        case PaymentHoldOrdered():
            said |= _held(event, concern, now)
        case PaymentHoldReleased():
            said["hold"] = _left(event, concern)
        case DecisionWithdrawn():
            said |= _withdrawn(event, concern)
    return concern.model_copy(update=said)


def _ordered(event: ConsequenceOrdered, concern: Concern, now: datetime) -> dict[str, object]:
    decisions = dict.fromkeys((*concern.decision_ids, event.decision_id))
    said: dict[str, object] = {"basis": event.basis, "decision_ids": tuple(decisions)}
    if event.excluded_until is not None:
        said["excluded_until"] = event.excluded_until
    if event.consequence is Consequence.HOLD_PAYMENT:
        until = event.release_condition or UNTIL_REMEDIED
        hold = _hold(event, concern, now, event.basis, until)
        more = {"amount": event.amount, "decision_id": event.decision_id}
        said["hold"] = hold.model_copy(update=more)
    return said


def _held(event: PaymentHoldOrdered, concern: Concern, now: datetime) -> dict[str, object]:
    """How much is held at most: what the order itself may not have said."""
    until = concern.hold.release_condition if concern.hold else UNTIL_REMEDIED
    hold = _hold(event, concern, now, event.basis, until)
    more = {"amount": event.amount, "decision_id": event.decision_id}
    decisions = dict.fromkeys((*concern.decision_ids, event.decision_id))
    return {
        "hold": hold.model_copy(update=more),
        "basis": event.basis,
        "decision_ids": tuple(decisions),
    }


def _left(event: PaymentHoldReleased, concern: Concern) -> PaymentHold | None:
    """What is still held; nothing, once all of it is paid."""
    if concern.hold is None or event.left.amount <= 0:
        return None
    return concern.hold.model_copy(update={"amount": event.left})


def _withdrawn(event: DecisionWithdrawn, concern: Concern) -> dict[str, object]:
    """What the decision ordered holds no longer; others, and a block, go on."""
    decisions = tuple(id for id in concern.decision_ids if id != event.decision_id)
    said: dict[str, object] = {"decision_ids": decisions, "excluded_until": None}
    if concern.hold is not None and concern.hold.decision_id == event.decision_id:
        said["hold"] = None
    if not decisions and event.status.severity <= Status.REVIEW.severity:
        said["basis"] = ""
    return said


def _hold(event: CaseEvent, concern: Concern, now: datetime, basis: str, until: str) -> PaymentHold:
    """All payment is held, since the first step that said so."""
    since = concern.hold.since if concern.hold else now
    return PaymentHold(case_id=event.case_id, basis=basis, release_condition=until, since=since)
