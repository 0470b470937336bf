"""How the asking for a list at its official address goes."""

from datetime import datetime, timedelta

from shared.domain import Record

FIRST_PAUSE = timedelta(minutes=5)
"""After a failure; it doubles until it is as long as the time between two fetches."""
GIVEN_UP = timedelta(minutes=30)
"""After this time a fetch of which nothing was heard is taken for lost."""


def polling_id(source: str) -> str:
    return f"polling-{source}"


class Polling(Record):
    """What was asked for last, how that ended, and when to ask again.

    `etag` and `modified` are what the publisher gave with the file that was taken in last: with
    them it need not send the same one again.
    """

    source: str
    attempt: int = 0
    asked: datetime | None = None
    """When the fetch that is under way began."""
    checked: datetime | None = None
    """When the list was last known to be the one that is published."""
    etag: str = ""
    modified: str = ""
    failures: int = 0
    problem: str = ""
    next_try: datetime | None = None

    def is_under_way(self, now: datetime) -> bool:
        return self.asked is not None and now - self.asked < GIVEN_UP

    def is_due(self, now: datetime) -> bool:
        if self.is_under_way(now):
            return False
        return self.next_try is None or self.next_try <= now

    def begin(self, now: datetime) -> "Polling":
        return self.model_copy(update={"attempt": self.attempt + 1, "asked": now})

    def succeed(self, now: datetime, every: timedelta, etag: str, modified: str) -> "Polling":
        update = {
            "asked": None,
            "checked": now,
            "etag": etag,
            "modified": modified,
            "failures": 0,
            "problem": "",
            "next_try": now + every,
        }
        return self.model_copy(update=update)

    def fail(self, now: datetime, every: timedelta, problem: str) -> "Polling":
        """The next try comes after a pause that grows with every failure."""
        pause = min(FIRST_PAUSE * 2 ** min(self.failures, 20), every)
        update = {
            "asked": None,
            "failures": self.failures + 1,
            "problem": problem,
            "next_try": now + pause,
        }
        return self.model_copy(update=update)
