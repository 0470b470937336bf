"""The terms of a contract as the contract system tells them, kept with the days they hold from.

A release says something *about* a contract: that it was signed, changed or is over.
"""

from datetime import UTC, date, datetime
from enum import StrEnum

from pydantic import Field

from services.contracts.domain.chapters import Chapter
from services.contracts.domain.deal import (
    TERMS,
    Agreement,
    Confidentiality,
    Deal,
    Forum,
    Option,
    Place,
)
from services.contracts.domain.told import Told
from shared.domain import Aggregate, Rejected
from shared.events.contracts import (
    ClausesSet,
    ContractAmended,
    ContractEnded,
    ContractPassedOn,
    ContractSigned,
    Mandate,
    OmittedClause,
)
from shared.events.words import Clause, Lot, Money, PartyDescription


class Stage(StrEnum):
    """`EXPECTED`: something was said about the contract before the contract itself came."""

    EXPECTED = "expected"
    SIGNED = "signed"
    ENDED = "ended"


class Agreed(Aggregate):
    """What was agreed: with whom, on what, until when, and what has become of it since.

    `buyer_id` leads it, `buyer_ids` are all who buy together; `predecessors` had it before.
    `history` says what it was on a day. `terms_of` holds for each amendable field the date of the
    release that set it, so that an older release that comes late changes nothing that a newer one
    has said.
    """

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
    buyer_ids: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    places: tuple[Place, ...] = ()
    units: tuple[str, ...] = ()
    steering_group: str = ""
    agreement: Agreement = Agreement.CONTRACT
    framework_id: str = ""
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    forum: Forum | None = None
    history: tuple[Chapter, ...] = ()
    terms_of: dict[str, datetime] = Field(default_factory=dict)
    ocid: str = ""
    clauses: tuple[Clause, ...] = ()
    clauses_from: str = ""
    clauses_of: datetime | None = None
    omitted: tuple[OmittedClause, ...] = ()
    ended: datetime | None = None
    end_reason: str = ""

    def expect(self, told: Told) -> None:
        """Keep what was said of a contract that is not known yet, until it is."""
        if self.stage is not Stage.EXPECTED:
            raise Rejected(f"contract {self.id} is {self.stage}, it is not waited for")
        self.bought_by(told.buyer_id)
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
        self.buyer_name = deal.buyer_name
        self.supplied_by(deal.suppliers)
        for name in TERMS:
            if getattr(deal, name) is not None:
                setattr(self, name, getattr(deal, name))
        self.bought_by(deal.buyer_id)
        self.category = deal.category or ""
        self.signed, self.awarded = deal.signed, deal.awarded
        self.procedure_id, self.country = deal.procedure_id, deal.country
        self.regime, self.above_threshold = deal.regime, deal.above_threshold
        self.at_buyer_facility, self.extensions = deal.at_buyer_facility, deal.extensions
        self.terms_of = dict.fromkeys(TERMS, deal.at)
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
                buyer_name=self.buyer_name,
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
        self.bought_by(self.buyer_id)
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
        before, self.buyer_name = self.buyer_id, name
        self.bought_by(to)
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
                buyer_name=name,
            )
        )

    def bought_by(self, buyer_id: str) -> None:
        """Who leads the contract from now on, before those who buy with it."""
        self.buyer_id = buyer_id
        ids = (buyer_id, *(one.buyer_id for one in self.joint))
        self.buyer_ids = tuple(dict.fromkeys(ids))

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
