"""What is known about one party: where it works, who owns it, what was found about it.

Facts come in any order. Each only adds what it says; what follows from all of them together is
computed anew each time (see `exposure`).
"""

from datetime import date
from typing import ClassVar

from services.subcontractors.domain.members import Place
from services.subcontractors.domain.told import (
    Buyers,
    Claim,
    Conclusion,
    Flag,
    Hit,
    Owner,
    Paper,
    Qualification,
    Seat,
)
from shared.domain import Aggregate
from shared.events.onboarding import ClaimContradicted, DocumentVerified, OwnershipDeclared
from shared.events.screening import (
    HitRaised,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipConcluded,
    OwnershipFlagged,
)
from shared.events.words import Role


class Footprint(Aggregate):
    """All that is known about one party here. Its id is the party's.

    `companies` are those that it owns directly, `exposure_ids` all exposures that it ever had.
    `merged_into` is the party that a person found it to be, `twins` those that were found to be
    this one. What was told of each stays where it is, so that a merging can be undone.
    """

    indexes: ClassVar[tuple[str, ...]] = ()

    places: tuple[Place, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    owners: tuple[Owner, ...] | None = None
    companies: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    flags: tuple[Flag, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    seats: tuple[Seat, ...] = ()
    claims: tuple[Claim, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    papers: tuple[Paper, ...] = ()
    country: str = ""
    screened: bool = False
    exposure_ids: tuple[str, ...] = ()
    merged_into: str = ""
    twins: tuple[str, ...] = ()
    card: str = ""

    @property
    def owner_ids(self) -> tuple[str, ...]:
        return tuple(o.party_id for o in self.owners or () if o.party_id)

    @property
    def speaks(self) -> bool:
        """Whether anything was told of it that could touch a contract."""
        return bool(self.hits or self.flags or self.conclusions or self.seats or self.claims)

    def hit(self, hit_id: str) -> Hit:
        return next((h for h in self.hits if h.hit_id == hit_id), Hit(hit_id=hit_id))

    def flags_for(self, buyers: Buyers) -> tuple[Flag, ...]:
        """What was concluded for a buyer; from hits on which it has concluded nothing itself, what
        was concluded for those before it.
        """
        found: list[Flag] = []
        for buyer_id in buyers:
            covered = {hit_id for flag in found for hit_id in flag.hit_ids}
            own = (f for f in self.flags if f.buyer_id == buyer_id)
            found += [f for f in own if not covered.intersection(f.hit_ids)]
        return tuple(found)

    def flag(self, buyers: Buyers, hit_id: str) -> Flag | None:
        """What was concluded for this company from an owner's hit."""
        return next((f for f in self.flags_for(buyers) if hit_id in f.hit_ids), None)

    def qualification(self, contract_id: str, role: str) -> Qualification | None:
        wanted = (contract_id, role)
        return next((q for q in self.qualifications if (q.contract_id, q.role) == wanted), None)

    # ------------------------------------------------------------ what is said of it

    def stands(self, contract_id: str, places: tuple[Place, ...], because: str) -> bool:
        """These are its places on a contract now, besides those as a substitute.

        False where that is nothing new.
        """
        others = [
            p for p in self.places if p.contract_id != contract_id or p.role is Role.SUBSTITUTE
        ]
        if set(self.places) == {*others, *places}:
            return False
        self.places = (*others, *places)
        self._note_leaving(contract_id, because)
        return True

    def proposed(self, place: Place) -> None:
        self.places = (*self.places, place)

    def no_longer_proposed(self, replacement_id: str, because: str) -> None:
        gone = [p for p in self.places if p.replacement_id == replacement_id]
        self.places = tuple(p for p in self.places if p.replacement_id != replacement_id)
        for place in gone:
            self._note_leaving(place.contract_id, because)

    def _note_leaving(self, contract_id: str, because: str) -> None:
        left = {k: v for k, v in self.left if k != contract_id}
        if because:
            left[contract_id] = because
        self.left = tuple(sorted(left.items()))

    def owned_by(self, event: OwnershipDeclared, today: date) -> None:
        """These are its owners. Whose interest has ended is none of them any more."""
        self.owners = tuple(
            Owner(
                party_id=stake.owner.party_id if stake.owner else None,
                minimum=stake.share.minimum,
                maximum=stake.share.maximum,
                reason_unknown=stake.reason_unknown or "",
            )
            for stake in event.stakes
            if stake.ends is None or today < stake.ends
        )

    def pass_on(self, contract_id: str, buyer_id: str, predecessors: tuple[str, ...]) -> None:
        """A contract on which it is proposed, or works, has another buyer."""
        change = {"buyer_id": buyer_id, "predecessors": predecessors}
        self.places = tuple(
            place.model_copy(update=change) if place.contract_id == contract_id else place
            for place in self.places
        )

    def owns(self, company_id: str, does: bool) -> None:
        rest = tuple(c for c in self.companies if c != company_id)
        self.companies = (*rest, company_id) if does else rest

    def hit_raised(self, event: HitRaised) -> None:
        entry = f"{event.entry.source}/{event.entry.entry_id}"
        raised = {"raised": True, "advisory": event.advisory, "ended": "", "entry": entry}
        self._keep_hit(self.hit(event.hit_id).model_copy(update=raised))

    def hit_judged(self, hit_id: str, buyer_id: str, verdict: bool | None) -> None:
        self._keep_hit(self.hit(hit_id).judged(buyer_id, verdict))

    def hit_ended(self, hit_id: str, reason: str) -> None:
        ended = reason or "the entry is no longer on the list"
        self._keep_hit(self.hit(hit_id).model_copy(update={"ended": ended}))

    def _keep_hit(self, hit: Hit) -> None:
        self.hits = (*(h for h in self.hits if h.hit_id != hit.hit_id), hit)

    def flagged(self, event: OwnershipFlagged) -> None:
        flag = Flag(
            flag_id=event.flag_id,
            buyer_id=event.buyer_id,
            rule=event.rule,
            verdict=event.verdict,
            owner_ids=event.owner_ids,
            hit_ids=event.hit_ids,
            path=event.path,
            reason=event.reason,
        )
        self.flags = (*(f for f in self.flags if f.flag_id != flag.flag_id), flag)

    def concluded(self, event: OwnershipConcluded) -> None:
        conclusion = Conclusion(
            conclusion_id=event.conclusion_id,
            rule=event.rule,
            verdict=event.verdict,
            owner_ids=event.owner_ids,
            reason=event.reason,
        )
        others = (c for c in self.conclusions if c.conclusion_id != conclusion.conclusion_id)
        self.conclusions = (*others, conclusion)

    def seated(self, event: JurisdictionFlagged) -> None:
        day = event.list_date.isoformat()
        detail = f"{event.whose} in {event.country}, {event.list_name} of {day}"
        seat = Seat(flag_id=event.flag_id, rule=event.rule, detail=detail)
        self.seats = (*(s for s in self.seats if s.flag_id != seat.flag_id), seat)

    def no_longer_seated(self, event: JurisdictionEnded) -> None:
        """Its own statement, and those before it of the same tie, come in their order."""
        self.seats = tuple(
            s.model_copy(update={"ended": event.reason}) if s.flag_id == event.flag_id else s
            for s in self.seats
        )

    def verified(self, event: DocumentVerified) -> None:
        """Of each kind the one that lasts longest counts."""
        paper = Paper(
            buyer_id=event.buyer_id,
            kind=event.kind,
            document_id=event.document_id,
            valid_until=event.valid_until,
        )
        alike = [p for p in self.papers if (p.buyer_id, p.kind) == (paper.buyer_id, paper.kind)]
        if any(_last_day(p) >= _last_day(paper) for p in alike):
            return
        self.papers = (*(p for p in self.papers if p not in alike), paper)

    def expired(self, buyers: Buyers, today: date) -> tuple[str, ...]:
        """The kinds of documents that these buyers hold of it and that are out of date."""
        last: dict[str, date] = {}
        for paper in self.papers:
            if paper.buyer_id in buyers:
                last[paper.kind] = max(last.get(paper.kind, date.min), _last_day(paper))
        return tuple(sorted(kind for kind, day in last.items() if day < today))

    def contradicted(self, event: ClaimContradicted) -> None:
        claim = Claim(
            claim_id=event.claim_id,
            buyer_id=event.buyer_id,
            ground=event.ground,
            found=event.found,
            document_id=event.document_id,
        )
        self.claims = (*(c for c in self.claims if c.claim_id != claim.claim_id), claim)

    def qualified(self, contract_id: str, role: str, lost: str = "") -> None:
        now = Qualification(contract_id=contract_id, role=role, lost=lost)
        key = (contract_id, role)
        kept = (q for q in self.qualifications if (q.contract_id, q.role) != key)
        self.qualifications = (*kept, now)


def _last_day(paper: Paper) -> date:
    return paper.valid_until or date.max
