"""The lawful ways of a case: in which state who must do what, and what may follow.

This table is the state machine. A step that is not in `may` is refused with the words of what
comes first; the tests walk the whole table for unlawful paths and dead ends.
"""

from enum import StrEnum

from pydantic import BaseModel

from shared.events.breaches import Track


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


HEARD_FIRST = (
    "whoever a decision hits may speak first (forvaltningsloven § 19 by analogy; CJEU C-395/18 Tim)"
)
BEST_PRACTICES = "EU Best Practices on restrictive measures of 3 July 2024"
FREEZE = "Council Regulation (EU) No 269/2014 Art 2"
ART_5K = "Council Regulation (EU) No 833/2014 Art 5k"
FOUR_EYES = "two other persons sign what hits somebody (GDPR Art 22; the buyer's delegation)"
QUESTION_FIRST = "a contradiction is first a question and no accusation"
REASONS = (
    "a decision needs an established ground, a basis and proportionality (Dir. 2014/24 Art 18)"
)

_ASK = Wait(
    turn="officer",
    role="officer",
    need="ask-supplier",
    what="ask the supplier, without accusing it",
    law=QUESTION_FIRST,
    may=(Action.ASK, Action.DISMISS),
)
_AWAIT_ENQUIRY = Wait(
    turn="supplier",
    role="officer",
    need="await-answer",
    what="wait for the supplier's answer or the end of its time",
    law=QUESTION_FIRST,
    may=(Action.ANSWER_ENQUIRY, Action.DISMISS),
)
_ASSESS_ENQUIRY = Wait(
    turn="officer",
    role="officer",
    need="assess-answer",
    what="assess the answer, or that none came",
    law=HEARD_FIRST,
    may=(Action.HEAR, Action.ASK, Action.PROPOSE, Action.DISMISS),
)
_AWAIT_HEARING = Wait(
    turn="supplier",
    role="officer",
    need="await-answer",
    what="wait until the hearing is answered or its time is over",
    law=HEARD_FIRST,
    may=(Action.ANSWER_HEARING, Action.DISMISS),
)
_SIGN = Wait(
    turn="approver",
    role="approver",
    need="sign-decision",
    what="sign the decision, two persons other than the one who prepared it",
    law=FOUR_EYES,
    may=(Action.SIGN, Action.PROPOSE, Action.DISMISS),
)


def _decide(*more: Action) -> Wait:
    return Wait(
        turn="officer",
        role="officer",
        need="decide-case",
        what="prepare a decision with basis, reasons and proportionality",
        law=REASONS,
        may=(Action.PROPOSE, Action.DISMISS, *more),
    )


def _assess_hearing(*more: Action) -> Wait:
    return Wait(
        turn="officer",
        role="officer",
        need="assess-answer",
        what="say whether the ground is established, with reasons",
        law="the burden of proof is the buyer's (udbudsloven § 138)",
        may=(Action.CONFIRM, Action.DISMISS, *more),
    )


def _carry_out(*more: Action) -> Wait:
    return Wait(
        turn="supplier",
        role="officer",
        need="follow-order",
        what="see that what was ordered is done",
        law="what was ordered lasts until it is put right, or its ground is gone",
        may=(Action.PROPOSE, Action.DISMISS, *more),
    )


PATHS: dict[Track, dict[Stage, Wait]] = {
    Track.LEGAL_BLOCK: {
        Stage.FLAGGED: Wait(
            turn="officer",
            role="officer",
            need="hold",
            what="order the precautionary hold",
            law=f"nothing may be made available meanwhile ({FREEZE}; {BEST_PRACTICES}), "
            f"no contract be performed that is forbidden ({ART_5K})",
            may=(Action.HOLD, Action.DISMISS),
        ),
        Stage.HELD: Wait(
            turn="officer",
            role="officer",
            need="verdict",
            what="give the verdict on ownership and control",
            law=f"50 % or more, or control, must be found by a person ({BEST_PRACTICES}); "
            f"of Russian owners more than 50 %, or direction ({ART_5K})",
            may=(Action.CONFIRM, Action.DISMISS),
        ),
        Stage.CONFIRMED: Wait(
            turn="approver",
            role="approver",
            need="second-approval",
            what="have another person approve the block afterwards",
            law="no decision that hurts rests on one person (design: second approver afterwards)",
            may=(Action.APPROVE, Action.DISMISS),
        ),
        Stage.BLOCKED: _decide(),
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(),
    },
    Track.ENQUIRY: {
        Stage.FLAGGED: _ASK,
        Stage.ASKED: _AWAIT_ENQUIRY,
        Stage.ANSWERED: _ASSESS_ENQUIRY,
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.REMEDY, Action.HEAR),
    },
    Track.EXCLUSION: {
        Stage.FLAGGED: Wait(
            turn="officer",
            role="officer",
            need="open-hearing",
            what="open the hearing, or ask first",
            law=HEARD_FIRST,
            may=(Action.HEAR, Action.ASK, Action.DISMISS),
        ),
        Stage.ASKED: _AWAIT_ENQUIRY,
        Stage.ANSWERED: Wait(
            turn="officer",
            role="officer",
            need="assess-answer",
            what="open the hearing, or end the case",
            law=HEARD_FIRST,
            may=(Action.HEAR, Action.ASK, Action.DISMISS),
        ),
        Stage.HEARING: _AWAIT_HEARING,
        Stage.HEARD: _assess_hearing(),
        Stage.CONFIRMED: _decide(),
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.REMEDY),
    },
    Track.CONTRACT_BREACH: {
        Stage.FLAGGED: Wait(
            turn="officer",
            role="officer",
            need="decide-case",
            what="take it up in dialogue, or open the hearing",
            law=f"the ladder of the contract begins with dialogue; {HEARD_FIRST}",
            may=(Action.HEAR, Action.PROPOSE, Action.DISMISS, Action.REMEDY),
        ),
        Stage.HEARING: _AWAIT_HEARING,
        Stage.HEARD: _assess_hearing(Action.REMEDY),
        Stage.CONFIRMED: _decide(Action.REMEDY),
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.REMEDY, Action.HEAR),
    },
}
