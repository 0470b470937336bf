"""A procedure, lightly: what its notice says, who shall win, and whether all is known of them.

The gate before an award: proof is taken before it (udbudsloven §§ 151-152), and what is unknown
is not in order. The gate harms nobody: it says what is missing, and a person decides.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from services.contracts.domain.noticed import Noticed
from services.contracts.domain.partyfile import PartyFile
from shared.domain import Aggregate, Rejected
from shared.events.base import Need, Said
from shared.events.contracts import (
    AwardChecksDone,
    AwardChecksMissing,
    AwardIntended,
    ProcedureAwarded,
    ProcedureOpened,
)
from shared.events.words import Money, PartyDescription


class Course(StrEnum):
    OPEN = "open"
    INTENDED = "intended"
    AWARDED = "awarded"
    ENDED = "ended"


class GateState(StrEnum):
    """`adverse`: known, and a person must decide on it; it is not the same as missing."""

    DONE = "done"
    MISSING = "missing"
    ADVERSE = "adverse"


class GateCheck(Said):
    """One thing that must be known of one party before the award, and whether it is."""

    party_id: str
    role: str
    check: str
    state: GateState
    detail: str = ""


TOLD = (
    "title",
    "notice_id",
    "notice_date",
    "country",
    "regime",
    "above_threshold",
    "category",
    "value",
    "grounds",
    "tenderers",
    "tenders_until",
    "standstill_until",
)
"""What may be told of a procedure again; the newest telling counts."""


class Procedure(Aggregate):
    """One procedure of one buyer.

    `watched` are the parties whose checks the award waits for; `missing` what was last announced
    to be missing, and `round` counts how often, so that each asking has its own need.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "reference", "watched", "title")

    buyer_id: str = ""
    reference: str = ""
    course: Course = Course.OPEN
    title: str = ""
    notice_id: str = ""
    notice_date: date | None = None
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    category: str = ""
    value: Money | None = None
    grounds: tuple[str, ...] = ()
    tenderers: tuple[PartyDescription, ...] = ()
    tenders_until: date | None = None
    standstill_until: date | None = None
    winners: tuple[PartyDescription, ...] = ()
    chain: tuple[PartyDescription, ...] = ()
    award_on: date | None = None
    awarded: date | None = None
    told_at: datetime | None = None
    watched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    due: datetime | None = None
    round: int = 0

    @staticmethod
    def id_of(buyer_id: str, reference: str) -> str:
        plain = re.sub(r"[^a-z0-9]+", "-", reference.lower()).strip("-")
        return f"procedure--{buyer_id}--{plain}"

    def tell(self, noticed: Noticed) -> tuple[str, ...]:
        """Take over what was told. Returns the names of what changed; an older telling fills only
        what nobody has said yet.
        """
        first = self.told_at is None
        older = self.told_at is not None and noticed.at < self.told_at
        changed = []
        for name in TOLD:
            value, held = getattr(noticed, name), getattr(self, name)
            if value is None or value == held or (older and held not in (None, "", ())):
                continue
            setattr(self, name, value)
            changed.append(name)
        if not older:
            self.told_at = noticed.at
        if first:
            self.buyer_id, self.reference = noticed.buyer_id, noticed.reference
            self._open()
        if noticed.awarded is not None and noticed.winners and self.awarded is None:
            self._conclude(noticed.winners, noticed.awarded, by="", reason="")
            changed.append("awarded")
        elif noticed.over and self.course in (Course.OPEN, Course.INTENDED):
            self._conclude((), noticed.at.date(), by="", reason="ended without an award")
            changed.append("ended")
        return tuple(changed)

    def intend(
        self,
        winners: tuple[PartyDescription, ...],
        chain: tuple[PartyDescription, ...],
        award_on: date,
        by: str,
    ) -> None:
        """The buyer wants to award to these. Said again, the newer intention counts."""
        if self.course not in (Course.OPEN, Course.INTENDED):
            raise Rejected(f"procedure {self.reference} is {self.course} already")
        if not winners:
            raise Rejected("an award has at least one winner", field="winners")
        if self.tenders_until is not None and award_on > self.tenders_until:
            raise Rejected(
                f"the tenders bind until {self.tenders_until}: award by then, or have them "
                "prolonged first",
                field="award_on",
            )
        self.course, self.winners, self.award_on = Course.INTENDED, winners, award_on
        self.chain = chain
        self.watched = tuple(dict.fromkeys(one.party_id for one in (*winners, *chain)))
        self.announce(
            AwardIntended(
                procedure_id=self.id,
                reference=self.reference,
                buyer_id=self.buyer_id,
                winners=winners,
                chain=chain,
                award_on=award_on,
                tenders_until=self.tenders_until,
                standstill_until=self.standstill_until,
                by=by,
            )
        )

    def enlarge(self, named: Iterable[PartyDescription]) -> bool:
        """Somebody of a winner's chain has become known before the award."""
        new = tuple(one for one in named if one.party_id not in self.watched)
        if self.course is not Course.INTENDED or not new:
            return False
        self.chain = (*self.chain, *new)
        self.watched = (*self.watched, *(one.party_id for one in new))
        return True

    def checks(self, files: dict[str, PartyFile]) -> tuple[GateCheck, ...]:
        """Everything that must be known of the winners and their chain, and whether it is."""
        winners = {one.party_id for one in self.winners}
        found = []
        for party_id in self.watched:
            role = "winner" if party_id in winners else "chain"
            file = files.get(party_id) or PartyFile(id=party_id)
            for check, state, detail in file.checked(self.buyer_id, (self.id, self.reference)):
                found.append(
                    GateCheck(
                        party_id=party_id,
                        role=role,
                        check=check,
                        state=GateState(state),
                        detail=detail,
                    )
                )
        return tuple(found)

    def weigh(self, files: dict[str, PartyFile], due: datetime) -> bool:
        """Announce what is missing before the award, or that nothing is, where that has changed."""
        if self.course is not Course.INTENDED:
            return False
        checks = self.checks(files)
        missing = tuple(f"{c.party_id}/{c.check}" for c in checks if c.state is not GateState.DONE)
        if missing == self.missing and self.round and due == self.due:
            return False
        before, self.missing, self.due = self._need_id, missing, due
        settles = (before,) if self.round else ()
        self.round += 1
        if not missing:
            self.announce(
                AwardChecksDone(
                    procedure_id=self.id,
                    reference=self.reference,
                    buyer_id=self.buyer_id,
                    winner_ids=tuple(one.party_id for one in self.winners),
                    settles=settles,
                )
            )
            return True
        self.announce(
            AwardChecksMissing(
                procedure_id=self.id,
                reference=self.reference,
                buyer_id=self.buyer_id,
                missing=missing,
                due=due,
                settles=settles,
                need=Need(
                    id=self._need_id,
                    kind="complete-award-checks",
                    role="contract_manager",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )
        return True

    def award(self, awarded: date, standstill_until: date | None, by: str, reason: str) -> None:
        """A person awards. With something missing or adverse a reason is written down.

        The ten days of standstill (directive 2007/66/EC Art 2a) run from the notice to tenderers.
        """
        if self.course is not Course.INTENDED:
            raise Rejected(f"procedure {self.reference} has no intended award; it is {self.course}")
        if self.missing and len(reason.strip()) < 10:
            raise Rejected(
                f"{len(self.missing)} checks are not done, such as {self.missing[0]}: complete "
                "them, or say in at least ten letters why the award is made all the same",
                field="reason",
            )
        self.standstill_until = standstill_until or self.standstill_until
        self._conclude(self.winners, awarded, by, reason)

    @property
    def _need_id(self) -> str:
        return f"award-checks/{self.id}/{self.round}"

    def _open(self) -> None:
        self.announce(
            ProcedureOpened(
                procedure_id=self.id,
                reference=self.reference,
                buyer_id=self.buyer_id,
                title=self.title,
                notice_id=self.notice_id,
                notice_date=self.notice_date,
                country=self.country,
                regime=self.regime,
                above_threshold=self.above_threshold,
                category=self.category,
                value=self.value,
                grounds=self.grounds,
            )
        )

    def _conclude(
        self, winners: tuple[PartyDescription, ...], awarded: date, by: str, reason: str
    ) -> None:
        settles = (self._need_id,) if self.round and self.missing else ()
        self.course = Course.AWARDED if winners else Course.ENDED
        self.winners, self.awarded = winners, awarded if winners else None
        self.watched = ()
        self.announce(
            ProcedureAwarded(
                procedure_id=self.id,
                reference=self.reference,
                buyer_id=self.buyer_id,
                winner_ids=tuple(one.party_id for one in winners),
                awarded=awarded,
                standstill_until=self.standstill_until,
                by=by,
                reason=reason,
                settles=settles,
            )
        )
