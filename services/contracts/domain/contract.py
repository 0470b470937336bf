"""A contract: its terms as the contract system tells them, and how it stands.

A release says something *about* a contract: that it was signed, changed or is over. What an
exposure or a case says lies on top of that as a *concern*.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from services.contracts.domain.chapters import Chapter, StatusOn
from services.contracts.domain.deal import (
    TERMS,
    Agreement,
    Confidentiality,
    Deal,
    Forum,
    Option,
    Place,
)
from services.contracts.domain.standing import Concern, Standing, standing_of
from services.contracts.domain.told import Told
from shared.domain import Aggregate, Rejected
from shared.events.base import Said
from shared.events.contracts import (
    ClausesSet,
    ContractAmended,
    ContractEnded,
    ContractPassedOn,
    ContractSigned,
    ContractStatusChanged,
    Mandate,
    OmittedClause,
    StatusAcknowledged,
)
from shared.events.words import Clause, ListRef, Lot, Money, PartyDescription, Status


class Stage(StrEnum):
    """`EXPECTED`: something was said about the contract before the contract itself came."""

    EXPECTED = "expected"
    SIGNED = "signed"
    ENDED = "ended"


class Acknowledgement(Said):
    """The newest status that an endpoint's system confirmed to have taken over."""

    endpoint_id: str
    status_version: int
    at: datetime
    by: str


