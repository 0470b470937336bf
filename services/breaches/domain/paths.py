"""The lawful ways of a case: in which state who must do what, and what may follow.

This table is the state machine. A step that is not in `may` is refused with the words of what
comes first; the tests walk the whole table for unlawful paths and dead ends.
"""

from services.breaches.domain.stages import Action, Stage, Wait
from shared.events.breaches import Track

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
    may=(
        Action.ANSWER_ENQUIRY,
        Action.DELIVER,
        Action.EXTEND,
        Action.DISPUTE,
        Action.LIFT,
        Action.DISMISS,
    ),
)
_ASSESS_ENQUIRY = Wait(
    turn="officer",
    role="officer",
    need="assess-answer",
    what="assess the answer, or that none came",
    law=HEARD_FIRST,
    may=(
        Action.HEAR,
        Action.ASK,
        Action.PROPOSE,
        Action.DISPUTE,
        Action.SETTLE,
        Action.DISMISS,
    ),
)
_AWAIT_HEARING = Wait(
    turn="supplier",
    role="officer",
    need="await-answer",
    what="wait until the hearing is answered or its time is over",
    law=HEARD_FIRST,
    may=(
        Action.ANSWER_HEARING,
        Action.DELIVER,
        Action.EXTEND,
        Action.DISPUTE,
        Action.PRECAUTION,
        Action.LIFT,
        Action.SETTLE,
        Action.DISMISS,
    ),
)
_AWAIT_TIMETABLE = Wait(
    turn="supplier",
    role="officer",
    need="await-answer",
    what="wait for what the contractor says about the timetable, or the end of its time",
    law="a freeze is not heard: only how and when its use ends is",
    may=(
        Action.ANSWER_HEARING,
        Action.DELIVER,
        Action.EXTEND,
        Action.LICENSE,
        Action.DISMISS,
    ),
)
_SIGN = Wait(
    turn="approver",
    role="approver",
    need="sign-decision",
    what="sign the decision, two persons other than the one who prepared it",
    law=FOUR_EYES,
    may=(Action.SIGN, Action.PROPOSE, Action.DISPUTE, Action.LIFT, Action.DISMISS),
)


def _hear(need: str, what: str) -> Wait:
    return Wait(
        turn="officer",
        role="officer",
        need=need,
        what=what,
        law=HEARD_FIRST,
        may=(
            Action.HEAR,
            Action.ASK,
            Action.DISPUTE,
            Action.PRECAUTION,
            Action.LIFT,
            Action.DISMISS,
        ),
    )


def _supply(what: str, law: str, *may: Action) -> Wait:
    return Wait(
        turn="officer",
        role="officer",
        need="secure-supply",
        what=what,
        law=law,
        may=(*may, Action.DISMISS),
    )


def _decide(*more: Action) -> Wait:
    return Wait(
        turn="officer",
        role="officer",
        need="decide-case",
        what="prepare a decision with basis, reasons and proportionality",
        law=REASONS,
        may=(Action.PROPOSE, Action.DISPUTE, Action.DISMISS, *more),
    )


def _assess_hearing(*more: Action) -> Wait:
    return Wait(
        turn="officer",
        role="officer",
        need="assess-answer",
        what="say whether the ground is established, with reasons",
        law="the burden of proof is the buyer's (udbudsloven § 138)",
        may=(
            Action.CONFIRM,
            Action.DISPUTE,
            Action.PRECAUTION,
            Action.LIFT,
            Action.SETTLE,
            Action.DISMISS,
            *more,
        ),
    )


def _carry_out(*more: Action) -> Wait:
    return Wait(
        turn="supplier",
        role="officer",
        need="follow-order",
        what="see that what was ordered is done",
        law="what was ordered lasts until it is put right, or its ground is gone",
        may=(
            Action.PROPOSE,
            Action.EXTEND,
            Action.CORRECT,
            Action.WITHDRAW,
            Action.RELEASE,
            Action.DISPUTE,
            Action.DISMISS,
            *more,
        ),
    )


_AWAIT_OPINION = Wait(
    turn="authority",
    role="officer",
    need="await-opinion",
    what="wait for the opinion of the competition authority",
    law="who receives self-cleaning asks for an opinion and awaits it (udbudsloven § 138)",
    may=(
        Action.RECEIVE_OPINION,
        Action.EXTEND,
        Action.LIFT,
        Action.SETTLE,
        Action.DISMISS,
    ),
)

GO_ON_IN_A_REST = (
    Action.WITHDRAW,
    Action.RELEASE,
    Action.LIFT,
    Action.DELIVER,
    Action.ANSWER_ENQUIRY,
    Action.ANSWER_HEARING,
)

