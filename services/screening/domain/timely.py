"""Whether a binding list is as new as it must be, and whether everybody was compared with it."""

from datetime import datetime, timedelta

from shared.domain import Aggregate
from shared.events.base import Need
from shared.events.screening import CoverageClosed, CoverageOverdue, ListOverdue, ListRenewed

EVERY_BUYER = "*"


def timely_id(source: str) -> str:
    return f"timely-{source}"


class Timeliness(Aggregate):
    """What was last said of a list. Each alarm is said once, and once that it is over.

    `overdue` and `gap` are the moments at which they were raised.
    """

    source: str
    since: datetime
    """When the watch over the list began."""
    overdue: datetime | None = None
    gap: datetime | None = None
    gaps: int = 0

    def age(
        self,
        current: datetime | None,
        version: str | None,
        limit: timedelta,
        at: datetime,
        due: datetime,
    ) -> datetime:
        """Say if the list is older than it may be, or no longer so; returns when it will be.

        `current` is when it was last known to be the one that is published, None for never.
        """
        too_old = (current or self.since) + limit
        if at < too_old:
            if self.overdue is not None and current is not None:
                self.overdue = None
                self.announce(
                    ListRenewed(
                        source=self.source,
                        version=version,
                        current_at=current,
                        settles=(self._need_id("renew-list"),),
                    )
                )
        elif self.overdue is None:
            self.overdue = at
            self.announce(
                ListOverdue(
                    source=self.source,
                    version=version,
                    current_at=current,
                    limit_hours=round(limit.total_seconds() / 3600),
                    need=self._need("renew-list", due),
                )
            )
        return too_old

    def coverage(
        self, version: str, gaps: int, *, whole: bool, since: datetime, at: datetime, due: datetime
    ) -> None:
        """Say if parties have not been compared for too long, or that all are now.

        `gaps` counts those that cannot be compared; without `whole` others still wait. More gaps
        than were said before are said anew.
        """
        open_now = gaps > 0 or not whole
        if open_now and (self.gap is None or gaps > self.gaps):
            self.gap, self.gaps = at, gaps
            self.announce(
                CoverageOverdue(
                    source=self.source,
                    version=version,
                    gaps=gaps,
                    whole=whole,
                    since=since,
                    need=self._need("close-coverage", due),
                )
            )
        elif not open_now and self.gap is not None:
            self.gap, self.gaps = None, 0
            self.announce(
                CoverageClosed(
                    source=self.source,
                    version=version,
                    settles=(self._need_id("close-coverage"),),
                )
            )

    def _need_id(self, kind: str) -> str:
        return f"{kind}/{self.source}"

    def _need(self, kind: str, due: datetime) -> Need:
        return Need(
            id=self._need_id(kind),
            kind=kind,
            role="admin",
            buyer_id=EVERY_BUYER,
            due=due,
            about=f"list-{self.source}",
        )
