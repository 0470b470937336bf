"""A case may rest: disputed, awaiting a ruling, suspended, licensed. It may also be settled."""

from datetime import datetime, timedelta

from services.breaches.domain.file import CaseRecord, Dues
from services.breaches.domain.papers import LEAST_LEFT, Kind, Rest
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.breaches import (
    CaseDisputed,
    CaseResumed,
    Consequence,
    DeadlineExtended,
    LicenceNoted,
    Track,
)
from shared.events.words import Status


class RestSteps(CaseRecord):
    def dispute(self, kind: Kind, until: datetime, by: str, reason: str, now: datetime) -> None:
        """The supplier disputes it, a forum has it, or it is suspended for another reason."""
        self.must_allow(Action.DISPUTE)
        self._rest(Rest(kind=kind, reason=reason, by=by, until=until, **self._left(now)), now)
        waits = self.enter(self.stage, {}, due=until)
        self.log(kind.replace("_", " "), by, reason, now)
        self.announce(
            CaseDisputed(**self.about(), kind=kind, until=until, by=by, reason=reason, **waits)
        )

    def license(self, authority: str, scope: str, until: datetime, by: str, now: datetime) -> None:
        """An authority allows something in spite of the block, until a day. The block itself
        stays, and comes back to a person when the licence ends."""
        self.must_allow(Action.LICENSE)
        reason = f"{authority} allows: {scope}"
        self._rest(Rest(kind="licence", reason=reason, by=by, until=until, **self._left(now)), now)
        self.status = Status.CONDITIONAL
        waits = self.enter(self.stage, {}, due=until)
        self.log("licence", by, reason, now)
        self.announce(
            LicenceNoted(
                **self.about(), authority=authority, scope=scope, until=until, by=by, **waits
            )
        )

    def resume(self, by: str, reason: str, now: datetime) -> None:
        """The case goes on where it stood, with the time that it had left."""
        self.must_allow(Action.RESUME)
        rest = self.rest
        assert rest is not None  # Action.RESUME is possible in a rest alone
        self.rest, self.status = None, rest.before
        due = now + max(rest.left, LEAST_LEFT)
        self.exchanges = tuple(
            e.model_copy(update={"due": due}) if e.is_open else e for e in self.exchanges
        )
        waits = self.enter(self.stage, {}, due=due)
        self.log("resumed", by, reason, now)
        self.announce(CaseResumed(**self.about(), by=by, reason=reason, **waits))

    def extend(self, due: datetime, by: str, reason: str, dues: Dues, now: datetime) -> None:
        """More time for whoever must answer or comply, with reasons."""
        self.must_allow(Action.EXTEND)
        if due <= self.due:
            raise Rejected(
                f"the deadline is {self.due:%Y-%m-%d} already: an extension is later",
                field="working_days",
            )
        ordered = next((d for d in reversed(self.decisions) if d.in_force), None)
        if self.stage is Stage.ORDERED and ordered and ordered.consequence is Consequence.REPLACE:
            raise Rejected(
                "the time of this order is the replacement's: extend the deadline there, and it "
                "is extended here"
            )
        self.exchanges = tuple(
            e.model_copy(update={"due": due}) if e.is_open else e for e in self.exchanges
        )
        waits = self.enter(self.stage, {}, due=due)
        self.log("extended", by, f"until {due:%Y-%m-%d}: {reason}", now)
        self.announce(DeadlineExtended(**self.about(), due=due, by=by, reason=reason, **waits))

    def substitute_works(self, until: datetime, by: str, reason: str, now: datetime) -> None:
        """The party does no work any more: what is shown is a condition, until papers come."""
        self._swap_goes_on(Status.CONDITIONAL, until, by, reason, now)

    def substitute_left(self, deadline: datetime, by: str, reason: str, now: datetime) -> None:
        self._swap_goes_on(Status.REPLACE_REQUIRED, deadline, by, reason, now)

    def _swap_goes_on(
        self, status: Status, due: datetime, by: str, reason: str, now: datetime
    ) -> None:
        if not self.open:
            return
        self.note(reason, by, now)
        if self.stage is not Stage.ORDERED:
            return
        if self.rest is not None:
            # What is shown and owed once it goes on: while it rests, nothing is asked.
            self.rest = self.rest.model_copy(update={"before": status, "left": due - now})
            return
        self.status = status
        self._order_lasts(due, by, reason)

    def swap_has_until(self, due: datetime, by: str, reason: str, now: datetime) -> None:
        """The replacement has another deadline, and so has the order that demanded it."""
        if not self.open:
            return
        self.note(f"the replacement has until {due:%Y-%m-%d}: {reason}", by, now)
        due = due if due > now else now + LEAST_LEFT
        if self.stage is Stage.ORDERED and self.rest is None and self.due != due:
            self._order_lasts(due, by, reason)

    def _order_lasts(self, due: datetime, by: str, reason: str) -> None:
        waits = self.enter(Stage.ORDERED, {}, due=due)
        self.announce(DeadlineExtended(**self.about(), due=due, by=by, reason=reason, **waits))

    def _left(self, now: datetime) -> dict[str, timedelta | Status]:
        return {"left": self.due - now, "before": self.status}

    def _rest(self, rest: Rest, now: datetime) -> None:
        if rest.until <= now:
            raise Rejected("it lasts until a later day", field="working_days")
        if rest.kind != "licence" and self.track is Track.LEGAL_BLOCK:
            self.log("block stays in force", rest.by, "a dispute lifts no freeze", now)
        self.rest = rest
