"""The words that several facts share: parties, shares, clauses, statuses, lists."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.base import Criminal, Personal, Said
from shared.events.offences import told_of


class PartyKind(StrEnum):
    """Whether a party is a legal or a natural person. Only the latter's data is sealed."""

    COMPANY = "company"
    PERSON = "person"


class Identifier(Said):
    """A number that a register gave, without blanks or prefixes: `dk-cvr` 61056416."""

    scheme: str
    value: str


class FileProblem(Said):
    """Why a file cannot be used as it is: `reason` is a code such as `locked` or `damaged`."""

    document_id: str
    name: str
    reason: str


class PartyDescription(Said):
    """What somebody says about a party: who it is, not what it does on a contract.

    `country` is ISO 3166 alpha-2 of the seat (of a person: the nationality), `address_country` of
    the registered address where that is said too, `birth_date` ISO 8601 in the precision known
    (`1968`, `1968-04`, `1968-04-12`), `contact` the e-mail address for letters.
    A personnummer or CPR number is never an identifier here.
    """

    party_id: str
    kind: PartyKind = PartyKind.COMPANY
    name: Personal[str]
    country: str | None = None
    address: Personal[str] | None = None
    address_country: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[Personal[str], ...] = ()
    birth_date: Personal[str] | None = None
    contact: Personal[str] | None = None


class Share(Said):
    """A share in per cent, as the interval in which it lies."""

    minimum: float
    maximum: float

    @classmethod
    def exactly(cls, percent: float) -> "Share":
        return cls(minimum=percent, maximum=percent)


class Money(Said):
    """An amount in whole units of the currency (ISO 4217)."""

    amount: float
    currency: str = "DKK"


class FollowUp(Said):
    """How and how often the buyer sees to it that a clause is kept.

    `source` is `contract`, or the catalogue of obligations that it was taken from.
    """

    method: str
    every_months: int
    role: str = "contract_manager"
    first_working_days: int = 30
    source: str = "contract"


class Rung(Said):
    """One step of the ladder of consequences: `measure` is a word of `Measure`.

    The step may be taken so many working days after the one before it.
    """

    measure: str
    working_days: int = 0
    detail: str = ""


class Measure(StrEnum):
    """What a buyer can do where a clause is broken, the mildest first."""

    DIALOGUE = "dialogue"
    REMEDY = "remedy"
    PENALTY = "penalty"
    HOLD_PAYMENT = "hold_payment"
    REPLACE_SUBCONTRACTOR = "replace_subcontractor"
    TERMINATE = "terminate"


class Stake(Said):
    """One owner's interest in a company, as declared (BODS 0.4 relationship).

    `interest` is the BODS interest type. Without an `owner` the statement gave a reason instead
    (`reason_unknown`): that is an unknown owner, not a clean one. It holds from `starts` on, and
    on the day `ends` no longer.
    """

    owner: PartyDescription | None = None
    share: Share
    interest: str = "shareholding"
    direct: bool = True
    reason_unknown: str | None = None
    starts: date | None = None
    ends: date | None = None


class ChainRole(StrEnum):
    """As what somebody works under a contract; `relied_upon`: Directive 2014/24/EU Art 63."""

    SUBCONTRACTOR = "subcontractor"
    SUB_SUPPLIER = "sub_supplier"
    RELIED_UPON = "relied_upon"


class Representative(Said):
    """Who represents a subcontractor (Directive 2014/24/EU Art 71(5)): a natural person."""

    party_id: str
    name: Personal[str]
    contact: Personal[str] | None = None


class NamedSubcontractor(Said):
    """A subcontractor as a document names it: share of the contract's value in per cent.

    `parent_id` is who hires it, where that is said; `place` where the work is done (free text) and
    `place_country` its country; on the day `ends` it works no longer.
    """

    party: PartyDescription
    share: Share | None = None
    service: str = ""
    tier: int = 1
    starts: date | None = None
    ends: date | None = None
    parent_id: str | None = None
    role: ChainRole = ChainRole.SUBCONTRACTOR
    place: str = ""
    place_country: str | None = None
    representatives: tuple[Representative, ...] = ()


class Clause(Said):
    """What the contract promises about one obligation, and what the buyer may do about it.

    `rights` are the words of `Right`; the days are working days in the buyer's calendar. `max_tier`
    and `max_share` (per cent of the value, all subcontractors together) limit the chain where set.
    """

    code: str
    reach: tuple[str, ...] = ()
    """Whom in the chain it binds when it flows down, in words of `ChainRole`; empty: everybody."""
    evidence: tuple[str, ...] = ()
    """The kinds of documents that show it, such as `payslips`."""
    follow_up: FollowUp | None = None
    ladder: tuple[Rung, ...] = ()
    """What may follow where it is broken, the mildest first."""
    flows_down: bool = False
    rights: tuple[str, ...] = ()
    remedy_working_days: int = 10
    hearing_working_days: int = 10
    replacement_working_days: int = 20
    reason: str = ""
    approval_working_days: int | None = None
    max_tier: int | None = None
    max_share: float | None = None


