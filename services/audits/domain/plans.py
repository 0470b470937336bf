"""The plan of a contract: every clause is followed up, from the day on which it is set."""

from datetime import date, timedelta
from typing import ClassVar

from services.audits.domain.risk import MONTH_DAYS, Mark, Risk, Weights, weigh
from shared.domain import Aggregate
from shared.events.audits import RiskChanged
from shared.events.base import Said


class FollowUp(Said):
    """How one obligation is followed up. `audited`: an auditor looks, and again after `months`.

    What is not audited is asked of the party where the library has questions, else followed up by
    the documents that onboarding asks for.
    """

    obligation: str
    method: str
    audited: bool
    first_after_working_days: int
    months: int
    remedy_working_days: int
    why: str = ""
    flows_down: bool = False


class Member(Said):
    """A declared subcontractor. `country` is that of its seat or, where said, of its work."""

    party_id: str
    tier: int = 1
    country: str | None = None


class Coming(Said):
    """The next follow-up of one obligation with one party; `last` is the day of the one before.

    `because` says why it stands on that day. A first one began to count on `began`, and has `span`
    days of the calendar where the risk does not shorten them.
    """

    obligation: str
    party_id: str
    method: str
    audited: bool
    turn: int
    on: date
    last: date | None = None
    because: str = ""
    began: date | None = None
    span: int = 0

    @property
    def place(self) -> tuple[str, str]:
        return (self.obligation, self.party_id)


class Placed(Said):
    """Where an approved year's plan has put a follow-up that is not the next one yet."""

    line_id: str
    on: date
    auditor: str = ""


def months_later(day: date, months: float) -> date:
    return day + timedelta(days=round(months * MONTH_DAYS))


