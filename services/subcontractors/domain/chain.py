"""Who does the work on one contract, at which tier, for which share, from when to when."""

from datetime import date

from services.subcontractors.domain.deeds import Declaration, Deed
from services.subcontractors.domain.members import Member, Standing
from services.subcontractors.domain.roster import Revision, Roster
from shared.domain import Rejected
from shared.events.base import Need, is_natural_person
from shared.events.contracts import ContractSigned
from shared.events.subcontractors import (
    SubcontractorApproved,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorWithdrawn,
)
from shared.events.words import NamedSubcontractor, PartyDescription, Right


class Chain(Roster):
    """The suppliers of a contract and everyone who works under them, in dated versions."""

    @classmethod
    def of(cls, event: ContractSigned) -> "Chain":
        suppliers = tuple(party.party_id for party in event.suppliers)
        return cls(
            id=event.contract_id,
            buyer_id=event.buyer_id,
            title=event.title,
            category=event.category,
            value=event.value,
            awarded=event.awarded,
            country=event.country,
            regime=event.regime,
            above_threshold=event.above_threshold,
            at_buyer_facility=event.at_buyer_facility,
            starts=event.starts,
            ends=event.ends,
            units=event.units,
            lots=event.lots,
            supplier_ids=suppliers,
            supplier_names=tuple(public_name(party) for party in event.suppliers),
            supplier_countries=tuple(party.country or "" for party in event.suppliers),
            party_ids=suppliers,
        )

    def name(self, named: NamedSubcontractor, by: Declaration) -> None:
        """A subcontractor is named: it is declared once, a second naming completes it.

        Someone who has left, and is named by a document that was known when it did, stays out.
        """
        if self.over:
            raise Rejected(f"contract {self.id} is over ({self.over}): nobody is declared on it")
        party_id, document_id = named.party.party_id, by.document_id
        if party_id in self.supplier_ids:
            self.circles = _with(self.circles, (party_id, named.parent_id or by.supplier_id))
            return
        known = self.member(party_id)
        if known is not None:
            self._complete(known, named, document_id)
            return
        if document_id and any(
            document_id in m.document_ids for m in self.members if m.party_id == party_id
        ):
            return
        parent, tier = self._above(named, by.supplier_id)
        member = Member(
            party=named.party,
            parent_id=parent,
            tier=tier,
            share=named.share,
            service=named.service,
            role=named.role,
            place=named.place,
            place_country=named.place_country,
            representatives=named.representatives,
            starts=named.starts or self.starts or by.today,
            ends=named.ends,
            stated=tuple(what for what in ("parent_id", "starts") if getattr(named, what)),
            document_ids=(document_id,) if document_id else (),
            declared_at=by.now,
            declared_by=by.by,
            channel=by.channel,
            answer_due=by.due,
            since_version=self.chain_version + 1,
        )
        self.revise(by, party_id, "declared", by.channel)
        self.keep((*self.members, member))
        self._say_declared(member, document_id, by)

    def _say_declared(self, member: Member, document_id: str, by: Declaration) -> None:
        self.announce(
            SubcontractorDeclared(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party=member.party,
                parent_id=member.parent_id,
                tier=member.tier,
                share=member.share,
                service=member.service,
                chain_version=self.chain_version,
                document_id=document_id,
                role=member.role,
                place=member.place,
                place_country=member.place_country,
                starts=member.starts,
                ends=member.ends,
                representatives=member.representatives,
                channel=by.channel,
                by=member.declared_by,
                need=Need(
                    id=self.approval_need(member.party_id),
                    kind="approve-subcontractor",
                    role="officer",
                    buyer_id=self.buyer_id,
                    due=by.due,
                    about=self.id,
                ),
            )
        )

    def _complete(self, known: Member, named: NamedSubcontractor, document_id: str) -> None:
        """What was missing is taken over; what is another takes a notice of change."""
        documents = known.document_ids
        if document_id and document_id not in documents:
            documents = (*documents, document_id)
        fuller: dict[str, object] = {
            "share": known.share or named.share,
            "service": known.service or named.service,
            "place": known.place or named.place,
            "place_country": known.place_country or named.place_country,
            "representatives": known.representatives or named.representatives,
            "document_ids": documents,
        }
        if (parent := named.parent_id) is not None:
            if known.party_id in self.path_to(parent):
                self.circles = _with(self.circles, (known.party_id, parent))
            else:
                self.circles = tuple(c for c in self.circles if c[0] != known.party_id)
                if "parent_id" not in known.stated and (at := self.tier_below(parent)):
                    fuller |= {"parent_id": parent, "tier": at}
                    fuller |= {"stated": (*known.stated, "parent_id")}
        if all(getattr(known, name) == value for name, value in fuller.items()):
            return
        changed = known.model_copy(update=fuller)
        self.keep(tuple(changed if m is known else m for m in self.members))
        self.retier(changed.party_id)

    def _above(self, named: NamedSubcontractor, supplier_id: str) -> tuple[str, int]:
        """Who hires it, and at which tier that puts it.

        Documents name a tier, seldom who hires: told only where one alone can be meant.
        """
        if named.parent_id is not None and (tier := self.tier_below(named.parent_id)):
            return named.parent_id, tier
        above = [m.party_id for m in self.working if m.tier == named.tier - 1]
        above = [party_id for party_id in above if party_id != named.party.party_id]
        alone = named.tier > 1 and len(above) == 1
        return (above[0] if alone else supplier_id), named.tier

    def tier_below(self, parent_id: str) -> int | None:
        """The tier of those whom a party hires here. None where it is not here."""
        if parent_id in self.supplier_ids:
            return 1
        parent = self.member(parent_id)
        return parent.tier + 1 if parent else None

    def retier(self, party_id: str) -> None:
        """After a move: everyone below a party is one tier below who hires them."""
        parent = self.member(party_id)
        for below in self.working if parent else ():
            if parent and below.parent_id == party_id and below.tier != parent.tier + 1:
                self.change(below, tier=parent.tier + 1)
                self.retier(below.party_id)

    def approve(self, party_id: str, reason: str, deed: Deed) -> None:
        member = self.must_have(party_id)
        if member.standing is Standing.APPROVED:
            return
        approved = member.from_day(
            deed.today,
            standing=Standing.APPROVED,
            decided_by=deed.by,
            reason=reason,
            answer_due=None,
        )
        self.keep(tuple(approved if m is member else m for m in self.members))
        self.note(deed, party_id, "approved")
        self.announce(
            SubcontractorApproved(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party_id=party_id,
                by=deed.by,
                reason=reason,
                chain_version=self.chain_version,
                settles=(self.approval_need(party_id),),
            )
        )

    def refuse(self, party_id: str, reason: str, deed: Deed) -> None:
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
        self._leave(member, Standing.REFUSED, deed.today, reason, deed)
        self.announce(
            SubcontractorNotApproved(
                contract_id=self.id,
                buyer_id=self.buyer_id,
                party_id=party_id,
                by=deed.by,
                reason=reason,
                settles=(self.approval_need(party_id),),
            )
        )
        self._take_along(party_id, deed.today, deed)

    def withdraw(self, party_id: str, ends: date, reason: str, deed: Deed) -> None:
        """The supplier no longer uses a subcontractor."""
        member = self.must_have(party_id)
        self._leave(member, Standing.WITHDRAWN, ends, reason, deed)
        self._withdrawn(party_id, ends, reason)
        self._take_along(party_id, ends, deed)

    def replace(self, outgoing_id: str, incoming: Member, effective: date, deed: Deed) -> int:
        """One goes, the other comes, on the same day and in the same version."""
        old = self.must_have(outgoing_id)
        self._leave(old, Standing.REPLACED, effective, f"replaced by {incoming.party_id}", deed)
        version = self.chain_version
        self.keep((*self.members, incoming.model_copy(update={"since_version": version})))
        self.note(deed, incoming.party_id, "came in its place")
        self._take_along(outgoing_id, effective, deed)
        return version

    def last_stay(self, party_id: str) -> Member:
        """The party as it works here, or as it last did."""
        for member in reversed(self.members):
            if member.party_id == party_id:
                return member
        return self.must_have(party_id)

    def fill(self, incoming: Member, deed: Deed) -> int:
        """Somebody comes where the one before has gone already."""
        self.revise(deed, incoming.party_id, "came in its place")
        new = incoming.model_copy(update={"since_version": self.chain_version})
        self.keep((*self.members, new))
        return self.chain_version

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

    def _take_along(self, party_id: str, ends: date, deed: Deed) -> None:
        """Who worked under a party that has left, has left with it."""
        for below in self.members:
            if below.parent_id == party_id and below.standing.works:
                reason = f"worked under {party_id}, which has left"
                self._leave(below, Standing.WITHDRAWN, ends, reason, deed)
                self._withdrawn(below.party_id, ends, reason)
                self._take_along(below.party_id, ends, deed)

    def _leave(self, member: Member, how: Standing, ends: date, reason: str, deed: Deed) -> None:
        self.revise(deed, member.party_id, how.value)
        gone = member.from_day(
            deed.today,
            standing=how,
            ends=ends,
            until_version=self.chain_version,
            decided_by=deed.by,
            reason=reason,
            answer_due=None,
        )
        self.keep(tuple(gone if m is member else m for m in self.members))
        self.circles = tuple(c for c in self.circles if member.party_id not in c)

    def revise(self, deed: Deed, party_id: str, what: str, channel: str = "") -> None:
        """The chain has a new version."""
        self.chain_version += 1
        self.note(deed, party_id, what, channel)

    def note(self, deed: Deed, party_id: str, what: str, channel: str = "") -> None:
        """Keep who said what about whom in the version that there is."""
        said = Revision(
            version=self.chain_version,
            at=deed.now,
            day=deed.today,
            party_id=party_id,
            what=what,
            by=deed.by,
            channel=channel,
        )
        self.revisions = (*self.revisions, said)

    def change(self, member: Member, **update: object) -> Member:
        changed = member.model_copy(update=update)
        self.keep(tuple(changed if m is member else m for m in self.members))
        return changed

    def keep(self, members: tuple[Member, ...]) -> None:
        self.members = members
        here = [m.party_id for m in members if m.standing.works]
        self.party_ids = tuple(dict.fromkeys((*self.supplier_ids, *here)))


def public_name(party: PartyDescription) -> str:
    """The name of a company; that of a natural person is kept with the person alone."""
    return "" if is_natural_person(party.party_id) else party.name


def _with(
    circles: tuple[tuple[str, str], ...], claimed: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    return circles if claimed in circles else (*circles, claimed)
