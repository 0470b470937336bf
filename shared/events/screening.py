"""Facts announced by screening: lists, hits, verdicts, owners, proofs of no hit."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event, Personal, Said
from shared.events.words import ListEntryRef, ListRef, Reason, Share


class ScreeningEvent(Event):
    topic: ClassVar[str] = "screening.v1"


class ListUpdated(ScreeningEvent):
    """A new version of a list is in force. `binding` lists have legal effect for the buyer."""

    source: str
    version: str
    list_date: date | None = None
    entries: int
    added: int
    changed: int
    removed: int
    binding: bool


class ListRefused(ScreeningEvent):
    """A file of a list was not taken in: cut off, damaged, implausible, or older than what is held.

    The version in force stays (`kept_version`, none where there is none yet), and somebody has to
    look. Settled by the next version that comes into force. Since 2026-11.
    """

    source: str
    reason: str
    kept_version: str | None = None


class ListOverdue(ScreeningEvent):
    """A binding list was not known to be the current one for longer than its limit.

    `current_at` is when it last was, none if no version ever came. Parties are compared with what
    there is, so that somebody added since can be missed. Settled by ListRenewed. Since 2026-11.
    """

    source: str
    version: str | None = None
    current_at: datetime | None = None
    limit_hours: int


class ListRenewed(ScreeningEvent):
    """A list that was overdue is known to be the current one again. Since 2026-11."""

    source: str
    version: str | None = None
    current_at: datetime


class PartyScreened(ScreeningEvent):
    """A party was compared with these versions of the lists. Without hits this is the proof."""

    party_id: str
    lists: tuple[ListRef, ...]
    hits: tuple[str, ...]
    engine: str
    policy: str


class CoverageStated(ScreeningEvent):
    """How many parties were compared with a new version of a list, and how many were not."""

    source: str
    version: str
    parties: int
    gaps: int


class CoverageOverdue(ScreeningEvent):
    """Parties were not compared with a binding list for longer than the limit.

    `gaps` cannot be compared at all, such as those whose name has no letters; without `whole` the
    comparison of the others with this version is not at its end either. Settled by CoverageClosed.
    Since 2026-11.
    """

    source: str
    version: str
    gaps: int
    whole: bool
    since: datetime


class CoverageClosed(ScreeningEvent):
    """Every party is compared with a list again. Since 2026-11."""

    source: str
    version: str


class HitRaised(ScreeningEvent):
    """A listed entry resembles a party so much that a person must look. Not an exclusion.

    `score` lies in 0..1; `explanation` says in English what agreed and what did not, `reasons`
    the same in codes, to be said in any language (since 2026-11; older hits have none); `advisory`
    hits are of lists without legal effect here and ring nobody.
    """

    hit_id: str
    party_id: str
    entry: ListEntryRef
    score: float
    explanation: tuple[Personal[str], ...]
    advisory: bool = False
    reasons: tuple[Reason, ...] = ()


class HitConfirmed(ScreeningEvent):
    """An officer found for one buyer that the party is the listed entry."""

    hit_id: str
    party_id: str
    buyer_id: str
    entry: ListEntryRef
    by: str
    reason: Personal[str]


class HitDismissed(ScreeningEvent):
    """An officer found for one buyer that the party is somebody else. Remembered."""

    hit_id: str
    party_id: str
    buyer_id: str
    entry: ListEntryRef
    by: str
    reason: Personal[str]


class HitReopened(ScreeningEvent):
    """The entry or the party changed since the verdict, so that it must be given again."""

    hit_id: str
    party_id: str
    buyer_id: str
    reason: str


class HitEnded(ScreeningEvent):
    """The entry is no longer on the list, or no longer resembles the party."""

    hit_id: str
    party_id: str
    reason: str


class OwnershipFlagged(ScreeningEvent):
    """An owner of a company has a confirmed hit; this is what that means for the company.

    `verdict` is `owned` (listed owners hold 50 % or more together: EU Best Practices of
    3 July 2024), `not_owned` (they hold less and no control is known: nothing is frozen), or
    `unknown`. `path` names the chain of owners from the listed one down to the company.
    """

    flag_id: str
    party_id: str
    buyer_id: str
    rule: str
    verdict: str
    share: Share
    owner_ids: tuple[str, ...]
    hit_ids: tuple[str, ...]
    path: tuple[str, ...]
    reason: str


class OwnerShare(Said):
    """What one owner holds of a company in the end, in per cent, and the way down to it.

    `verdict` is `yes` (it counts under the rule), `no` or `unknown`.
    """

    owner_id: str
    verdict: str
    share: Share
    path: tuple[str, ...] = ()


class OwnershipConcluded(ScreeningEvent):
    """What a rule about owners says of a company, as far as its owners are known.

    `rule` is `SAN-5K` (is it Russian, or owned or directed from there), `BENEFICIAL` (who owns
    enough of it, or controls it) or `PARENT` (who controls it in the end). `verdict` is `yes`,
    `no`, `unknown` (the facts do not say; never clean) or `review` (a person must judge).
    `path` runs from the owner, or from what is not known, down to the company. Since 2026-11.
    """

    conclusion_id: str
    party_id: str
    rule: str
    verdict: str
    reason: str
    share: Share | None = None
    owner_ids: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    owners: tuple[OwnerShare, ...] = ()


class ControlChanged(ScreeningEvent):
    """Another one controls a company in the end, or holds the majority in it, than before.

    An id that is missing: nobody does, or it is not known (`known`). Since 2026-11.
    """

    party_id: str
    parent_before: str | None = None
    parent_after: str | None = None
    majority_before: str | None = None
    majority_after: str | None = None
    known: bool = True
    path: tuple[str, ...] = ()


class ChangeOfControlNoted(ScreeningEvent):
    """Somebody said that a company is owned or controlled by others than declared, or will be.

    `source` is `officer`, `supplier` or the name of a register. Until a statement of its owners
    from that day or later comes, what was concluded of it as clean is unknown. Since 2026-11.
    """

    notice_id: str
    party_id: str
    buyer_id: str
    source: str
    happened: date
    what: Personal[str]
    by: str


class ChangeOfControlAnswered(ScreeningEvent):
    """A statement of the owners came that takes a noted change into account. Since 2026-11."""

    notice_id: str
    party_id: str
    buyer_id: str
    document_id: str = ""


class PayeeAccountNoted(ScreeningEvent):
    """Into which account a party is paid: only the countries and the last signs are kept.

    `country` is that of the IBAN, `bank_country` that of the BIC. Since 2026-11.
    """

    party_id: str
    account_id: str
    shown: Personal[str]
    country: str | None = None
    bank_country: str | None = None
    by: str
    source: str


class JurisdictionFlagged(ScreeningEvent):
    """A tie of a party leads to a country on a dated list. A question, never an accusation.

    `whose` is `seat`, `address` (the registered one), `owner` (at any level above it), `subsidiary`
    or `bank` (the payee's account); `subject_id` is whose seat it is and `path` the way between the
    two, from the owner down. `rule` is `EX-N` only where udbudsloven §134 a itself applies.
    """

    flag_id: str
    party_id: str
    country: str
    whose: str
    list_name: str
    list_date: date
    rule: str
    subject_id: str = ""
    path: tuple[str, ...] = ()


class JurisdictionEnded(ScreeningEvent):
    """A tie of a party no longer leads to a listed country. Since 2026-11."""

    flag_id: str
    party_id: str
    country: str
    whose: str
    reason: str
