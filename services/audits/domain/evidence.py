"""Questions to a party, and its answers: handed in is not accepted.

    open → submitted → accepted
      ↑________|
    open | submitted → withdrawn

What is answered in part is kept. An answer after the deadline is taken and marked as late: late
evidence is evidence, and what the lateness means is for people to say.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from services.audits.domain.findings import words
from services.audits.domain.questions import Answer, Question, must_answer, must_be_askable
from services.audits.domain.telling import Telling
from shared.domain import Rejected
from shared.events.audits import (
    EvidenceAccepted,
    EvidenceAskedAgain,
    EvidenceDelegated,
    EvidenceExtended,
    EvidenceOverdue,
    EvidenceReceived,
    EvidenceReminded,
    EvidenceRequested,
    EvidenceWithdrawn,
)
from shared.events.base import Criminal, Need

MOST_REMINDERS = 5


class RequestState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class EvidenceRequest(Telling):
    """`delegate_id` is the subcontractor that answers too; `files` are kept by onboarding for it.

    `deadlines` counts the deadlines it has had, `overdue` the last one that passed unanswered,
    `steps` the reminders that are set before the deadline; `country` is whose working days count.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "state", "listed")

    state: RequestState = RequestState.OPEN
    contract_id: str = ""
    buyer_id: str = ""
    audit_id: str = ""
    library_version: str = ""
    country: str = ""
    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    files: tuple[str, ...] = ()
    due: datetime | None = None
    listed: str = ""
    delegate_id: str = ""
    deadlines: int = 0
    overdue: int = 0
    steps: int = MOST_REMINDERS
    reminded: int = 0
    submitted: int = 0
    late: bool = False
    said_back: Criminal[str] = ""

    @property
    def link_id(self) -> str:
        return f"link-{self.id}"

    @property
    def delegate_link_id(self) -> str:
        return f"link-{self.id}-{self.delegate_id}" if self.delegate_id else ""

    @property
    def weigh_need_id(self) -> str:
        return f"weigh-evidence/{self.id}/{self.submitted}"

    @property
    def chase_need_id(self) -> str:
        return f"chase-evidence/{self.id}/{self.overdue}"

    def ask(self, due: datetime, now: datetime) -> None:
        if self.due is not None:
            raise Rejected(f"request {self.id} was sent before")
        must_be_askable(self.questions)
        self.due, self.deadlines, self.listed = due, 1, now.isoformat()
        self.announce(
            EvidenceRequested(
                **self._said,
                obligation=self.obligation,
                questions=len(self.questions),
                due=due,
                link_id=self.link_id,
            )
        )

    def keep_file(self, document_id: str) -> bool:
        """A file was kept for it. Returns whether that is new."""
        if document_id in self.files:
            return False
        self.files = (*self.files, document_id)
        return True

    def save_answers(self, answers: tuple[Answer, ...], *, by_delegate: bool = False) -> None:
        """Keep what is answered so far; an empty answer takes back the one before.

        A subcontractor to whom the questions were passed on changes its own answers alone.
        """
        self._must_be_open()
        asked = {question.id: question for question in self.questions}
        kept = {answer.question_id: answer for answer in self.answers}
        for answer in answers:
            question = asked.get(answer.question_id)
            if question is None:
                raise Rejected("this was not asked", field=f"answers.{answer.question_id}")
            before = kept.get(question.id)
            if by_delegate and before is not None and not before.by_delegate:
                raise Rejected("this is answered already", field=f"answers.{question.id}")
            if answer.empty:
                kept.pop(answer.question_id, None)
                continue
            must_answer(question, answer, self.files)
            kept[question.id] = answer.model_copy(update={"by_delegate": by_delegate})
        self.answers = tuple(kept[id] for id in asked if id in kept)

    def submit(self, now: datetime, due: datetime) -> None:
        """The party hands in; a person weighs it by `due`."""
        self._must_be_open()
        assert self.due is not None
        given = {answer.question_id for answer in self.answers}
        for question in self.questions:
            if question.required and question.id not in given:
                raise Rejected("this is not answered yet", field=f"answers.{question.id}")
        self.state, self.late = RequestState.SUBMITTED, now > self.due
        self.submitted += 1
        papers = tuple(id for answer in self.answers for id in answer.document_ids)
        self.announce(
            EvidenceReceived(
                **self._said,
                late=self.late,
                document_ids=papers,
                need=self._need(self.weigh_need_id, "weigh-evidence", "auditor", due),
                settles=self._chased,
            )
        )

    def accept(self, reason: str, by: str) -> None:
        self._must_be_submitted()
        self.state = RequestState.ACCEPTED
        reason = words(reason, "reason", "what the answers show")
        settles = (self.weigh_need_id,)
        self.announce(EvidenceAccepted(**self._said, by=by, reason=reason, settles=settles))

    def ask_again(self, reason: str, by: str, due: datetime) -> None:
        """The answers stay, to be mended; the party is told what does not do."""
        self._must_be_submitted()
        self.said_back = words(reason, "reason", "what does not do")
        self.state, self.due, self.deadlines = RequestState.OPEN, due, self.deadlines + 1
        self.announce(
            EvidenceAskedAgain(
                **self._said,
                reason=self.said_back,
                by=by,
                due=due,
                link_id=self.link_id,
                settles=(self.weigh_need_id,),
            )
        )

    def extend(self, due: datetime, by: str, reason: str) -> None:
        self._must_be_open()
        assert self.due is not None
        if due <= self.due:
            raise Rejected(
                f"it is due on {self.due:%Y-%m-%d}: an extension ends later", field="working_days"
            )
        reason = words(reason, "reason", "why there is more time")
        self.due, self.deadlines = due, self.deadlines + 1
        self.announce(
            EvidenceExtended(
                **self._said,
                due=due,
                by=by,
                reason=reason,
                link_id=self.link_id,
                settles=self._chased,
            )
        )

    def delegate(self, party_id: str, chain: tuple[str, ...]) -> None:
        """Have a subcontractor of the contract answer too. The party that was asked stays bound."""
        self._must_be_open()
        assert self.due is not None
        if party_id not in chain:
            raise Rejected("a subcontractor that is declared on this contract", field="party_id")
        if self.delegate_id:
            raise Rejected("this was passed on before; it is passed on once", field="party_id")
        self.delegate_id = party_id
        said = self._said | {"party_id": party_id}
        self.announce(
            EvidenceDelegated(
                **said, by_party_id=self.party_id, due=self.due, link_id=self.delegate_link_id
            )
        )

    def remind(self, number: int) -> bool:
        """Never twice, and nobody is reminded of what is answered."""
        if self.state is not RequestState.OPEN or number <= self.reminded or self.due is None:
            return False
        self.reminded = number
        self.announce(
            EvidenceReminded(**self._said, reminder=number, due=self.due, link_id=self.link_id)
        )
        return True

    def pass_deadline(self, deadline: int, until: datetime) -> bool:
        """Said once for each deadline; the contract manager follows it up `until` then."""
        if self.state is not RequestState.OPEN or deadline != self.deadlines or self.due is None:
            return False
        if self.overdue >= deadline:
            return False
        self.overdue = deadline
        need = self._need(self.chase_need_id, "chase-evidence", "contract_manager", until)
        self.announce(
            EvidenceOverdue(**self._said, obligation=self.obligation, due=self.due, need=need)
        )
        return True

    def withdraw(self, reason: str, by: str) -> None:
        if self.state not in (RequestState.OPEN, RequestState.SUBMITTED):
            raise Rejected(f"request {self.id} is {self.state}: it is closed")
        reason = words(reason, "reason", "why it needs no answer")
        weighed = (self.weigh_need_id,) if self.state is RequestState.SUBMITTED else ()
        self.state = RequestState.WITHDRAWN
        settles = (*weighed, *self._chased)
        self.announce(EvidenceWithdrawn(**self._said, reason=reason, by=by, settles=settles))

    def _must_be_open(self) -> None:
        if self.state is RequestState.SUBMITTED:
            raise Rejected("the answers were handed in; wait for what the buyer says of them")
        if self.state is not RequestState.OPEN:
            raise Rejected("this request is closed; nothing more is to be answered")

    def _must_be_submitted(self) -> None:
        if self.state is not RequestState.SUBMITTED:
            raise Rejected(f"request {self.id} is {self.state}: weigh what was handed in")

    @property
    def _chased(self) -> tuple[str, ...]:
        return (self.chase_need_id,) if self.overdue else ()

    def _need(self, id: str, kind: str, role: str, due: datetime) -> Need:
        return Need(id=id, kind=kind, role=role, buyer_id=self.buyer_id, due=due, about=self.id)

    @property
    def _said(self) -> dict[str, str]:
        return {
            "request_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "offences_of": self.offences_of,
        }