RESTS = {
    "disputed": "what is disputed is settled by talks or by a forum before the case goes on",
    "awaits_ruling": "a forum has the matter, and its ruling decides (complaints board or court)",
    "suspended": "a suspension has an end, and somebody who looks after it",
    "licence": "what an authority has allowed holds within its scope and until its end",
}


def resting(kind: str, track: Track, wait: Wait) -> Wait:
    """What a case that rests waits for. Meanwhile whoever was asked may still answer, and what is
    ordered can be withdrawn. No agreement ends a block: nobody can agree away a sanction.
    """
    more = tuple(a for a in GO_ON_IN_A_REST if a in wait.may)
    settle = () if track is Track.LEGAL_BLOCK else (Action.SETTLE,)
    return Wait(
        turn="officer",
        role="officer",
        need="follow-dispute",
        what="follow what the case rests for, and take it up again",
        law=RESTS[kind],
        may=(Action.RESUME, *settle, *more, Action.DISMISS),
    )


def undelivered(wait: Wait) -> Wait:
    """Where the time for an answer is over and nothing shows that the question arrived."""
    return wait.model_copy(
        update={
            "turn": "officer",
            "need": "deliver-letter",
            "what": "see that the letter reaches its addressee, and note when it did",
            "law": "the time for an answer counts from the day on which the question arrived, and "
            "silence about what never came says nothing",
        }
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
        Stage.BLOCKED: _decide(Action.LICENSE, Action.TIMETABLE),
        Stage.HEARING: _AWAIT_TIMETABLE,
        Stage.HEARD: _decide(Action.LICENSE),
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.LICENSE),
    },
    Track.ENQUIRY: {
        Stage.FLAGGED: _ASK,
        Stage.ASKED: _AWAIT_ENQUIRY,
        Stage.ANSWERED: _ASSESS_ENQUIRY,
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.REMEDY, Action.HEAR, Action.SETTLE),
    },
    Track.EXCLUSION: {
        Stage.FLAGGED: _hear("open-hearing", "open the hearing, or ask first"),
        Stage.ASKED: _AWAIT_ENQUIRY,
        Stage.ANSWERED: _hear("assess-answer", "open the hearing, or end the case"),
        Stage.HEARING: _AWAIT_HEARING,
        Stage.HEARD: _assess_hearing(),
        Stage.CONFIRMED: _decide(
            Action.CLEAN,
            Action.REQUEST_OPINION,
            Action.PRECAUTION,
            Action.LIFT,
            Action.SETTLE,
        ),
        Stage.OPINION: _AWAIT_OPINION,
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.REMEDY, Action.SETTLE),
    },
    Track.CONTRACT_BREACH: {
        Stage.FLAGGED: Wait(
            turn="officer",
            role="officer",
            need="decide-case",
            what="take it up in dialogue, or open the hearing",
            law=f"the ladder of the contract begins with dialogue; {HEARD_FIRST}",
            may=(
                Action.HEAR,
                Action.PROPOSE,
                Action.DISPUTE,
                Action.PRECAUTION,
                Action.LIFT,
                Action.DISMISS,
                Action.REMEDY,
            ),
        ),
        Stage.HEARING: _AWAIT_HEARING,
        Stage.HEARD: _assess_hearing(Action.REMEDY),
        Stage.CONFIRMED: _decide(Action.REMEDY, Action.PRECAUTION, Action.LIFT, Action.SETTLE),
        Stage.PROPOSED: _SIGN,
        Stage.ORDERED: _carry_out(Action.REMEDY, Action.HEAR, Action.SETTLE),
    },
    Track.SUPPLY_CASE: {
        Stage.FLAGGED: _supply(
            "tell the clinic and vigilance, and count the usable stock",
            "goods without a valid certificate may not be put into use (Regulation (EU) "
            "2017/745 Art 5); patients come first",
            Action.ASSESS_SUPPLY,
        ),
        Stage.ASSESSED: _supply(
            "find an alternative, a derogation or a recorded urgent purchase",
            "a derogation is the authority's (Regulation (EU) 2017/745 Art 59); an urgent "
            "purchase is recorded (Directive 2014/24/EU Art 32(2)(c))",
            Action.SECURE_SUPPLY,
            Action.ASSESS_SUPPLY,
            Action.REMEDY,
        ),
        Stage.SECURED: _supply(
            "resume the ordinary supply once its certificate is valid again",
            "what is bought or allowed for want of goods ends when the want does",
            Action.REMEDY,
            Action.EXTEND,
            Action.ASSESS_SUPPLY,
            Action.SECURE_SUPPLY,
            Action.SETTLE,
        ).model_copy(update={"turn": "supplier", "need": "follow-order"}),
    },
}