class Plan(Aggregate):
    """What is followed up on one contract. Its id is that of the contract.

    `chain` holds the declared subcontractors, `seen` the obligations ever audited, `marks`
    the facts that speak for risk, `calendar` what comes next; `placed` and `deferred` are what an
    approved year's plan has put on a day or left out, and `urgent` the need that asks to look at
    the latter again.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "supplier_ids", "title")

    buyer_id: str = ""
    title: str = ""
    category: str = ""
    supplier_ids: tuple[str, ...] = ()
    country: str = "DK"
    starts: date | None = None
    ends: date | None = None
    chain: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    over: str = ""
    policy_version: str = ""
    follow_ups: tuple[FollowUp, ...] = ()
    seen: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    risk: Risk = Risk()
    calendar: tuple[Coming, ...] = ()
    deferred: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()
    urgent: str = ""

    def follow(self, follow_ups: tuple[FollowUp, ...], policy_version: str) -> tuple[FollowUp, ...]:
        """Plan for these obligations. Returns what was not followed up in this way before."""
        known = {(one.obligation, one.audited) for one in self.follow_ups}
        audited = (one.obligation for one in self.follow_ups if one.audited)
        self.seen = tuple(dict.fromkeys((*self.seen, *audited)))
        self.follow_ups, self.policy_version = follow_ups, policy_version
        kept = {one.obligation for one in follow_ups}
        self.calendar = tuple(one for one in self.calendar if one.obligation in kept)
        if self.over:
            return ()
        return tuple(new for new in follow_ups if (new.obligation, new.audited) not in known)

    def join(self, member: Member) -> None:
        """A subcontractor was declared, or something about it is another now."""
        if member.party_id not in self.chain:
            self.chain = (*self.chain, member.party_id)
        others = (one for one in self.members if one.party_id != member.party_id)
        self.members = (*others, member)

    def leave(self, party_id: str) -> None:
        self.chain = tuple(id for id in self.chain if id != party_id)
        self.members = tuple(one for one in self.members if one.party_id != party_id)

    def of(self, obligation: str) -> FollowUp | None:
        return next((one for one in self.follow_ups if one.obligation == obligation), None)

    def end(self, reason: str) -> None:
        """Nothing more is planned. What is planned already is held as the last look."""
        self.over = self.over or reason
        self.calendar = ()

    # ------------------------------------------------------------ the calendar

    def coming(self, obligation: str, party_id: str) -> Coming | None:
        return next((one for one in self.calendar if one.place == (obligation, party_id)), None)

    def put(self, coming: Coming) -> None:
        """Let this be the next follow-up of its obligation with its party."""
        others = tuple(one for one in self.calendar if one.place != coming.place)
        self.calendar = tuple(
            sorted((*others, coming), key=lambda one: (one.on, one.obligation, one.party_id))
        )

    def place(self, placed: Placed) -> None:
        self.placed = (*(one for one in self.placed if one.line_id != placed.line_id), placed)

    def place_of(self, line_id: str) -> Placed | None:
        return next((one for one in self.placed if one.line_id == line_id), None)

    def unplace(self, line_id: str) -> None:
        self.placed = tuple(one for one in self.placed if one.line_id != line_id)

    def interval(self, follow_up: FollowUp) -> float:
        """The months between two follow-ups: those of the rule, times what the risk says."""
        return max(1.0, follow_up.months * self.risk.interval)

    def after(self, coming: Coming, day: date) -> Coming | None:
        """What follows a follow-up that took place on a day, if the clause still asks for it."""
        follow_up = self.of(coming.obligation)
        if follow_up is None or self.over:
            return None
        told = {"turn": coming.turn + 1, "last": day, "because": "interval"}
        told["on"] = months_later(day, self.interval(follow_up))
        told |= {"method": follow_up.method, "audited": follow_up.audited}
        return coming.model_copy(update=told)

    def hasten(self, earliest: date, because: str) -> tuple[Coming, ...]:
        """Where the risk asks for an earlier day, set it. Returns what was moved."""
        moved = []
        for coming in self.calendar:
            wanted = max(earliest, self._wanted(coming))
            if wanted < coming.on:
                moved.append(coming.model_copy(update={"on": wanted, "because": because}))
        for one in moved:
            self.put(one)
        return tuple(moved)

    def _wanted(self, coming: Coming) -> date:
        """The day on which the risk of today asks for a follow-up."""
        follow_up = self.of(coming.obligation)
        if coming.last is not None and follow_up is not None:
            return months_later(coming.last, self.interval(follow_up))
        if coming.began is not None:
            return coming.began + timedelta(days=round(coming.span * min(self.risk.interval, 1.0)))
        return coming.on

    # ------------------------------------------------------------ the risk

    def mark(self, mark: Mark) -> bool:
        """Note a fact that speaks for risk. Returns whether that is new."""
        if any((one.code, one.ref) == (mark.code, mark.ref) for one in self.marks):
            return False
        self.marks = (*self.marks, mark)
        return True

    def unmark(self, code: str, ref: str) -> bool:
        """A fact no longer speaks for risk. Returns whether one did."""
        kept = tuple(one for one in self.marks if (one.code, one.ref) != (code, ref))
        gone = len(kept) < len(self.marks)
        self.marks = kept
        return gone

    def weigh(self, weights: Weights, today: date, because: str) -> bool:
        """Work the risk out anew. Announces a changed score; returns whether its level rose."""
        before = self.risk
        self.risk = weigh((*self.marks, *self._standing(weights, today)), weights, today)
        if not before.weights or self.risk.score == before.score:
            return False  # the first weighing changes nothing that anybody has seen
        self.announce(
            RiskChanged(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                score=self.risk.score,
                level=self.risk.level,
                before=before.score,
                level_before=before.level,
                reason=because,
                factors=tuple(f"{one.code} {one.points}" for one in self.risk.factors),
                weights=self.risk.weights,
            )
        )
        return self.risk.interval < before.interval

    def _standing(self, weights: Weights, today: date) -> tuple[Mark, ...]:
        """What the contract and its chain say by themselves."""
        since = self.starts or today
        found = []
        if sector := weights.sector_of(self.category):
            found.append(Mark(code="sector", ref=self.category, since=since, detail=sector))
        if weights.is_unskilled(self.category):
            found.append(Mark(code="unskilled-labour", ref=self.category, since=since))
        deepest = max((one.tier for one in self.members), default=0)
        if deepest >= weights.chain_tiers or len(self.members) >= weights.chain_parties:
            said = f"{len(self.members)}/{deepest}"
            found.append(Mark(code="long-chain", ref="chain", since=since, detail=said))
        abroad = sorted(one.party_id for one in self.members if self._abroad(one))
        if abroad and weights.is_unskilled(self.category):
            found.append(Mark(code="posted-labour", ref="chain", since=since, detail=abroad[0]))
        return tuple(found)

    def _abroad(self, member: Member) -> bool:
        return member.country is not None and member.country != self.country
