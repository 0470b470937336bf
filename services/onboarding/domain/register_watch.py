"""Until when it is known what has changed in a register about the parties that are held here."""

from datetime import datetime
from typing import ClassVar, Self

from shared.domain import Aggregate


def watch_id(register: str) -> str:
    return f"register-watch-{register}"


class RegisterWatch(Aggregate):
    """One register that can be asked for its changes since a moment.

    What changed before `until` is known of every party that is held. `problem` is why it could not
    be asked the last time, `failures` how many times in a row.
    """

    indexes: ClassVar[tuple[str, ...]] = ("register_name",)

    register_name: str
    until: datetime
    tried: datetime | None = None
    problem: str = ""
    failures: int = 0
    changes: int = 0

    @classmethod
    def begin(cls, register: str, since: datetime) -> Self:
        return cls(id=watch_id(register), register_name=register, until=since)

    def hear(self, began: datetime, changes: int, *, whole: bool) -> None:
        """So many have changed. After the `whole` of it, what changed before `began` is known."""
        self.problem, self.failures, self.changes = "", 0, self.changes + changes
        if whole:
            self.until, self.tried = began, began

    def fail(self, problem: str, now: datetime) -> None:
        self.problem, self.tried, self.failures = problem, now, self.failures + 1
