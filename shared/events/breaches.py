"""Facts announced by breaches: cases, hearings, decisions, consequences."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.base import Criminal, Event, Personal
from shared.events.offences import offences_of
from shared.events.words import Cause, Money, Status, Weighing


class Track(StrEnum):
    """The four ways on from an exposure, and the one of goods (design §5)."""

    LEGAL_BLOCK = "legal_block"
    EXCLUSION = "exclusion"
    CONTRACT_BREACH = "contract_breach"
    ENQUIRY = "enquiry"
    SUPPLY_CASE = "supply_case"


class Consequence(StrEnum):
    """What a decision orders."""

    BLOCK = "block"
    REPLACE = "replace"
    HOLD_PAYMENT = "hold_payment"
    REMEDY = "remedy"
    BOD = "bod"
    DIALOGUE = "dialogue"
    NONE = "none"
    EXCLUDE = "exclude"
    """From its procedure, and from no other. Since 2026-11."""
    TERMINATE = "terminate"
    """The contract itself. Since 2026-11."""
    DEROGATE = "derogate"
    """A mandatory ground is let be for the public's interest, until a day. Since 2026-11."""


class BreachesEvent(Event):
    topic: ClassVar[str] = "breaches.v1"


class CaseEvent(BreachesEvent):
    """A step of a case about one party on one contract.

    `status` is what the contract shows because of this case from now on. Words that may tell of
    offences are sealed with a key of the case and shown to the role `offence_reader` (ADR 74).
    """

    subject_field: ClassVar[str] = "offences_of"

    case_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    supplier_id: str
    track: Track
    rule: str
    status: Status

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of."""
        return offences_of(self.case_id, self.rule, self.party_id)

    def openly(self, words: str) -> str:
        """What may be told beside the case of what was said in it."""
        return f"see case {self.case_id}" if self.offences_of else words


class BreachFlagged(CaseEvent):
    """A rule is touched and a case is open. `basis` names what may be acted on, if anything."""

    cause: Cause
    exposure_ids: tuple[str, ...]
    phase: str
    mandatory: bool
    basis: tuple[str, ...]
    rulebook_version: str


class CaseJoined(CaseEvent):
    """Another exposure to the same rule is part of an open case from now on."""

    cause: Cause
    exposure_ids: tuple[str, ...]


class EnquiryOpened(CaseEvent):
    """A question without accusation went to the supplier, to be answered by the due date."""

    question: Criminal[str]
    due: datetime
    link_id: str


class EnquiryAnswered(CaseEvent):
    """The supplier answered the question."""

    answer: Criminal[str]
    document_ids: tuple[str, ...]


class EnquiryLapsed(CaseEvent):
    """No answer to the question came by the deadline; an officer assesses that. Since 2026-11."""


class InterimMeasureOrdered(CaseEvent):
    """An officer ordered a precautionary hold at once; the clock for the verdict runs."""

    measure: str
    by: str
    reason: Criminal[str]
    due: datetime


class InterimMeasureLifted(CaseEvent):
    """The precautionary hold is over, and why."""

    by: str
    reason: Criminal[str]


class BreachConfirmed(CaseEvent):
    """The ground is established, with reasons; in a legal block a second approver must follow."""

    by: str
    reason: Criminal[str]
    basis: str


class SecondApprovalGiven(CaseEvent):
    """Another person approved a legal block afterwards."""

    by: str
    reason: Criminal[str]


class ContractorInstructed(CaseEvent):
    """The contractor was told what it must do at once, for itself and down its chain."""

    instruction: Criminal[str]
    link_id: str


class HearingOpened(CaseEvent):
    """The addressee may speak before anything is decided. The subcontractor is heard alongside.

    In a legal block only the timetable is heard: how and when the use of the party ends.
    """

    addressee_id: str
    heard_alongside: tuple[str, ...]
    subject: Criminal[str]
    due: datetime
    link_id: str


class HearingAnswered(CaseEvent):
    """The addressee answered in time."""

    answer: Criminal[str]
    document_ids: tuple[str, ...]


class HearingLapsed(CaseEvent):
    """No answer came by the deadline."""


class DecisionProposed(CaseEvent):
    """An officer prepared a decision. Two other persons must sign it.

    Since 2026-11: `weighing` is proportionality side by side, `deviation` why an authority's
    opinion is not followed, `derogation` the public's interest in letting a mandatory ground be.
    Since 2026-12: `unverified` are the legal texts in it that nobody has read in a source yet.
    """

    decision_id: str
    consequence: Consequence
    basis: str
    reason: Criminal[str]
    proportionality: Criminal[str]
    deadline: datetime | None = None
    by: str
    weighing: Weighing | None = None
    deviation: Criminal[str] = ""
    derogation: Criminal[str] = ""
    unverified: tuple[str, ...] = ()


class DecisionApproved(CaseEvent):
    """An approver signed, having declared no conflict of interest. `complete`: the last one."""

    decision_id: str
    by: str
    signatures: int
    complete: bool


class ConsequenceOrdered(CaseEvent):
    """A signed decision takes effect.

    Of a payment hold: `amount` is what is held at most (without one, all of it), and
    `release_condition` the word for what ends it. An exclusion ends with `excluded_until`.
    """

    decision_id: str
    consequence: Consequence
    basis: str
    reason: Criminal[str]
    deadline: datetime | None = None
    amount: Money | None = None
    release_condition: str = ""
    excluded_until: date | None = None


class BreachDismissed(CaseEvent):
    """The case is closed without consequence, with reasons.

    `way_out` names which (`false_match`, `delisted`, `noted`, …; since 2026-11), and a ground that
    is noted for the next procedure counts there at the longest until `relevant_until`.
    """

    by: str
    reason: Criminal[str]
    way_out: Criminal[str] = ""
    relevant_until: date | None = None


class BreachRemedied(CaseEvent):
    """What was wrong has been put right."""

    reason: Criminal[str]


class BreachEscalated(CaseEvent):
    """A step of a case was not done in time; the next one up must act."""

    what: str


class DeadlineExtended(CaseEvent):
    """Somebody has more time, with reasons. Since 2026-11."""

    due: datetime
    by: str
    reason: Criminal[str]


class SelfCleaningAssessed(CaseEvent):
    """An officer weighed what the party did to be reliable again (Directive 2014/24/EU Art 57(6)).

    Since 2026-11.
    """

    enough: bool
    by: str
    reason: Criminal[str]


class OpinionRequested(CaseEvent):
    """The authority was asked for its opinion on self-cleaning (udbudsloven § 138).

    Since 2026-11.
    """

    authority: str
    due: datetime
    by: str


class OpinionReceived(CaseEvent):
    """The authority gave its opinion, which does not bind. Since 2026-11."""

    authority: str
    reliable: bool
    opinion: Criminal[str]
    by: str


class AuthorityReported(CaseEvent):
    """A legal block was reported to the authority that watches the freeze. Since 2026-11."""

    authority: str
    reference: str
    by: str


class LicenceNoted(CaseEvent):
    """An authority allowed something in spite of a block, until a day. Since 2026-11."""

    authority: str
    scope: str
    until: datetime
    by: str


class CaseDisputed(CaseEvent):
    """A case rests: `kind` is `disputed`, `awaits_ruling` or `suspended`. Since 2026-11."""

    kind: str
    until: datetime
    by: str
    reason: Criminal[str]


class CaseResumed(CaseEvent):
    """A case that rested goes on where it stood. Since 2026-11."""

    by: str
    reason: Criminal[str]


class CaseSettled(CaseEvent):
    """The parties agreed, and the case ends with that. Since 2026-11."""

    by: str
    terms: Criminal[str]


class PaymentHoldOrdered(CaseEvent):
    """So much of what is due is not paid, for what it may cover. Since 2026-11.

    `release_condition` is the word for what ends it, `cap` the claim above which nothing may be
    held, where one is known.
    """

    decision_id: str
    amount: Money
    basis: str
    release_condition: str = ""
    cap: Money | None = None


class PaymentReleaseDue(CaseEvent):
    """More is held than is still claimed: so much must be released by a person. Since 2026-11."""

    amount: Money
    claimed: Money
    paid: Money


class PaymentHoldReleased(CaseEvent):
    """So much of a hold is paid after all; `left` is still held. Since 2026-11."""

    amount: Money
    left: Money
    by: str
    reason: Criminal[str]
    document_ids: tuple[str, ...] = ()


class DecisionCorrected(CaseEvent):
    """An error in the words of a decision was put right; what it orders is the same.

    Since 2026-11.
    """

    decision_id: str
    correction: Criminal[str]
    by: str
    reason: Criminal[str]


class DecisionWithdrawn(CaseEvent):
    """A decision that had taken effect holds no longer. Since 2026-11."""

    decision_id: str
    consequence: Consequence
    by: str
    reason: Criminal[str]


class PersonRecused(CaseEvent):
    """Somebody has an interest in a case and does nothing in it any more. Since 2026-11."""

    person: str
    instead: str
    by: str
    reason: Criminal[str]


class SupplyAssessed(CaseEvent):
    """How long the usable stock lasts, and who of the clinic was told. Since 2026-11."""

    item: str
    days_of_stock: float
    told: str
    by: str
    reason: Criminal[str]


class SupplySecured(CaseEvent):
    """The supply goes on by `means`: alternative, derogation or urgent_purchase. Since 2026-11."""

    means: str
    reference: str
    by: str
    reason: Criminal[str]


class PrecautionOrdered(CaseEvent):
    """An officer ordered something for the time of the procedure, on a basis, until a day.

    It decides nothing. (A hold in a legal block is an `InterimMeasureOrdered`.) Since 2026-11.
    """

    measure: str
    basis: str
    until: datetime
    by: str
    reason: Criminal[str]


class PrecautionEnded(CaseEvent):
    """A precaution is over: its day came, a decision took its place, or the case is closed.

    `by` is the officer who lifted it before that (since 2026-12). Since 2026-11.
    """

    reason: Criminal[str]
    by: str = ""


class LetterIssued(CaseEvent):
    """A letter of the case is written and registered: it goes to its addressee. Since 2026-12.

    `link_id` is that of the page on which the letter is read; it is empty where the letter lies
    behind the link of another fact (of a question, a hearing, an instruction, a demand). Until
    `due` something may be answered. The hashes are those of the paper in each language.
    """

    letter_id: str
    number: int
    kind: str
    addressee_id: str
    link_id: str = ""
    due: datetime | None = None
    sha256_da: str = ""
    sha256_sv: str = ""
    sha256_en: str = ""


class DeliveryNoted(CaseEvent):
    """A letter of the case reached its addressee. Since 2026-12.

    Where it asked for an answer, the time for that counts from `delivered_at` and ends at `due`.
    `by` is the person who saw to it; empty where a post or a mail server said so.
    """

    link_id: str
    addressee_id: str
    channel: str
    delivered_at: datetime
    reference: str = ""
    by: str = ""
    due: datetime | None = None


class DeliveryMissing(CaseEvent):
    """The time for an answer is over, and nothing shows that the question ever arrived: silence
    counts for nothing, and a person sees to it that it arrives. Since 2026-12.
    """

    link_id: str
    addressee_id: str


class AlongsideHeard(CaseEvent):
    """A subcontractor, heard alongside its contracting party, has spoken. Since 2026-12."""

    answer: Criminal[str]
    document_ids: tuple[str, ...]
    self_cleaning: bool = False


class CasePassedOn(CaseEvent):
    """Another authority is the buyer, and the open case is its case with its people.

    Since 2026-11.
    """

    predecessor_id: str


class ReportPassedOn(CaseEvent):
    """The successor of a buyer still owes the report of a block. Since 2026-11."""

    due: datetime


class FactsReused(CaseEvent):
    """Facts of another case about the party were taken over, and none of its decisions.

    Since 2026-11.
    """

    from_case_id: str
    from_buyer_id: str
    facts: tuple[str, ...]
    by: str
    reason: Criminal[str]


# ---------------------------------------------------------------- requests for access to documents


class InsightEvent(BreachesEvent):
    """A step of a request for access to documents (aktindsigt, allmän handling). Since 2026-11.

    What was asked, by whom, and what is withheld stands in the service alone: no fact holds it.
    Where a letter to the applicant goes is sealed with the request's own key.
    """

    insight_id: str
    buyer_id: str


class InsightRequested(InsightEvent):
    """Somebody asked to see documents. It is to be answered by `due` under the law of `country`."""

    country: str
    law: str
    received: datetime
    due: datetime


class InsightItemNamed(InsightEvent):
    """Something that the request covers was found: a case, a letter, a contract or a document."""

    item: int
    kind: str
    ref: str
    concerns: tuple[str, ...]
    by: str


class InsightHearingOpened(InsightEvent):
    """A party whose affairs are in the documents is asked what would harm it, until `due`."""

    party_id: str
    due: datetime
    link_id: str
    by: str


class InsightHearingAnswered(InsightEvent):
    """The party said what it thinks: that all may be shown, or that it objects to something."""

    party_id: str
    objects: bool
    by: str


class InsightHearingLapsed(InsightEvent):
    """The party did not answer in time. The buyer decides all the same."""

    party_id: str


class InsightItemRuled(InsightEvent):
    """A person ruled on one item: shown, shown in part, or withheld. `bases` name the law."""

    item: int
    outcome: str
    withheld: int
    bases: tuple[str, ...]
    by: str


class InsightDelayed(InsightEvent):
    """It takes longer. The applicant is told why, and when an answer can be expected."""

    due: datetime
    by: str


class InsightOverdue(InsightEvent):
    """The day has passed without an answer: an approver is told, once for each day set."""


class InsightDecided(InsightEvent):
    """The request is answered; `whole`, `part` and `none` count the items."""

    whole: int
    part: int
    none: int
    by: str


class InsightSent(InsightEvent):
    """The copy left the house: its hash, and how many places are withheld in it."""

    sha256: str
    withheld: int
    by: str


class InsightLetterIssued(InsightEvent):
    """A letter to the applicant is written: it goes out, by its one-time link. Since 2026-12.

    `contact` is a mail address, or the id of a company whose mailbox of the state it goes to; else
    a person finds out where to. The hashes are those of the paper in each language.
    """

    subject_field: ClassVar[str] = "applicant_id"

    applicant_id: str
    letter_id: str
    number: int
    kind: str
    link_id: str
    country: str
    contact: Personal[str] = ""
    sha256_da: str
    sha256_sv: str
    sha256_en: str


class InsightContactGiven(InsightEvent):
    """Where letters to the applicant go from now on, those that wait too. Since 2026-12."""

    subject_field: ClassVar[str] = "applicant_id"

    applicant_id: str
    country: str
    contact: Personal[str]
    by: str


class InsightLetterDelivered(InsightEvent):
    """A letter reached the applicant: by which way, when, with which reference. Since 2026-12.

    `by` is who handed it over, where no mail or post did.
    """

    letter_id: str
    number: int
    link_id: str
    channel: str
    delivered_at: datetime
    reference: str = ""
    by: str = ""


class InsightWithdrawn(InsightEvent):
    """The applicant does not want it any more, or nothing like it is here."""

    by: str


class InsightErasureAnnounced(InsightEvent):
    """Who asked for access is erased on a day, unless somebody holds that back.

    `needs_decision`: not before a decision is recorded. Since 2026-12.
    """

    rule: str
    erase_on: date
    needs_decision: bool


class InsightHeld(InsightEvent):
    """Who asked for access is held back from being erased. Since 2026-12."""

    by: str
    reason: str


class InsightReleased(InsightEvent):
    """It is held back no longer: what is over is erased on its day. Since 2026-12."""

    by: str
    reason: str


class InsightErasureDecided(InsightEvent):
    """The decision is recorded under which it may be erased. Since 2026-12."""

    reference: str
    by: str
    reason: str


class InsightErasureWaits(InsightEvent):
    """The day has come, and it is not erased: `why` is `held` or `undecided`. Since 2026-12."""

    rule: str
    why: str


class InsightErased(InsightEvent):
    """Who asked for access reads as erased: the key of the request was destroyed. Since 2026-12."""

    rule: str
