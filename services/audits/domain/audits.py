"""One audit: planned for a day, held by a team without conflicts of interest.

    planned → held | reused
      ↑ ↓
    called off

`reused`: another buyer's audit counts in its place.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from services.audits.domain.findings import words
from services.audits.domain.telling import Telling
from shared.domain import Rejected
from shared.events.audits import (
    AuditAnnounced,
    AuditCalledOff,
    AuditHeld,
    AuditMoved,
    AuditorStoodAside,
    AuditPlanned,
    AuditPrepared,
    AuditReused,
)
from shared.events.base import Criminal, Need


class AuditState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CALLED_OFF = "called_off"
    REUSED = "reused"


class Foreign(NamedTuple):
    """An audit that another buyer held."""

    buyer_id: str
    reference: str
    held_on: date


class Audit(Telling):
    """A look at one obligation of one party. `listed` is the planned day, by which it is found.

    `team` are those who hold it, `declared` those of them who said that nothing ties them to the
    party, `aside` those who said that something does; `announced`: the party is told the day,
    in so many letters as `told` counts. `reaudit_of` is the finding whose mending is looked at,
    where that is what it is for.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "state", "listed")

    state: AuditState = AuditState.PLANNED
    contract_id: str = ""
    buyer_id: str = ""
    method: str = ""
    turn: int = 1
    reaudit_of: str = ""
    auditor: str = ""
    chain_ids: tuple[str, ...] = ()
    moved: int = 0
    team: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    announced: bool = True
    told: int = 0
    reused_from: str = ""
    document_ids: tuple[str, ...] = ()
    planned_for: date | None = None
    listed: str = ""
    held_on: date | None = None
    by: str = ""
    conclusion: Criminal[str] = ""
    finding_ids: tuple[str, ...] = ()

    @property
    def need_id(self) -> str:
        return f"hold-audit/{self.id}" + (f"/{self.moved}" if self.moved else "")

    @property
    def link_id(self) -> str:
        return f"link-{self.id}"

    def plan(self, day: date, due: datetime) -> None:
        """It is to be held on a day, and waits for an auditor from now on."""
        if self.planned_for is not None:
            raise Rejected(f"audit {self.id} is planned for {self.planned_for} already")
        self.planned_for, self.listed = day, day.isoformat()
        self.announce(
            AuditPlanned(
                **self._said,
                method=self.method,
                planned_for=day,
                reaudit_of=self.reaudit_of,
                need=self._need(due),
            )
        )

    def move(self, day: date, due: datetime, reason: str, auditor: str | None = None) -> bool:
        """It is held on another day, by another auditor, or after all. Returns whether that is new.

        Raises `Rejected` where it was held.
        """
        was, off = self.planned_for, self.state is AuditState.CALLED_OFF
        if was is None or self.state in (AuditState.HELD, AuditState.REUSED):
            self.must_be_planned()
        whose = self.auditor if auditor is None else auditor
        if (day, whose) == (was, self.auditor) and not off:
            return False
        assert was is not None
        settles = () if off else (self.need_id,)
        self.state = AuditState.PLANNED
        self.planned_for, self.listed, self.auditor = day, day.isoformat(), whose
        self.moved += 1
        self.announce(
            AuditMoved(
                **self._said,
                planned_for=day,
                was=was,
                auditor=whose,
                reason=reason,
                need=self._need(due),
                settles=settles,
            )
        )
        if self.told:
            self._tell_party()
        return True

    def call_off(self, reason: str, by: str) -> None:
        """It is not held."""
        self.must_be_planned()
        self.state = AuditState.CALLED_OFF
        self.announce(AuditCalledOff(**self._said, reason=reason, by=by, settles=(self.need_id,)))

    def prepare(
        self,
        team: tuple[str, ...],
        sites: tuple[str, ...],
        chain_ids: tuple[str, ...],
        announced: bool,
        checklist: tuple[str, int],
        by: str,
    ) -> None:
        """Who audits where, and whom of the chain. `checklist`: its version, and its length."""
        self.must_be_planned()
        if not team or len(set(team)) < len(team):
            raise Rejected("a team has one member or more, each of them once", field="team")
        if tied := [one for one in team if one in self.aside]:
            raise Rejected(
                f"{', '.join(tied)} stood aside with a conflict of interest", field="team"
            )
        news = (sites, announced) != (self.sites, self.announced) or not self.told
        self.team, self.sites, self.announced = team, sites, announced
        self.chain_ids = chain_ids
        self.declared = tuple(one for one in self.declared if one in team)
        version, questions = checklist
        self.announce(
            AuditPrepared(
                **self._said,
                team=team,
                announced=announced,
                sites=sites,
                chain_ids=chain_ids,
                checklist_version=version,
                questions=questions,
                by=by,
            )
        )
        if announced and news:
            self._tell_party()

    def _tell_party(self) -> None:
        """A letter names day, places and subject; nothing is asked and nobody is named in it."""
        if not self.announced or self.planned_for is None:
            return
        self.told += 1
        self.announce(
            AuditAnnounced(
                **self._said,
                planned_for=self.planned_for,
                sites=self.sites,
                number=self.told,
                link_id=self.link_id,
            )
        )

    def declare(self, person: str, no_conflict: bool, reason: str) -> None:
        """A member of the team says whether it has a conflict of interest."""
        self.must_be_planned()
        if person not in self.team:
            raise Rejected(f"you are not in the team of audit {self.id}", field="audit_id")
        if no_conflict:
            self.declared = (*(one for one in self.declared if one != person), person)
            return
        reason = words(reason, "reason", "what ties you to the party, as far as you may")
        self.team = tuple(one for one in self.team if one != person)
        self.declared = tuple(one for one in self.declared if one != person)
        self.aside = (*self.aside, person)
        self.announce(AuditorStoodAside(**self._party, person=person, reason=reason))

    def must_be_worked_on_by(self, person: str) -> None:
        """Raise `Rejected` unless this member has declared that it has no conflict."""
        self.must_be_planned()
        if person not in self.team:
            raise Rejected(f"you are not in the team of audit {self.id}", field="audit_id")
        if person not in self.declared:
            raise Rejected(
                "declare first whether anything ties you to the party", field="no_conflict"
            )

    def reuse(
        self,
        foreign: Foreign,
        assessment: str,
        document_ids: tuple[str, ...],
        today: date,
        by: str,
    ) -> None:
        """Another buyer's audit counts in the place of this one; who assessed it answers for it."""
        self.must_be_planned()
        if not foreign.buyer_id or foreign.buyer_id == self.buyer_id:
            raise Rejected("another buyer, who held it", field="other_buyer_id")
        if foreign.held_on > today:
            raise Rejected("an audit that was held, not one to come", field="held_on")
        words(foreign.reference, "reference", "which audit it is")
        if len(assessment.strip()) < 20:
            raise Rejected(
                "assess it yourself: what it shows for this contract, in at least twenty letters",
                field="assessment",
            )
        if not document_ids:
            raise Rejected("name its report", field="document_ids")
        self.state, self.held_on, self.by = AuditState.REUSED, foreign.held_on, by
        self.conclusion, self.document_ids = assessment.strip(), document_ids
        self.reused_from = f"{foreign.buyer_id}: {foreign.reference.strip()}"
        self.announce(
            AuditReused(
                **self._said,
                other_buyer_id=foreign.buyer_id,
                reference=foreign.reference.strip(),
                held_on=foreign.held_on,
                assessment=self.conclusion,
                by=by,
                settles=(self.need_id,),
            )
        )

    def hold(
        self,
        conclusion: str,
        held_on: date,
        today: date,
        by: str,
        finding_ids: tuple[str, ...],
        no_conflict: bool = False,
    ) -> None:
        """An auditor was there, and concludes. `no_conflict`: declares it with the report.

        Nobody reports without a declaration: an audit without a team is held by who reports it.
        """
        self.must_be_planned()
        self._declared_with_report(by, no_conflict)
        if len(conclusion.strip()) < 3:
            raise Rejected("say what you concluded, in at least three letters", field="conclusion")
        if held_on > today:
            raise Rejected("an audit is reported when it has been held", field="held_on")
        self.state, self.held_on, self.by = AuditState.HELD, held_on, by
        self.conclusion, self.finding_ids = conclusion.strip(), finding_ids
        self.announce(
            AuditHeld(
                **self._said,
                held_on=held_on,
                by=by,
                conclusion=self.conclusion,
                declared=self.declared,
                settles=(self.need_id,),
            )
        )

    def _declared_with_report(self, by: str, no_conflict: bool) -> None:
        if by in self.aside:
            raise Rejected("you stood aside from this audit: another reports it", field="audit_id")
        if not self.team and not no_conflict:
            raise Rejected(
                "declare with the report that nothing ties you to the party: no_conflict is true; "
                "or prepare the audit with a team whose members declare it",
                field="no_conflict",
            )
        self.team = self.team or (by,)
        if no_conflict:
            self.declare(by, True, "")
        self.must_be_worked_on_by(by)
        if silent := [one for one in self.team if one not in self.declared]:
            raise Rejected(
                f"{', '.join(silent)} must first declare whether there is a conflict of interest",
                field="no_conflict",
            )

    def must_be_planned(self) -> None:
        """Raise `Rejected` where it was held, or is not to be."""
        if self.state in (AuditState.HELD, AuditState.REUSED):
            raise Rejected(f"audit {self.id} was held on {self.held_on}: it is held once")
        if self.state is not AuditState.PLANNED or self.planned_for is None:
            raise Rejected(f"audit {self.id} is {self.state}: it is not held")

    def _need(self, due: datetime) -> Need:
        return Need(
            id=self.need_id,
            kind="hold-audit",
            role="auditor",
            buyer_id=self.buyer_id,
            due=due,
            owner=self.auditor or None,
            about=self.id,
        )

    @property
    def _said(self) -> dict[str, str]:
        return self._party | {"obligation": self.obligation}

    @property
    def _party(self) -> dict[str, str]:
        return {
            "audit_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "offences_of": self.offences_of,
        }