class Lot(Said):
    """A part of a contract."""

    lot_id: str
    title: str = ""


class Good(Said):
    """Something that a contract delivers: `days_of_stock` is stock over consumption per day.

    `made_by` is the manufacturer, `origin` its country (ISO 3166 alpha-2) and `share` its part of
    the contract's value in per cent. Without alternatives it is a `sole_source`.
    """

    item: str
    title: str = ""
    made_by: str | None = None
    origin: str | None = None
    share: Share | None = None
    critical: bool = False
    sole_source: bool = False
    days_of_stock: float | None = None
    stock_as_of: date | None = None


class Right(StrEnum):
    """What a clause lets the buyer do."""

    APPROVE_SUBCONTRACTOR = "approve_subcontractor"
    REPLACE_SUBCONTRACTOR = "replace_subcontractor"
    DEMAND_DOCUMENTS = "demand_documents"
    HOLD_PAYMENT = "hold_payment"
    BOD = "bod"
    """A contractual penalty (Danish bod, Swedish vite)."""
    AUDIT = "audit"
    TERMINATE = "terminate"
    ASK = "ask"


class Status(StrEnum):
    """What a contract management system must know. The worst of all exposures counts."""

    CLEAR = "CLEAR"
    REVIEW = "REVIEW"
    CONDITIONAL = "CONDITIONAL"
    REPLACE_REQUIRED = "REPLACE_REQUIRED"
    EXCLUDED = "EXCLUDED"
    BLOCKED_LEGAL = "BLOCKED_LEGAL"

    @property
    def severity(self) -> int:
        return list(Status).index(self)


class PaymentHold(Said):
    """Payment that is kept back on a contract: how much, on which basis, until what.

    Without an `amount` all of it. `release_condition` is a word, so that nothing about persons
    can stand there: `verdict`, `block_lifted`, `breach_remedied` or one that breaches gives.
    """

    case_id: str
    amount: Money | None = None
    basis: str
    release_condition: str
    decision_id: str = ""
    since: datetime


class Role(StrEnum):
    """What a party is on a contract."""

    SUPPLIER = "supplier"
    SUBCONTRACTOR = "subcontractor"
    SUBSTITUTE = "substitute"
    RELIED_UPON = "relied_upon"
    """An entity on whose capacities a tenderer relies (Directive 2014/24/EU Art 63)."""


class ListRef(Said):
    """One version of one list: `source` is `eu`, `un`, …; `version` is the start of its hash."""

    source: str
    version: str
    list_date: date | None = None
    entries: int = 0


class ListEntryRef(Said):
    """A listed entry as it stood in a version of its list. What it says is public."""

    source: str
    entry_id: str
    version: str
    name: str
    programme: str = ""
    publication: str = ""


class Reason(Said):
    """One thing that speaks for a party being a listed one, or against it.

    `code` says what (`name-like`, `birth-day`), `ours` what is known of the party and `theirs`
    what the list says, as far as the code has them. Either can give a person away: both are
    sealed. `shared.reasons` has the words in each language, and which way a code speaks.
    """

    party_id: str = ""
    code: str
    ours: Personal[str] = ""
    theirs: Personal[str] = ""


class CauseKind(StrEnum):
    """What about a party touches its contracts."""

    HIT = "hit"
    OWNERSHIP = "ownership"
    JURISDICTION = "jurisdiction"
    CLAIM = "claim"
    DOCUMENT = "document"
    VIOLATION = "violation"
    FINDING = "finding"


class Cause(Said):
    """Why a contract is touched: `ref` is the id of the hit, claim, flag or document.

    `rule` is the code of the rule that the fact speaks to (`SAN-AF`, `EX-B1`); whether the rule
    is met is for `breaches` to say.
    """

    subject_field: ClassVar[str] = "offences_of"

    kind: CauseKind
    ref: str
    rule: str = ""
    detail: Criminal[str] = ""

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.ref, self.rule)


class Weighing(Said):
    """Whether a consequence is proportionate, side by side, each in the officer's own words.

    `role_and_share` is the party's part in what was done and in the contract, `milder_means` why
    nothing milder will do, `supply` what the supply would suffer (Directive 2014/24/EU Art 18(1)).
    """

    gravity: Criminal[str]
    recurrence: Criminal[str]
    contract_link: Criminal[str]
    role_and_share: Criminal[str]
    milder_means: Criminal[str]
    supply: Criminal[str]


class Check(Said):
    """One thing that was tested, by whom, and how it ended."""

    name: str
    passed: bool | None = None
    detail: str = ""
