"""Whom a fact touches: from all that is known of parties to contracts, roles and paths.

An exposure exists exactly once per contract, party, cause and role. Which are open follows from
the facts alone and not from the order in which they came.
"""

from collections.abc import Iterator

from pydantic import BaseModel

from services.subcontractors.domain.footprint import Footprint
from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.members import Place
from services.subcontractors.domain.surroundings import Surroundings
from services.subcontractors.domain.told import Buyers, Conclusion, Flag, Hit
from shared.events.words import Cause, CauseKind, Role, Status

FREEZE = "SAN-AF"
"""The rule that a list hit speaks to: freezing of assets."""

ART_5K = "SAN-5K"
"""The rule about companies that are Russian, or owned or directed from there: Regulation (EU)
No 833/2014, Art 5k(1). That a contract is below the threshold is for breaches to say."""

TAX_LIST = "TAX-LIST"
"""The rule where a seat in a listed country is a question and not a ground (domain §2)."""

MEANS = {"owned": Status.REVIEW, "unknown": Status.CONDITIONAL}
"""What a contract shows because of an ownership verdict until a case says otherwise."""

CONCLUDED = {"yes": Status.REVIEW, "review": Status.REVIEW, "unknown": Status.CONDITIONAL}
"""The same because of what a rule about owners says: a person looks, or it is a question."""

Known = Surroundings


class Reach(BaseModel, frozen=True):
    """One way in which a party touches a contract: itself, or through a company that it owns."""

    place: Place
    member_id: str


class Touch(BaseModel, frozen=True):
    """An exposure as it should be. `mark` tells one state of its cause from the next.

    `former_ids` are those that it has under the ids of parties that were merged into this one.
    """

    id: str
    former_ids: tuple[str, ...] = ()
    party_id: str
    place: Place
    cause: Cause
    status: Status
    mark: str
    hit_to_review: str = ""


def reach_of(party_id: str, known: Known) -> tuple[Reach, ...]:
    """Everywhere a party stands, shortest path first: itself and through companies below it."""
    found: list[Reach] = []
    seen = {party_id}
    level: list[tuple[str, tuple[str, ...]]] = [(party_id, ())]
    while level:
        below: list[tuple[str, tuple[str, ...]]] = []
        for member_id, owners in sorted(level):
            footprint = known.get(member_id)
            if footprint is None:
                continue
            for place in sorted(footprint.places, key=lambda p: (p.contract_id, p.path)):
                longer = place.model_copy(update={"path": (*place.path, *owners)})
                found.append(Reach(place=longer, member_id=member_id))
            for company in map(known.root, footprint.companies):
                if company not in seen:
                    seen.add(company)
                    below.append((company, (member_id, *owners)))
        level = below
    return tuple(found)


def exposures_of(party_id: str, known: Known) -> dict[str, Touch]:
    """All exposures that a party, with all who were merged into it, should have open, by id.

    `known` holds the party, the companies below it and the owners above it.
    """
    touches: dict[str, Touch] = {}
    party = known[party_id]
    if not party.speaks:
        return touches
    for touch in _touches(party, known):
        touches.setdefault(touch.id, touch)
    return touches


def _touches(party: Footprint, known: Known) -> Iterator[Touch]:
    for reach in reach_of(party.id, known):
        place = reach.place
        itself = reach.member_id == party.id
        for hit in party.hits:
            if _hit_counts(hit, place.buyers):
                if not itself and known[reach.member_id].flag(place.buyers, hit.hit_id):
                    continue
                yield _from_hit(party, place, hit, itself)
        if not itself:
            continue
        for flag in party.flags_for(place.buyers):
            if flag.verdict in MEANS and holds(flag, known, place.buyers):
                cause = Cause(
                    kind=CauseKind.OWNERSHIP, ref=flag.flag_id, rule=flag.rule, detail=flag.reason
                )
                yield _touch(party, place, cause, MEANS[flag.verdict], mark=flag.verdict)
        for conclusion in party.conclusions:
            if conclusion.verdict in CONCLUDED:
                yield _from_conclusion(party, place, conclusion)
        for seat in party.seats:
            if seat.ended:
                continue
            rule = seat.rule or TAX_LIST
            cause = Cause(
                kind=CauseKind.JURISDICTION, ref=seat.flag_id, rule=rule, detail=seat.detail
            )
            yield _touch(party, place, cause, Status.REVIEW, mark=seat.detail)
        for claim in party.claims:
            if claim.buyer_id in place.buyers:
                cause = Cause(
                    kind=CauseKind.CLAIM, ref=claim.claim_id, rule=claim.ground, detail=claim.found
                )
                yield _touch(party, place, cause, Status.REVIEW, mark=claim.document_id)


def _hit_counts(hit: Hit, buyers: Buyers) -> bool:
    return hit.raised and not hit.advisory and hit.counts_for(buyers)


def holds(flag: Flag, known: Known, buyers: Buyers) -> bool:
    """An ownership verdict falls when none of the hits that it rests on is left."""
    for owner_id in flag.owner_ids:
        owner = known.get(owner_id)
        hits = {hit.hit_id: hit for hit in owner.hits} if owner else {}
        for hit_id in flag.hit_ids:
            if hit_id in hits and hits[hit_id].counts_for(buyers):
                return True
    heard = {h.hit_id for o in flag.owner_ids if o in known for h in known[o].hits}
    return not set(flag.hit_ids) <= heard


def _from_hit(party: Footprint, place: Place, hit: Hit, itself: bool) -> Touch:
    """A confirmed hit on a member itself is a cause of its own; on an owner it asks for shares."""
    confirmed = hit.verdict(place.buyers) is True
    ref = f"{hit.hit_id}#confirmed" if confirmed and itself else hit.hit_id
    detail = "confirmed" if confirmed else ""
    cause = Cause(kind=CauseKind.HIT, ref=ref, rule=FREEZE, detail=detail)
    to_review = "" if confirmed else hit.hit_id
    return _touch(party, place, cause, Status.REVIEW, mark=detail, hit_to_review=to_review)


def _from_conclusion(party: Footprint, place: Place, conclusion: Conclusion) -> Touch:
    """Other owners behind the same verdict are another state of it."""
    cause = Cause(
        kind=CauseKind.OWNERSHIP,
        ref=conclusion.conclusion_id,
        rule=conclusion.rule,
        detail=conclusion.reason,
    )
    mark = " ".join((conclusion.verdict, *conclusion.owner_ids))
    return _touch(party, place, cause, CONCLUDED[conclusion.verdict], mark=mark)


def _touch(
    party: Footprint,
    place: Place,
    cause: Cause,
    status: Status,
    mark: str,
    hit_to_review: str = "",
) -> Touch:
    ids = tuple(
        id_of("exp", place.contract_id, party_id, cause.kind, cause.ref, place.role)
        for party_id in (party.id, *party.twins)
    )
    return Touch(
        id=ids[0],
        former_ids=ids[1:],
        party_id=party.id,
        place=place,
        cause=cause,
        # A substitute does not work on the contract yet: a person must look, no status changes.
        status=Status.CLEAR if place.role is Role.SUBSTITUTE else status,
        mark=mark,
        hit_to_review=hit_to_review,
    )
