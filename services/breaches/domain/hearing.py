"""Questions and hearings: whoever a decision hits may speak first, and has time to."""

from datetime import datetime

from services.breaches.domain.file import CaseRecord, Dues, Exchange
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.breaches import (
    EnquiryAnswered,
    EnquiryLapsed,
    EnquiryOpened,
    HearingAnswered,
    HearingLapsed,
    HearingOpened,
    Track,
)

ENQUIRY, HEARING = "enquiry", "hearing"


class HearingSteps(CaseRecord):
    def ask(self, question: str, by: str, dues: Dues, now: datetime) -> None:
        """A question without accusation goes to the supplier."""
        self.must_allow(Action.ASK)
        waits = self.enter(Stage.ASKED, dues)
        exchange = self._begin(ENQUIRY, question, now)
        self.log("question asked", by, question, now)
        self.announce(
            EnquiryOpened(
                **self.about(),
                question=question,
                due=exchange.due,
                link_id=exchange.link_id,
                **waits,
            )
        )

    def answer_enquiry(
        self, answer: str, document_ids: tuple[str, ...], by: str, dues: Dues, now: datetime
    ) -> None:
        self.must_allow(Action.ANSWER_ENQUIRY)
        self._end(answer, document_ids, now)
        waits = self.enter(Stage.ANSWERED, dues)
        self.log("question answered", by, answer, now)
        self.announce(
            EnquiryAnswered(**self.about(), answer=answer, document_ids=document_ids, **waits)
        )

    def hear(self, subject: str, by: str, onto: Track, dues: Dues, now: datetime) -> None:
        """The contracting party is heard, the subcontractor alongside; `onto` is the track on
        which a decision could follow."""
        self.must_allow(Action.HEAR)
        self.track = onto
        self._open_hearing(subject, by, dues, now)

    def hear_timetable(self, subject: str, by: str, dues: Dues, now: datetime) -> None:
        """In a legal block: how and when the use of the party ends, and not whether it does."""
        self.must_allow(Action.TIMETABLE)
        self._open_hearing(subject, by, dues, now)

    def _open_hearing(self, subject: str, by: str, dues: Dues, now: datetime) -> None:
        waits = self.enter(Stage.HEARING, dues)
        exchange = self._begin(HEARING, subject, now)
        alongside = () if self.party_id == self.supplier_id else (self.party_id,)
        self.log("hearing opened", by, subject, now)
        self.announce(
            HearingOpened(
                **self.about(),
                addressee_id=self.supplier_id,
                heard_alongside=alongside,
                subject=subject,
                due=exchange.due,
                link_id=exchange.link_id,
                **waits,
            )
        )

    def answer_hearing(
        self,
        answer: str,
        document_ids: tuple[str, ...],
        by: str,
        dues: Dues,
        now: datetime,
        self_cleaning: bool = False,
    ) -> None:
        """`self_cleaning`: it says what it has done to be reliable again, which must be weighed."""
        self.must_allow(Action.ANSWER_HEARING)
        self.cleaning_offered = self.cleaning_offered or self_cleaning
        self._end(answer, document_ids, now)
        waits = self.enter(Stage.HEARD, dues)
        self.log("hearing answered", by, answer, now)
        self.announce(
            HearingAnswered(**self.about(), answer=answer, document_ids=document_ids, **waits)
        )

    def lapse(self, dues: Dues, now: datetime) -> None:
        """The time for an answer is over. Silence is assessed like an answer."""
        exchange = self.open_exchange()
        if exchange is None:
            raise Rejected(f"case {self.id} waits for no answer")
        self._replace(exchange, exchange.model_copy(update={"lapsed": True}))
        if exchange.kind == HEARING:
            waits = self.enter(Stage.HEARD, dues)
            self.log("hearing lapsed", "clock", "no answer came in time", now)
            self.announce(HearingLapsed(**self.about(), **waits))
        else:
            waits = self.enter(Stage.ANSWERED, dues)
            self.log("question not answered", "clock", "no answer came in time", now)
            self.announce(EnquiryLapsed(**self.about(), **waits))

    def _begin(self, kind: str, text: str, now: datetime) -> Exchange:
        nth = sum(e.kind == kind for e in self.exchanges) + 1
        exchange = Exchange(
            kind=kind, text=text, sent=now, due=self.due, link_id=f"link-{self.id}-{kind}-{nth}"
        )
        self.exchanges = (*self.exchanges, exchange)
        return exchange

    def _end(self, answer: str, document_ids: tuple[str, ...], now: datetime) -> None:
        exchange = self.open_exchange()
        if exchange is None:
            raise Rejected(f"case {self.id} waits for no answer")
        ended = {"answer": answer, "document_ids": document_ids, "answered": now}
        self._replace(exchange, exchange.model_copy(update=ended))

    def _replace(self, old: Exchange, new: Exchange) -> None:
        self.exchanges = tuple(new if e is old else e for e in self.exchanges)
