"""Who does the work on one contract, at which tier, for which share, from when to when."""

from datetime import date, datetime

from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.members import Member, Roster, Standing
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.contracts import ContractSigned
from shared.events.subcontractors import (
    ChainViolationFound,
    SubcontractorApproved,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorWithdrawn,
)
from shared.events.words import NamedSubcontractor, Right


class Chain(Roster):
    """The suppliers of a contract and everyone who works under them, in dated versions."""

    @classmethod
    def of(cls, event: ContractSigned) -> "Chain":
        suppliers = tuple(party.party_id for party in event.suppliers)
        return cls(
            id=event.contract_id,
            buyer_id=event.buyer_id,
            title=event.title,
            country=event.country,
            regime=event.regime,
            above_threshold=event.above_threshold,
            at_buyer_facility=event.at_buyer_facility,
            starts=event.starts,
            ends=event.ends,
            supplier_ids=suppliers,
            party_ids=suppliers,
        )

    def name(
        self,
        named: NamedSubcontractor,
        supplier_id: str,
        document_id: str,
        *,
        today: date,
        now: datetime,
        due: datetime,
    ) -> None:
        """A document names a subcontractor: it is declared once, a second document completes it.

        Someone who has left, and is named by a document that was known when it did, stays out.
        """
        if self.over:
            raise Rejected(f"contract {self.id} is over ({self.over}): nobody is declared on it")
        party = named.party
        if party.party_id in self.supplier_ids:
            self._violated("CH-CIRCLE", party.party_id, "a supplier is named under itself")
            return
        known = self.member(party.party_id)
        if known is not None:
            self._complete(known, named, document_id)
            return
        if document_id and any(
            document_id in m.document_ids for m in self.members if m.party_id == party.party_id
        ):
            return
        parent = self._parent(named.tier, supplier_id, party.party_id)
        self.chain_version += 1
        member = Member(
            party=party,
            parent_id=parent,
            tier=named.tier,
            share=named.share,
            service=named.service,
            starts=named.starts or self.starts or today,
            document_ids=(document_id,) if document_id else (),
            declared_at=now,
            since_version=self.chain_version,
        )
        self._keep((*self.members, member))
        self.announce(
            SubcontractorDeclared(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party=party,
                parent_id=parent,
                tier=named.tier,
                share=named.share,
                service=named.service,
                chain_version=self.chain_version,
                document_id=document_id,
                need=Need(
                    id=self.approval_need(party.party_id),
                    kind="approve-subcontractor",
                    role="officer",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )
        self._test_shares(supplier_id)

    def _complete(self, known: Member, named: NamedSubcontractor, document_id: str) -> None:
        documents = known.document_ids
        if document_id and document_id not in documents:
            documents = (*documents, document_id)
        fuller = known.model_copy(
            update={
                "share": known.share or named.share,
                "service": known.service or named.service,
                "document_ids": documents,
            }
        )
        self._keep(tuple(fuller if m is known else m for m in self.members))

    def _parent(self, tier: int, supplier_id: str, party_id: str) -> str:
        """Documents name a tier, seldom who hires: told only where one alone can be meant."""
        above = [
            m.party_id
            for m in self.members
            if m.standing.works and m.tier == tier - 1 and m.party_id != party_id
        ]
        return above[0] if tier > 1 and len(above) == 1 else supplier_id

    def _test_shares(self, supplier_id: str) -> None:
        total = self.least_share_given_away()
        if total > 100:
            detail = f"subcontractors have at least {total:g} % of the contract's value together"
            self._violated("CH-SHARE", supplier_id, detail)

    def _violated(self, rule: str, party_id: str, detail: str) -> None:
        violation = id_of("violation", self.id, rule, party_id)
        if violation in self.violation_ids:
            return
        self.violation_ids = (*self.violation_ids, violation)
        self.announce(
            ChainViolationFound(
                violation_id=violation,
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party_id=party_id,
                rule=rule,
                detail=detail,
            )
        )

    def approve(self, party_id: str, by: str, reason: str) -> None:
        member = self.must_have(party_id)
        if member.standing is Standing.APPROVED:
            return
        self._change(member, standing=Standing.APPROVED, decided_by=by, reason=reason)
        self.announce(
            SubcontractorApproved(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party_id=party_id,
                by=by,
                reason=reason,
                chain_version=self.chain_version,
                settles=(self.approval_need(party_id),),
            )
        )

    def refuse(self, party_id: str, by: str, reason: str, today: date) -> None:
        """Not agree to a subcontractor: only where the contract gives the buyer a say in it."""
        member = self.must_have(party_id)
        if member.standing is Standing.APPROVED:
            raise Rejected(
                f"{party_id} was approved by {member.decided_by}: it can be withdrawn by the "
                "supplier, or replaced by a decision in a case"
            )
        if not self.clause_with(Right.APPROVE_SUBCONTRACTOR):
            raise Rejected(
                f"no clause of {self.id} makes subcontractors depend on the buyer's approval; "
                "possible are approval, or a case where a rule is touched"
            )
        self._leave(member, Standing.REFUSED, today, by, reason)
        self.announce(
            SubcontractorNotApproved(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party_id=party_id,
                by=by,
                reason=reason,
                settles=(self.approval_need(party_id),),
            )
        )
        self._take_along(party_id, today, by)

    def withdraw(self, party_id: str, ends: date, by: str, reason: str) -> None:
        """The supplier no longer uses a subcontractor."""
        member = self.must_have(party_id)
        self._leave(member, Standing.WITHDRAWN, ends, by, reason)
        self._withdrawn(party_id, ends, reason)
        self._take_along(party_id, ends, by)

    def replace(self, outgoing_id: str, incoming: Member, effective: date, by: str) -> int:
        """One goes, the other comes, on the same day and in the same version."""
        old = self.must_have(outgoing_id)
        self._leave(old, Standing.REPLACED, effective, by, f"replaced by {incoming.party_id}")
        version = self.chain_version
        self._keep((*self.members, incoming.model_copy(update={"since_version": version})))
        self._take_along(outgoing_id, effective, by)
        return version

    def close(self, reason: str) -> None:
        self.over = reason or "ended"

    def approval_need(self, party_id: str) -> str:
        return f"approve-subcontractor/{self.id}/{party_id}"

    def _withdrawn(self, party_id: str, ends: date, reason: str) -> None:
        self.announce(
            SubcontractorWithdrawn(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party_id=party_id,
                ends=ends,
                reason=reason,
                chain_version=self.chain_version,
                settles=(self.approval_need(party_id),),
            )
        )

    def _take_along(self, party_id: str, ends: date, by: str) -> None:
        """Who worked under a party that has left, has left with it."""
        for below in self.members:
            if below.parent_id == party_id and below.standing.works:
                reason = f"worked under {party_id}, which has left"
                self._leave(below, Standing.WITHDRAWN, ends, by, reason)
                self._withdrawn(below.party_id, ends, reason)
                self._take_along(below.party_id, ends, by)

    def _leave(self, member: Member, how: Standing, ends: date, by: str, reason: str) -> None:
        self.chain_version += 1
        self._change(
            member,
            standing=how,
            ends=ends,
            until_version=self.chain_version,
            decided_by=by,
            reason=reason,
        )

    def _change(self, member: Member, **update: object) -> None:
        changed = member.model_copy(update=update)
        self._keep(tuple(changed if m is member else m for m in self.members))

    def _keep(self, members: tuple[Member, ...]) -> None:
        self.members = members
        here = [m.party_id for m in members if m.standing.works]
        self.party_ids = tuple(dict.fromkeys((*self.supplier_ids, *here)))
