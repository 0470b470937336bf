"""Many parties that somebody wants compared with the lists, in chunks, and not for ever."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Record, Rejected
from shared.events.base import Personal
from shared.events.words import ListRef


class JobState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """It cannot be done; `problem` says why."""
    FORGOTTEN = "forgotten"


def chunk_id(job_id: str, number: int) -> str:
    return f"{job_id}/{number:05}"


def sealed_for(job_id: str) -> str:
    """As whose personal data the lines and results of a job are sealed."""
    return f"person-{job_id}"


class MatchChunk(Record):
    """Lines of a job as JSON, and what became of each.

    Who is asked about is nobody's party here: all is sealed with a key of the job, and is removed
    with it.
    """

    subject_field: ClassVar[str] = "sealed_for"

    sealed_for: str
    lines: tuple[Personal[str], ...]
    results: tuple[Personal[str], ...] = ()

    @classmethod
    def of(cls, job_id: str, number: int, lines: tuple[str, ...]) -> "MatchChunk":
        return cls(id=chunk_id(job_id, number), sealed_for=sealed_for(job_id), lines=lines)


class MatchJob(Aggregate):
    """`versions` are compared with all lines, whichever come into force meanwhile.

    `done` counts lines that were looked at, `problems` those of them that could not be compared.
    When it is forgotten, only the figures stay.
    """

    indexes: ClassVar[tuple[str, ...]] = ("started_by", "state")

    started_by: str
    started: datetime
    keep_until: datetime
    versions: tuple[str, ...]
    lists: tuple[ListRef, ...]
    threshold: float | None
    lines: int
    chunks: int
    engine: str
    policy: str
    state: JobState = JobState.RUNNING
    part: int = 0
    done: int = 0
    hits: int = 0
    problems: int = 0
    ended: datetime | None = None
    problem: str = ""

    def advance(self, lines: int, hits: int, problems: int, at: datetime) -> None:
        """A chunk was compared."""
        self.part += 1
        self.done += lines
        self.hits += hits
        self.problems += problems
        if self.part == self.chunks:
            self.state, self.ended = JobState.DONE, at

    def stop(self, problem: str, at: datetime) -> None:
        self.state, self.ended, self.problem = JobState.STOPPED, at, problem

    def forget(self, at: datetime) -> bool:
        """False where that was done before."""
        if self.state is JobState.FORGOTTEN:
            return False
        self.state, self.ended = JobState.FORGOTTEN, self.ended or at
        return True

    def must_be_readable(self) -> None:
        """Raise `Rejected` where there are no results, or not all of them."""
        if self.state is JobState.FORGOTTEN:
            raise Rejected(f"the results of {self.id} were deleted; they are kept only for a time")
        if self.state is JobState.STOPPED:
            raise Rejected(f"{self.id} was stopped: {self.problem}")
        if self.state is JobState.RUNNING:
            raise Rejected(f"{self.done} of {self.lines} lines are compared; ask again later")
