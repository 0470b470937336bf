"""One party: what it is, what it was compared with, and what of that still stands."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel

from services.screening.domain.haven import FlaggedTie, PayeeAccount
from shared.domain import Aggregate
from shared.events.screening import (
    JurisdictionEnded,
    JurisdictionFlagged,
    PartyScreened,
    PayeeAccountNoted,
)
from shared.events.words import ListRef, PartyDescription


class HitMark(BaseModel, frozen=True):
    """An open hit, and the words of the entry that it rests on."""

    hit_id: str
    source: str
    entry_id: str
    content: str


class Confirmed(BaseModel, frozen=True):
    """A confirmed hit on a list with legal effect, for one buyer."""

    buyer_id: str
    hit_id: str


def moved(before: PartyDescription, after: PartyDescription) -> bool:
    """Whether another country, or another kind of party, is said of it than before."""
    return any(
        getattr(before, field) != getattr(after, field)
        for field in ("kind", "country", "address_country")
    )


def matters(before: PartyDescription, after: PartyDescription) -> tuple[str, ...]:
    """What changed of that by which a party is compared, in words. An address does not."""
    names = {
        "kind": "the kind of party",
        "name": "its name",
        "aliases": "its other names",
        "birth_date": "its date of birth",
        "country": "its country",
        "identifiers": "its numbers",
    }
    return tuple(
        words for field, words in names.items() if getattr(before, field) != getattr(after, field)
    )


class Screening(Aggregate):
    """A party under watch. `compared` holds the last version of each list it was compared with.

    `owns` lists the companies in which a statement names it as an owner, `confirmed` the verdicts
    against it: both are here so that two facts about the same owner can never pass each other by.
    `ties` lead to countries on the tax list today, `former_ties` did.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "gap", "changed")

    party_id: str
    party: PartyDescription
    changed: str = ""
    """Since when it is what it is, as far as a comparison looks at it: ISO 8601 in UTC, so that
    moments stand in the order of their texts."""
    gap: bool = False
    """It cannot be compared at all: that is not known to be clean."""
    gap_since: datetime | None = None
    compared: tuple[ListRef, ...] = ()
    hits: tuple[HitMark, ...] = ()
    screened: datetime | None = None
    engine: str = ""
    policy: str = ""
    owns: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    """Ids that a person found to be of the same party. Each is screened under what is said of it;
    as owners and as companies they are one."""
    confirmed: tuple[Confirmed, ...] = ()
    ties: tuple[FlaggedTie, ...] = ()
    former_ties: tuple[FlaggedTie, ...] = ()
    accounts: tuple[PayeeAccount, ...] = ()

    def describe(self, party: PartyDescription, at: datetime) -> tuple[str, ...]:
        """The party is this from now on; says what changed of that by which it is compared."""
        changes = matters(self.party, party)
        self.party = party
        if changes:
            self.changed = at.isoformat()
        return changes

    def is_one_with(self, others: Iterable[str]) -> bool:
        """All ids of the same party, with or without its own. False if that was known."""
        same = tuple(sorted(set(others) - {self.id}))
        known, self.same_as = self.same_as, same
        return same != known

    def version_of(self, source: str) -> str | None:
        return next((ref.version for ref in self.compared if ref.source == source), None)

    def cannot_be_compared(self, at: datetime) -> bool:
        """Its name has nothing to compare. What was found before stays. False if known before."""
        if self.gap:
            return False
        self.compared, self.gap, self.gap_since = (), True, at
        return True

    def can_be_compared(self) -> bool:
        """It has a name again. False if it had one."""
        was, self.gap, self.gap_since = self.gap, False, None
        return was

    def conclude(
        self,
        lists: tuple[ListRef, ...],
        hits: tuple[HitMark, ...],
        *,
        engine: str,
        policy: str,
        at: datetime,
        say: bool,
    ) -> None:
        """The party was compared with these versions. `say` it as a proof for others, too."""
        others = tuple(r for r in self.compared if r.source not in {ref.source for ref in lists})
        self.compared = tuple(sorted((*others, *lists), key=lambda ref: ref.source))
        self.hits = tuple(sorted(hits, key=lambda mark: mark.hit_id))
        self.screened, self.engine, self.policy = at, engine, policy
        if say and self.compared:
            self.announce(
                PartyScreened(
                    party_id=self.party_id,
                    lists=self.compared,
                    hits=tuple(mark.hit_id for mark in self.hits),
                    engine=engine,
                    policy=policy,
                )
            )

    def own(self, company_id: str, *, still: bool) -> None:
        """A statement names the party as an owner of a company, or no longer does."""
        others = tuple(one for one in self.owns if one != company_id)
        self.owns = (*others, company_id) if still else others

    def record_verdict(self, buyer_id: str, hit_id: str, *, confirmed: bool) -> None:
        mark = Confirmed(buyer_id=buyer_id, hit_id=hit_id)
        others = tuple(one for one in self.confirmed if one != mark)
        self.confirmed = (*others, mark) if confirmed else others

    def known_tie(self, tie: FlaggedTie) -> FlaggedTie:
        """The same tie as it was flagged by an earlier revision of the list, or as it is."""
        return next((held for held in self.ties if held.is_as(tie)), tie)

    def tie_to(self, found: tuple[FlaggedTie, ...], at: datetime) -> bool:
        """These ties lead to listed countries now. Each is said once, and once that it ended."""
        before = {tie.flag_id: tie for tie in self.ties}
        now = {tie.flag_id: tie for tie in found}
        for flag_id in now.keys() - before.keys():
            self._flag(now[flag_id])
        gone = [tie for flag_id, tie in before.items() if flag_id not in now]
        for tie in gone:
            self._no_longer(tie)
        ended = tuple(tie.model_copy(update={"ended": at}) for tie in gone)
        self.former_ties = (*(t for t in self.former_ties if t.flag_id not in now), *ended)
        self.ties = tuple(
            tie.model_copy(update={"since": before[id].since}) if id in before else tie
            for id, tie in now.items()
        )
        return before.keys() != now.keys()

    def _flag(self, tie: FlaggedTie) -> None:
        self.announce(
            JurisdictionFlagged(
                flag_id=tie.flag_id,
                party_id=self.party_id,
                country=tie.country,
                whose=tie.whose,
                list_name=tie.list_name,
                list_date=tie.list_date,
                rule=tie.rule,
                subject_id=tie.subject_id,
                path=tie.path,
            )
        )

    def _no_longer(self, tie: FlaggedTie) -> None:
        self.announce(
            JurisdictionEnded(
                flag_id=tie.flag_id,
                party_id=self.party_id,
                country=tie.country,
                whose=tie.whose,
                reason=f"the {tie.whose} is not in {tie.country} any more, or that is not listed",
            )
        )

    def pay_into(self, account: PayeeAccount, by: str) -> bool:
        """Keep into which account a source pays; it takes the place of its earlier one."""
        others = tuple(one for one in self.accounts if one.source != account.source)
        if (*others, account) == self.accounts or account in self.accounts:
            return False
        self.accounts = (*others, account)
        self.announce(
            PayeeAccountNoted(
                party_id=self.party_id,
                account_id=account.id,
                shown=account.shown,
                country=account.country,
                bank_country=account.bank_country,
                by=by,
                source=account.source,
            )
        )
        return True
