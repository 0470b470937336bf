"""A list and its versions: which one is in force, and when a new one is not believed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel

from services.screening.domain.listed import Delta
from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.screening import ListRefused, ListUpdated
from shared.events.words import ListRef

EVERY_BUYER = "*"
"""Lists are nobody's in particular."""


def watchlist_id(source: str) -> str:
    return f"list-{source}"


def version_id(source: str, sha256: str) -> str:
    return f"version-{source}-{sha256[:16]}"


def list_version_of(version_id: str) -> str:
    """The short form of a version in facts: the start of the hash of its file."""
    return version_id.rsplit("-", 1)[-1]


class Counts(BaseModel, frozen=True):
    """How much a file of a list holds."""

    entries: int
    persons: int
    organisations: int


class Spell(BaseModel, frozen=True):
    """A time in which a version was in force; without `until` it still is."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Guard(BaseModel, frozen=True):
    """When a new version looks as if a part of the file is missing.

    More than the share `vanish` of the entries of the version in force would be gone. It is not
    asked of a version in force with fewer entries than `from_entries`: a short list may change
    wholly. The other numbers are the least and the most that the list can plausibly hold; they
    are asked of files that were fetched, and of others once the version in force is that large.
    """

    vanish: float = 0.2
    from_entries: int = 20
    persons: tuple[int, int] | None = None
    organisations: tuple[int, int] | None = None
    entries: tuple[int, int] | None = None

    def implausible(self, counts: "Counts") -> str | None:
        """Why these counts cannot be those of the whole list, or None."""
        for what in ("entries", "persons", "organisations"):
            limits, count = getattr(self, what), getattr(counts, what)
            if limits is not None and not limits[0] <= count <= limits[1]:
                return (
                    f"it holds {count} {what}, and the whole list holds {limits[0]} to "
                    f"{limits[1]}: the file looks cut off. The version in force stays; if this is "
                    f"right, an administrator forces it and says why"
                )
        return None

    def objection(self, entries: int, delta: Delta) -> str | None:
        """Why a version is not believed, or None. `entries` is the count of the one in force."""
        gone = len(delta.removed)
        if entries < self.from_entries or gone <= self.vanish * entries:
            return None
        return (
            f"{gone} of the {entries} entries in force would vanish, which is more than "
            f"{self.vanish:.0%}: the file looks cut off. The version in force stays; if this is "
            f"right, an administrator forces it and says why"
        )


class VersionState(StrEnum):
    KEEPING = "keeping"
    """Its entries are being written. The version before it is still in force."""
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class ListVersion(Aggregate):
    """One file of a list that was accepted. It and its entries are kept for ever."""

    indexes: ClassVar[tuple[str, ...]] = ("source", "state")

    source: str
    sha256: str
    list_date: date | None
    entries: int
    persons: int
    organisations: int
    added: int
    changed: int
    removed: int
    base: str | None
    """The version in force that the counts compare with."""
    loaded_by: str
    loaded: datetime
    forced: str = ""
    state: VersionState = VersionState.KEEPING
    attempt: int = 1
    """How often it was put on its way into force: a version can come back."""
    to_write: int = 0
    kept: int = 0
    in_force_from: datetime | None = None
    superseded: datetime | None = None
    spells: tuple[Spell, ...] = ()
    """When it was in force: a version can be taken back and can return."""

    @property
    def place_in_journal(self) -> dict[str, Any]:
        """What a version that is accepted again takes over from when it was accepted before."""
        return self.model_dump(include={"version", "number", "head", "block", "spells"})

    @property
    def ref(self) -> ListRef:
        return ListRef(
            source=self.source,
            version=self.sha256[:16],
            list_date=self.list_date,
            entries=self.entries,
        )

    def keep(self, up_to: int) -> None:
        """The entries before this place are written."""
        self.kept = max(self.kept, up_to)

    @property
    def whole(self) -> bool:
        return self.kept >= self.to_write

    def come_into_force(self, at: datetime) -> None:
        self.state, self.in_force_from, self.superseded = VersionState.IN_FORCE, at, None
        self.spells = (*self.spells, Spell(since=at))

    def give_way(self, at: datetime) -> None:
        self.state, self.superseded = VersionState.SUPERSEDED, at
        if self.spells:
            last = self.spells[-1].model_copy(update={"until": at})
            self.spells = (*self.spells[:-1], last)

    def was_in_force(self, at: datetime) -> bool:
        return any(spell.holds(at) for spell in self.spells)

    @property
    def counts(self) -> Counts:
        return Counts(entries=self.entries, persons=self.persons, organisations=self.organisations)


class Watchlist(Aggregate):
    """A list of one source: which version is in force, and which one is on its way."""

    source: str
    binding: bool
    current: str | None = None
    ref: ListRef | None = None
    coming: str | None = None
    refused: str = ""
    """Why the file that came last was not taken in; nothing where it was."""

    @property
    def need_id(self) -> str:
        return f"look-at-{self.id}"

    def refuse(self, reason: str, due: datetime) -> bool:
        """A file was not believed or not understood. Said once for as long as it stays so."""
        if reason == self.refused:
            return False
        self.refused = reason
        self.announce(
            ListRefused(
                source=self.source,
                reason=reason,
                kept_version=self.ref.version if self.ref else None,
                need=Need(
                    id=self.need_id,
                    kind="look-at-list",
                    role="admin",
                    buyer_id=EVERY_BUYER,
                    due=due,
                    about=self.id,
                ),
            )
        )
        return True

    def expect(self, version: ListVersion) -> None:
        """A new version was accepted and its entries are to be written."""
        if self.coming not in (None, version.id) and not version.forced:
            raise Rejected(
                f"version {self.coming} of the list {self.source} is being taken in; load this "
                f"one when that is in force, or have an administrator force it"
            )
        self.coming = version.id

    def put_in_force(self, version: ListVersion) -> None:
        """The version holds all its entries: from now on parties are compared with it."""
        if self.coming != version.id:
            raise Rejected(f"version {version.id} is not on its way into force")
        if not version.whole:
            raise Rejected(f"only {version.kept} of {version.to_write} entries are written")
        self.current, self.ref, self.coming = version.id, version.ref, None
        settles = (self.need_id,) if self.refused else ()
        self.refused = ""
        self.announce(
            ListUpdated(
                source=self.source,
                version=version.ref.version,
                list_date=version.list_date,
                entries=version.entries,
                added=version.added,
                changed=version.changed,
                removed=version.removed,
                binding=self.binding,
                settles=settles,
            )
        )