class Contract(Aggregate):
    """One contract: its terms as the contract system tells them, and how it stands.

    `buyer_id` leads it; `predecessors` had it before. `history` and `statuses` say what it was on
    a day. `terms_of` holds for each amendable field the date of the release that set it, so that an
    older release that comes late changes nothing that a newer one has said. `covered` are the
    exposures for which a case speaks; `ended` exposures leave it again.
    """

    indexes: ClassVar[tuple[str, ...]] = (
        "buyer_id",
        "supplier_ids",
        "concerned_ids",
        "title",
        "joint_ids",
    )

    stage: Stage = Stage.EXPECTED
    waiting: tuple[Deal, ...] = ()
    buyer_id: str = ""
    buyer_name: str = ""
    predecessors: tuple[str, ...] = ()
    title: str = ""
    suppliers: tuple[PartyDescription, ...] = ()
    supplier_ids: tuple[str, ...] = ()
    category: str = ""
    value: Money | None = None
    starts: date | None = None
    ends: date | None = None
    signed: date | None = None
    awarded: date | None = None
    procedure_id: str = ""
    country: str = ""
    regime: str = ""
    above_threshold: bool = True
    at_buyer_facility: bool = False
    extensions: str = ""
    cpv: tuple[str, ...] = ()
    lots: tuple[Lot, ...] = ()
    joint: tuple[Mandate, ...] = ()
    joint_ids: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    places: tuple[Place, ...] = ()
    units: tuple[str, ...] = ()
    steering_group: str = ""
    agreement: Agreement = Agreement.CONTRACT
    framework_id: str = ""
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    forum: Forum | None = None
    history: tuple[Chapter, ...] = ()
    statuses: tuple[StatusOn, ...] = ()
    terms_of: dict[str, datetime] = Field(default_factory=dict)
    clauses: tuple[Clause, ...] = ()
    clauses_from: str = ""
    clauses_of: datetime | None = None
    omitted: tuple[OmittedClause, ...] = ()
    ended: datetime | None = None
    end_reason: str = ""
    concerns: tuple[Concern, ...] = ()
    concerned_ids: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    standing: Standing = Standing()
    status_version: int = 0
    status_since: datetime | None = None
    list_as_of: tuple[ListRef, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()

    # ------------------------------------------------------------ terms

    def expect(self, told: Told) -> None:
        """Keep what was said of a contract that is not known yet, until it is."""
        if self.stage is not Stage.EXPECTED:
            raise Rejected(f"contract {self.id} is {self.stage}, it is not waited for")
        self.buyer_id = told.buyer_id
        self.waiting = (*self.waiting, Deal.of(told))

    def sign(self, told: Told) -> tuple[Deal, ...]:
        """Take over a contract. Returns what was said of it before it came, oldest first."""
        if self.stage is not Stage.EXPECTED:
            raise Rejected(f"contract {self.id} is {self.stage} already")
        if self.waiting and self.buyer_id != told.buyer_id:
            raise Rejected(f"an earlier release says the buyer is {self.buyer_id}", field="buyer")
        if not told.suppliers:
            raise Rejected("a contract has at least one supplier", field="suppliers")
        deal = Deal.of(told)
        self.stage = Stage.SIGNED
        self.buyer_id, self.buyer_name = deal.buyer_id, deal.buyer_name
        self.supplied_by(deal.suppliers)
        for name in TERMS:
            if getattr(deal, name) is not None:
                setattr(self, name, getattr(deal, name))
        self.joint_ids = tuple(one.buyer_id for one in self.joint)
        self.category = deal.category or ""
        self.signed, self.awarded = deal.signed, deal.awarded
        self.procedure_id, self.country = deal.procedure_id, deal.country
        self.regime, self.above_threshold = deal.regime, deal.above_threshold
        self.at_buyer_facility, self.extensions = deal.at_buyer_facility, deal.extensions
        self.terms_of = dict.fromkeys(TERMS, deal.at)
        self.status_since = deal.at
        self._write("signed", deal, TERMS, effective=deal.signed or deal.holds_from)
        self.announce(
            ContractSigned(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                title=self.title,
                suppliers=self.suppliers,
                category=self.category,
                value=self.value,
                starts=self.starts,
                ends=self.ends,
                procedure_id=self.procedure_id,
                awarded=self.awarded,
                country=self.country,
                regime=self.regime,
                above_threshold=self.above_threshold,
                at_buyer_facility=self.at_buyer_facility,
                joint=self.joint,
                units=self.units,
                lots=self.lots,
            )
        )
        waiting, self.waiting = self.waiting, ()
        return tuple(sorted(waiting, key=lambda one: one.at))

    def set_clauses(
        self,
        clauses: tuple[Clause, ...],
        source: str,
        at: datetime,
        omitted: tuple[OmittedClause, ...] | None = None,
    ) -> bool:
        """The clauses, whole. Says nothing where they are what they were, or newer ones hold.

        `omitted` are those left out on purpose; None: nothing is said of them.
        """
        codes = [clause.code for clause in clauses]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise Rejected(f"clause {min(twice)} is there twice", field="ansvar_clauses")
        if both := {one.code for one in omitted or ()} & set(codes):
            raise Rejected(f"clause {min(both)} is both set and omitted", field="omitted")
        if omitted is None:
            omitted = tuple(one for one in self.omitted if one.code not in codes)
        older = self.clauses_of is not None and at < self.clauses_of
        if older or (clauses, omitted) == (self.clauses, self.omitted):
            return False
        self.clauses, self.clauses_from, self.clauses_of = clauses, source, at
        self.omitted = omitted
        first = not any(one.clauses is not None for one in self.history)
        chapter = Chapter(
            at=at,
            effective=self.history[0].effective if first and self.history else at.date(),
            what="clauses",
            source=source,
            clauses=clauses,
            omitted=omitted,
            clauses_from=source,
        )
        self.history = (*self.history, chapter)
        self.announce(
            ClausesSet(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                clauses=clauses,
                source=source,
                omitted=omitted,
            )
        )
        return True

    def amend(self, told: Told) -> tuple[str, ...]:
        """Take over what a newer release changed. Returns the names of the changed fields."""
        self._must_have_been_open(told.at)
        deal = Deal.of(told)
        said = tuple(name for name in TERMS if getattr(deal, name) is not None)
        news = [name for name in said if deal.at >= self.terms_of.get(name, deal.at)]
        changed = tuple(name for name in news if getattr(deal, name) != getattr(self, name))
        self.terms_of = self.terms_of | dict.fromkeys(news, deal.at)
        for name in changed:
            setattr(self, name, getattr(deal, name))
        self.joint_ids = tuple(one.buyer_id for one in self.joint)
        if said:
            self._write("amended", deal, said, effective=deal.holds_from)
        if changed:
            self.announce(
                ContractAmended(
                    contract_id=self.id,
                    buyer_id=self.buyer_id,
                    changed=changed,
                    title=self.title,
                    value=self.value,
                    starts=self.starts,
                    ends=self.ends,
                    rationale=deal.reason,
                    units=self.units,
                    lots=self.lots,
                    joint=self.joint,
                )
            )
        return changed

    def pass_on(self, to: str, name: str, effective: date, reason: str, by: str) -> None:
        """Another authority is the buyer from now on, as where regions merge."""
        if self.stage is not Stage.SIGNED:
            raise Rejected(f"contract {self.id} is {self.stage}: only a running one is passed on")
        if to == self.buyer_id:
            raise Rejected(f"{to} is its buyer already", field="successor_id")
        before, self.buyer_id, self.buyer_name = self.buyer_id, to, name
        self.predecessors = (*self.predecessors, before)
        at = datetime.combine(effective, datetime.min.time(), UTC)
        chapter = Chapter(at=at, effective=effective, what="passed_on", buyer_id=to, source=reason)
        self.history = (*self.history, chapter)
        self.announce(
            ContractPassedOn(
                contract_id=self.id,
                buyer_id=to,
                predecessor_id=before,
                effective=effective,
                reason=reason,
                by=by,
            )
        )

    def supplied_by(self, suppliers: tuple[PartyDescription, ...]) -> None:
        """Who supplies from now on; announced by whoever changes it."""
        self.suppliers = suppliers
        self.supplier_ids = tuple(supplier.party_id for supplier in suppliers)

    def _write(self, what: str, deal: Deal, names: tuple[str, ...], effective: date) -> None:
        signed = what == "signed"
        chapter = Chapter(
            at=deal.at,
            effective=effective,
            what=what,
            source=deal.release_id,
            terms=deal.model_dump(mode="json", include=set(names), exclude_none=True),
            buyer_id=deal.buyer_id if signed else None,
            suppliers=deal.suppliers if signed else None,
        )
        self.history = (*self.history, chapter)

    def end(self, reason: str, at: datetime) -> bool:
        """The contract is over. What it was stays readable, and its status stays true."""
        if self.stage is Stage.ENDED:
            return False
        self._must_have_been_open(at)
        self.stage, self.end_reason, self.ended = Stage.ENDED, reason, at
        chapter = Chapter(at=at, effective=at.date(), what="ended", source=reason)
        self.history = (*self.history, chapter)
        self.announce(ContractEnded(contract_id=self.id, buyer_id=self.buyer_id, reason=reason))
        return True

    def _must_have_been_open(self, at: datetime) -> None:
        """A release that comes late may still speak of the time before the end."""
        if self.stage is Stage.EXPECTED:
            raise Rejected(f"contract {self.id} is not known yet")
        if self.ended is not None and at > self.ended:
            raise Rejected(f"contract {self.id} ended on {self.ended.date()} and changes no more")

    # ------------------------------------------------------------ status

    def touch(self, concern: Concern) -> None:
        """An exposure touches the contract, unless a case speaks for it already."""
        if concern.id not in self.covered:
            self._note(concern)

    def let_go(self, exposure_id: str) -> None:
        """An exposure has ended. If it comes back it counts anew."""
        self.covered = tuple(id for id in self.covered if id != exposure_id)
        self._forget(exposure_id)

    def follow(self, case: Concern, exposure_ids: tuple[str, ...] = ()) -> None:
        """A case says how the contract stands because of it; its exposures say so no longer."""
        self.covered = (*self.covered, *(id for id in exposure_ids if id not in self.covered))
        for id in exposure_ids:
            self._forget(id)
        before = next((known for known in self.concerns if known.id == case.id), None)
        if before is not None:
            decisions = dict.fromkeys((*before.decision_ids, *case.decision_ids))
            version = case.rulebook_version or before.rulebook_version
            case = case.model_copy(
                update={"decision_ids": tuple(decisions), "rulebook_version": version}
            )
        self._note(case)

    def restate(self, now: datetime, lists: tuple[ListRef, ...]) -> bool:
        """Announce how the contract stands, if that has changed."""
        standing = standing_of(self.concerns)
        self.concerned_ids = tuple(dict.fromkeys(concern.party_id for concern in self.concerns))
        if standing == self.standing:
            return False
        self.standing, self.status_since, self.list_as_of = standing, now, lists
        self.status_version += 1
        told = StatusOn(
            at=now,
            version=self.status_version,
            status=standing.status,
            reason_codes=standing.reason_codes,
        )
        self.statuses = (*self.statuses, told)
        self.announce(
            ContractStatusChanged(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                supplier_ids=self.supplier_ids,
                status_version=self.status_version,
                list_as_of=lists,
                **dict(standing),
            )
        )
        return True

    def acknowledge(
        self,
        version: int,
        endpoint_id: str,
        by: str,
        now: datetime,
        settles: tuple[str, ...] = (),
    ) -> bool:
        """An endpoint's system has taken a status over. Older ones than it had say nothing new."""
        if not 1 <= version <= self.status_version:
            raise Rejected(
                f"contract {self.id} has had {self.status_version} status versions, "
                f"{version} is not one of them",
                field="status_version",
            )
        known = {one.endpoint_id: one for one in self.acknowledged}
        before = known.get(endpoint_id)
        if before is not None and before.status_version >= version:
            return False
        known[endpoint_id] = Acknowledgement(
            endpoint_id=endpoint_id, status_version=version, at=now, by=by
        )
        self.acknowledged = tuple(known.values())
        self.announce(
            StatusAcknowledged(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                status_version=version,
                endpoint_id=endpoint_id,
                settles=settles,
            )
        )
        return True

    def _note(self, concern: Concern) -> None:
        self._forget(concern.id)
        if concern.status is not Status.CLEAR:
            self.concerns = (*self.concerns, concern)

    def _forget(self, concern_id: str) -> None:
        self.concerns = tuple(known for known in self.concerns if known.id != concern_id)
