"""Facts announced by screening: lists, hits, verdicts, owners, proofs of no hit."""

from datetime import date
from typing import ClassVar

from shared.events.base import Event, Personal
from shared.events.words import ListEntryRef, ListRef, Share


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


class HitRaised(ScreeningEvent):
    """A listed entry resembles a party so much that a person must look. Not an exclusion.

    `score` lies in 0..1; `explanation` says in words what agreed and what did not; `advisory`
    hits are of lists without legal effect here and ring nobody.
    """

    hit_id: str
    party_id: str
    entry: ListEntryRef
    score: float
    explanation: tuple[Personal[str], ...]
    advisory: bool = False


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


class JurisdictionFlagged(ScreeningEvent):
    """The seat of a party, or of an owner above it, lies in a country on a dated list.

    `whose` is `seat` or `owner`; `rule` is `EX-N` only where udbudsloven §134 a itself applies.
    """

    flag_id: str
    party_id: str
    country: str
    whose: str
    list_name: str
    list_date: date
    rule: str
