"""The comparison of a new list version with every party, and the statement it ends in."""

from datetime import datetime
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.screening import CoverageStated


def sweep_id(version_id: str, attempt: int) -> str:
    """Of the n-th time that a version comes into force."""
    return f"sweep-{version_id}-{attempt}"


class Sweep(Aggregate):
    """One walk over the portfolio, part by part in the order of the party ids.

    The first walk compares; the second, a little later, finds those who came in while the version
    came into force, and counts whom it could not compare. A newer version of the list ends it.
    """

    indexes: ClassVar[tuple[str, ...]] = ("version_id",)

    version_id: str
    source: str
    list_version: str
    base: str | None
    started: datetime
    part: int = 0
    walk: int = 1
    position: str | None = None
    """The party id with which the last part ended."""
    parties: int = 0
    gaps: int = 0
    ended: datetime | None = None
    overtaken: bool = False

    def advance(self, position: str | None, parties: int, gaps: int) -> None:
        """A part was compared. `position` is None where the walk is at its end."""
        self.part += 1
        self.parties += parties
        self.gaps += gaps
        self.position = position

    def walk_again(self) -> None:
        self.walk, self.position, self.parties, self.gaps = 2, None, 0, 0

    def end_overtaken(self, at: datetime) -> None:
        """A newer version is in force; its own sweep compares everybody."""
        self.ended, self.overtaken = at, True

    def state_coverage(self, at: datetime) -> None:
        self.ended = at
        self.announce(
            CoverageStated(
                source=self.source,
                version=self.list_version,
                parties=self.parties,
                gaps=self.gaps,
            )
        )
