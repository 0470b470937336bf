"""The checklist of an audit: a version of the library's questions, answered by several at once.

Each answer has a number that counts up. Who answers says which number was seen: where a colleague
has answered otherwise since, nothing is overwritten and both are shown.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from services.audits.domain.library import Library, LibraryQuestion
from services.audits.domain.telling import Telling
from shared.domain import Rejected
from shared.events.base import Criminal, Said


class Verdict(StrEnum):
    """What an auditor saw; `NOT_SEEN` is an answer too, and never the same as in order."""

    CONFORMS = "conforms"
    DEVIATES = "deviates"
    NOT_APPLICABLE = "not_applicable"
    NOT_SEEN = "not_seen"


class Given(Said):
    """An answer as it is given. `seen` is the number of the one that stood there before, or 0."""

    question_id: str = Field(min_length=1, max_length=60)
    verdict: Verdict
    note: str = Field(default="", max_length=5_000)
    document_ids: tuple[str, ...] = Field(default=(), max_length=50)
    seen: int = Field(default=0, ge=0)


class Checked(Said):
    """An answer as it stands."""

    question_id: str
    verdict: Verdict
    note: Criminal[str] = ""
    document_ids: tuple[str, ...] = ()
    by: str
    at: datetime
    number: int = 1

    def says(self, given: Given) -> bool:
        same = (self.verdict, self.note) == (given.verdict, given.note.strip())
        return same and self.document_ids == given.document_ids


class Differs(Said):
    """Two auditors answered the same question differently: `stands` is what was there first."""

    question_id: str
    stands: Checked
    given: Given


class Checklist(Telling):
    """The questions of one audit and their answers. Its id is that of the audit."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    buyer_id: str = ""
    library_version: str = ""
    questions: tuple[LibraryQuestion, ...] = ()
    answers: tuple[Checked, ...] = ()

    def take(self, library: Library) -> tuple[str, ...]:
        """Have the questions of a version. Returns those whose answers do not count any more."""
        before = {one.id: one for one in self.questions}
        now = {one.id: one for one in library.checklist(self.obligation)}
        if not now:
            raise Rejected(
                f"the library has no questions about {self.obligation}; audit it without a "
                "checklist, or add them to the library",
                field="version",
            )
        gone = {id for id, one in before.items() if now.get(id) != one}
        dropped = tuple(one.question_id for one in self.answers if one.question_id in gone)
        self.answers = tuple(one for one in self.answers if one.question_id not in gone)
        self.questions, self.library_version = tuple(now.values()), library.version
        return dropped

    def answer(self, given: tuple[Given, ...], by: str, at: datetime) -> tuple[Differs, ...]:
        """Take answers over. Returns those that a colleague answered differently meanwhile."""
        asked = {one.id for one in self.questions}
        stands = {one.question_id: one for one in self.answers}
        differ = []
        for number, one in enumerate(given):
            if one.question_id not in asked:
                raise Rejected(
                    f"{one.question_id} is not on this checklist", field=f"answers.{number}"
                )
            if one.verdict is Verdict.DEVIATES and len(one.note.strip()) < 3:
                raise Rejected(
                    "say what deviates, in at least three letters", field=f"answers.{number}.note"
                )
            known = stands.get(one.question_id)
            if known is not None and known.says(one):
                continue
            if known is not None and known.number != one.seen:
                differ.append(Differs(question_id=one.question_id, stands=known, given=one))
                continue
            stands[one.question_id] = Checked(
                question_id=one.question_id,
                verdict=one.verdict,
                note=one.note.strip(),
                document_ids=one.document_ids,
                by=by,
                at=at,
                number=known.number + 1 if known else 1,
            )
        self.answers = tuple(stands[id] for id in (q.id for q in self.questions) if id in stands)
        return tuple(differ)

    @property
    def unanswered(self) -> tuple[str, ...]:
        given = {one.question_id for one in self.answers}
        return tuple(one.id for one in self.questions if one.id not in given)

    @property
    def deviating(self) -> tuple[str, ...]:
        return tuple(one.question_id for one in self.answers if one.verdict is Verdict.DEVIATES)
