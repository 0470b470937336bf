"""A request for access to documents: its clock, whom it concerns, what is shown, and on which law.

Danish offentlighedslov, Swedish tryckfrihetsförordning and OSL; their days and grounds are dated
data (`services.breaches.insight.law`). Whoever asks need not say why, nor in Sweden who they are.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import BaseModel

from shared.domain import Forbidden, Rejected, Unknown
from shared.events.base import Criminal, Need, Personal
from shared.events.breaches import (
    InsightContactGiven,
    InsightDecided,
    InsightDelayed,
    InsightErased,
    InsightErasureAnnounced,
    InsightErasureDecided,
    InsightErasureWaits,
    InsightHearingAnswered,
    InsightHearingLapsed,
    InsightHearingOpened,
    InsightHeld,
    InsightItemNamed,
    InsightItemRuled,
    InsightLetterDelivered,
    InsightLetterIssued,
    InsightOverdue,
    InsightReleased,
    InsightRequested,
    InsightSent,
    InsightWithdrawn,
)
from shared.keeping import KeepingFacts, KeptForATime

ItemKind = Literal["case", "letter", "contract", "document"]
Outcome = Literal["whole", "part", "none"]

EVERYTHING = "*"
"""What is withheld where the whole item is."""

MOST_ITEMS = 200
MOST_WITHHELD = 200


class InsightStage(StrEnum):
    """Where a request stands. `answered`: decided, and the copy still has to be sent."""

    OPEN = "open"
    ANSWERED = "answered"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Offence(BaseModel, frozen=True):
    """A passage that is withheld because it tells of an offence (ADR 77)."""

    subject_field: ClassVar[str] = "offences_of"

    offences_of: str
    passage: Criminal[str]


class Withheld(BaseModel, frozen=True):
    """One thing that is not shown: a field by its name, or a passage as it stands in the text.

    `basis` is a code of the law's grounds. The passage is the secret itself: it is sealed, and one
    that tells of an `offence` with the key of those of whom it tells.
    """

    subject_field: ClassVar[str] = "applicant_id"

    applicant_id: str
    field: str = ""
    passage: Personal[str] = ""
    basis: str
    reason: Personal[str]
    offence: Offence | None = None

    @property
    def hides(self) -> str:
        """The passage; nothing where a field is withheld."""
        return self.offence.passage if self.offence else self.passage

    def of_offences(self, offences_of: str) -> "Withheld":
        """The same, with its passage sealed for those of whom it tells."""
        if not offences_of or not self.passage:
            return self
        told = Offence(offences_of=offences_of, passage=self.passage)
        return self.model_copy(update={"passage": "", "offence": told})


class Item(BaseModel, frozen=True):
    """One thing that the request covers. `concerns` are parties whose affairs are in it."""

    number: int
    kind: ItemKind
    ref: str
    title: str
    concerns: tuple[str, ...] = ()
    sha256: str = ""
    outcome: Outcome | None = None
    withheld: tuple[Withheld, ...] = ()
    ruled_by: str = ""


class Hearing(BaseModel, frozen=True):
    """What a party says to its affairs being shown."""

    subject_field: ClassVar[str] = "applicant_id"

    applicant_id: str
    party_id: str
    link_id: str
    due: datetime
    objects: bool | None = None
    answer: Personal[str] = ""
    answered: datetime | None = None
    lapsed: bool = False

    @property
    def is_open(self) -> bool:
        return self.answered is None and not self.lapsed


class Arrived(BaseModel, frozen=True):
    """That a letter reached the applicant. `by` handed it over, where no mail or post did."""

    number: int
    channel: str
    at: datetime
    reference: str = ""
    by: str = ""


class Insight(KeptForATime):
    """One request. What was asked and by whom is sealed with a key of the request's own."""

    subject_field: ClassVar[str] = "applicant_id"
    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "stage", "received")
    keeping_facts: ClassVar[KeepingFacts] = KeepingFacts(
        about="insight_id",
        role="officer",
        announced=InsightErasureAnnounced,
        held=InsightHeld,
        released=InsightReleased,
        decided=InsightErasureDecided,
        waits=InsightErasureWaits,
        erased=InsightErased,
    )

    buyer_id: str
    country: str
    law: str
    applicant_id: str
    applicant: Personal[str] = ""
    contact: Personal[str] = ""
    asked: Personal[str]
    received: str
    due: datetime
    stage: InsightStage = InsightStage.OPEN
    items: tuple[Item, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    delays: int = 0
    overdue: bool = False
    letters: int = 0
    arrived: tuple[Arrived, ...] = ()
    decided_by: str = ""
    decided: datetime | None = None

    # ------------------------------------------------------------ steps

    def receive(self) -> None:
        self.announce(
            InsightRequested(
                insight_id=self.id,
                buyer_id=self.buyer_id,
                country=self.country,
                law=self.law,
                received=datetime.fromisoformat(self.received),
                due=self.due,
                need=self._need("answer-insight", "officer", self.due),
            )
        )

    def name_item(
        self, kind: ItemKind, ref: str, title: str, concerns: tuple[str, ...], sha256: str, by: str
    ) -> Item:
        self._must_be(InsightStage.OPEN)
        if any((one.kind, one.ref) == (kind, ref) for one in self.items):
            raise Rejected(f"{kind} {ref} is part of this request already", field="ref")
        if len(self.items) >= MOST_ITEMS:
            raise Rejected(f"a request has at most {MOST_ITEMS} items; begin another", field="ref")
        item = Item(
            number=len(self.items) + 1,
            kind=kind,
            ref=ref,
            title=title,
            concerns=concerns,
            sha256=sha256,
        )
        self.items = (*self.items, item)
        self.announce(
            InsightItemNamed(
                **self._about(), item=item.number, kind=kind, ref=ref, concerns=concerns, by=by
            )
        )
        return item

    def hear(self, party_id: str, due: datetime, by: str) -> str:
        """Ask a party that the documents concern. Returns the id of its link."""
        self._must_be(InsightStage.OPEN)
        if not any(party_id in one.concerns for one in self.items):
            raise Rejected(f"no item of this request concerns {party_id}", field="party_id")
        if any(one.party_id == party_id and one.is_open for one in self.hearings):
            raise Rejected(f"{party_id} is being heard already", field="party_id")
        link_id = f"link-{self.id}-insight-{len(self.hearings) + 1}"
        hearing = Hearing(
            applicant_id=self.applicant_id, party_id=party_id, link_id=link_id, due=due
        )
        self.hearings = (*self.hearings, hearing)
        self.announce(
            InsightHearingOpened(
                **self._about(), party_id=party_id, due=due, link_id=link_id, by=by
            )
        )
        return link_id

    def answer_hearing(
        self, party_id: str, objects: bool, answer: str, by: str, now: datetime, link_id: str = ""
    ) -> None:
        hearing = self._open_hearing(party_id)
        if link_id and hearing.link_id != link_id:
            raise Forbidden("this link was for an earlier hearing")
        if objects and len(answer.strip()) < 3:
            raise Rejected("say what may not be shown, and what harm it would do", field="answer")
        told = {"objects": objects, "answer": answer.strip(), "answered": now}
        self._change_hearing(hearing, told)
        self.announce(
            InsightHearingAnswered(**self._about(), party_id=party_id, objects=objects, by=by)
        )

    def hearing_lapses(self, link_id: str) -> None:
        """Its day has come: a party that said nothing is not waited for."""
        if self.stage is not InsightStage.OPEN:
            return
        for hearing in self.hearings:
            if hearing.link_id == link_id and hearing.is_open:
                self._change_hearing(hearing, {"lapsed": True})
                self.announce(InsightHearingLapsed(**self._about(), party_id=hearing.party_id))

    def rule(
        self,
        number: int,
        outcome: Outcome,
        withheld: tuple[Withheld, ...],
        grounds: frozenset[str],
        by: str,
    ) -> None:
        """`grounds` are the codes that the law has on the day of the ruling."""
        self._must_be(InsightStage.OPEN)
        item = self.item(number)
        if outcome == "whole" and withheld:
            raise Rejected("what is shown whole withholds nothing", field="withheld")
        if outcome != "whole" and not withheld:
            raise Rejected("say what is withheld, on which basis and why", field="withheld")
        if len(withheld) > MOST_WITHHELD:
            raise Rejected(f"at most {MOST_WITHHELD} places of an item", field="withheld")
        for one in withheld:
            self._must_stand(one, outcome, grounds)
        unheard = [] if outcome == "none" else self._unheard(item)
        if unheard:
            raise Rejected(
                f"{', '.join(unheard)} must have been heard before this item is shown",
                field="outcome",
            )
        ruled = item.model_copy(update={"outcome": outcome, "withheld": withheld, "ruled_by": by})
        self.items = tuple(ruled if one is item else one for one in self.items)
        self.announce(
            InsightItemRuled(
                **self._about(),
                item=number,
                outcome=outcome,
                withheld=len(withheld),
                bases=tuple(sorted({one.basis for one in withheld})),
                by=by,
            )
        )

    @staticmethod
    def _must_stand(one: Withheld, outcome: Outcome, grounds: frozenset[str]) -> None:
        if one.basis not in grounds:
            known = ", ".join(sorted(grounds))
            raise Rejected(f"{one.basis} is no ground here; there are {known}", field="basis")
        if len(one.reason.strip()) < 3:
            raise Rejected("each thing that is withheld has a reason", field="reason")
        if (outcome == "none") != (one.field == EVERYTHING):
            raise Rejected("`*` stands for an item that is withheld as a whole", field="field")
        if not one.field and len(one.hides.strip()) < 2:
            raise Rejected("name the field or the passage that is withheld", field="passage")

    def delay(self, due: datetime, by: str) -> None:
        """It takes longer than the law has as the rule."""
        self._must_be(InsightStage.OPEN)
        if due <= self.due:
            raise Rejected("the new day lies after the one before", field="working_days")
        settles = (self._id("answer-insight"), *self._escalated())
        self.due, self.overdue = due, False
        self.delays += 1
        self.announce(
            InsightDelayed(
                **self._about(),
                due=due,
                by=by,
                need=self._need("answer-insight", "officer", due),
                settles=settles,
            )
        )

    def day_passes(self, due: datetime) -> None:
        """The day on which it was to be answered has come. A moved day says nothing."""
        if self.stage is not InsightStage.OPEN or self.overdue or due != self.due:
            return
        self.overdue = True
        self.announce(
            InsightOverdue(**self._about(), need=self._need("escalated-insight", "approver", due))
        )

    def decide(self, by: str, roles: tuple[str, ...], send_by: datetime, now: datetime) -> None:
        """Answer the whole request. Whatever is withheld takes an approver who did not rule so."""
        self._must_be(InsightStage.OPEN)
        if not self.items:
            raise Rejected("nothing is named yet: withdraw the request if nothing is here")
        unruled = [str(one.number) for one in self.items if one.outcome is None]
        if unruled:
            raise Rejected(f"these items are not ruled on yet: {', '.join(unruled)}")
        refused = [one for one in self.items if one.outcome != "whole"]
        if refused and "approver" not in roles:
            raise Forbidden("withholding something takes an approver")
        if any(one.ruled_by == by for one in refused):
            raise Forbidden("another person than the one who ruled decides what is withheld")
        settles = (self._id("answer-insight"), *self._escalated())
        counts = {kind: sum(i.outcome == kind for i in self.items) for kind in ("whole", "part")}
        shown = bool(counts["whole"] or counts["part"])
        self.stage = InsightStage.ANSWERED if shown else InsightStage.DONE
        self.decided_by, self.decided = by, now
        self.announce(
            InsightDecided(
                **self._about(),
                whole=counts["whole"],
                part=counts["part"],
                none=len(self.items) - sum(counts.values()),
                by=by,
                need=self._need("send-insight", "officer", send_by) if shown else None,
                settles=settles,
            )
        )

    def send(self, sha256: str, by: str) -> None:
        self._must_be(InsightStage.ANSWERED)
        withheld = sum(len(one.withheld) for one in self.items)
        self.stage = InsightStage.DONE
        self.announce(
            InsightSent(
                **self._about(),
                sha256=sha256,
                withheld=withheld,
                by=by,
                settles=(self._id("send-insight"),),
            )
        )

    def withdraw(self, by: str) -> None:
        self._must_be(InsightStage.OPEN)
        self.stage = InsightStage.WITHDRAWN
        settles = (self._id("answer-insight"), *self._escalated())
        self.announce(InsightWithdrawn(**self._about(), by=by, settles=settles))

    # ------------------------------------------------------------ letters to the applicant

    def issue(self, number: int, kind: str, hashes: dict[str, str]) -> None:
        """A letter is written and goes out."""
        self.announce(
            InsightLetterIssued(
                **self._about(),
                applicant_id=self.applicant_id,
                letter_id=self.letter_id(number),
                number=number,
                kind=kind,
                link_id=self.link_id(number),
                country=self.country,
                contact=self.contact,
                **{f"sha256_{language}": one for language, one in hashes.items()},
            )
        )

    def reach_at(self, contact: str, by: str) -> None:
        """Where letters go from now on, and those that wait for an address."""
        if contact == self.contact:
            raise Rejected("this is where letters go already", field="contact")
        self.contact = contact
        self.announce(
            InsightContactGiven(
                **self._about(),
                applicant_id=self.applicant_id,
                country=self.country,
                contact=contact,
                by=by,
            )
        )

    def has_arrived(self, one: Arrived) -> None:
        """The first proof counts. Raises `Unknown` for a letter that was never written."""
        if not 1 <= one.number <= self.letters:
            raise Unknown("letter", self.letter_id(one.number))
        if any(known.number == one.number for known in self.arrived):
            if one.by:
                raise Rejected(f"letter {one.number} has arrived already", field="number")
            return
        self.arrived = (*self.arrived, one)
        self.announce(
            InsightLetterDelivered(
                **self._about(),
                letter_id=self.letter_id(one.number),
                number=one.number,
                link_id=self.link_id(one.number),
                channel=one.channel,
                delivered_at=one.at,
                reference=one.reference,
                by=one.by,
            )
        )

    def number_of(self, link_id: str) -> int | None:
        """Which letter goes by this link; none where it is that of a hearing."""
        return next((n for n in range(1, self.letters + 1) if self.link_id(n) == link_id), None)

    def letter_id(self, number: int) -> str:
        return f"{self.id}-letter-{number}"

    def link_id(self, number: int) -> str:
        return f"link-{self.letter_id(number)}"

    # ------------------------------------------------------------ what they rest on

    @property
    def open(self) -> bool:
        return self.stage in (InsightStage.OPEN, InsightStage.ANSWERED)

    @property
    def is_over(self) -> bool:
        return self.stage in (InsightStage.DONE, InsightStage.WITHDRAWN)

    def item(self, number: int) -> Item:
        """Raises `Unknown` where the request has no such item."""
        for one in self.items:
            if one.number == number:
                return one
        raise Unknown("item", f"{self.id}/{number}")

    def _unheard(self, item: Item) -> list[str]:
        """Parties of an item who were not asked, or who still have time to answer."""
        heard = {one.party_id for one in self.hearings if not one.is_open}
        waiting = {one.party_id for one in self.hearings if one.is_open}
        return [id for id in item.concerns if id not in heard or id in waiting]

    def _open_hearing(self, party_id: str) -> Hearing:
        self._must_be(InsightStage.OPEN)
        for one in self.hearings:
            if one.party_id == party_id and one.is_open:
                return one
        raise Rejected(f"{party_id} is not being heard: it answered, or its day has passed")

    def _change_hearing(self, hearing: Hearing, told: dict[str, object]) -> None:
        changed = hearing.model_copy(update=told)
        self.hearings = tuple(changed if one is hearing else one for one in self.hearings)

    def _must_be(self, stage: InsightStage) -> None:
        if self.stage is not stage:
            raise Rejected(f"request {self.id} is {self.stage}, not {stage}")

    def _about(self) -> dict[str, str]:
        return {"insight_id": self.id, "buyer_id": self.buyer_id}

    def _id(self, kind: str) -> str:
        again = f"/{self.delays}" if self.delays and kind != "send-insight" else ""
        return f"{kind}/{self.id}{again}"

    def _escalated(self) -> tuple[str, ...]:
        return (self._id("escalated-insight"),) if self.overdue else ()

    def _need(self, kind: str, role: str, due: datetime) -> Need:
        return Need(
            id=self._id(kind),
            kind=kind,
            role=role,
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
