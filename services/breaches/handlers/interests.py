"""The register of involvement: who has an interest in whom, before any case needs to know."""

from services.breaches.commands import DeclareInterest, EndInterest, asked_by, reasoned
from services.breaches.domain.delegation import Interest
from services.breaches.handlers.door import router
from shared.domain import Forbidden, Rejected
from shared.unit import Unit

LOOKS_AFTER_IT = "admin"
"""Role of whoever may enter the involvement of others."""


@router.on(DeclareInterest)
async def declare(command: DeclareInterest, unit: Unit) -> dict[str, object]:
    """Everybody declares their own; whoever looks after the register also that of others."""
    caller = asked_by(unit.caller, command.buyer_id)
    if command.person != caller.subject and LOOKS_AFTER_IT not in caller.roles:
        raise Forbidden("you declare your own interests; an administrator enters those of others")
    reason = reasoned(command.reason)
    return await note_interest(
        unit, command.person, command.party_id, command.buyer_id, reason, caller.subject
    )


@router.on(EndInterest)
async def end(command: EndInterest, unit: Unit) -> dict[str, object]:
    """It is over. It stays on record, and bars from no case that comes."""
    caller = asked_by(unit.caller, command.buyer_id)
    id, before = Interest.ids_of(command.buyer_id, command.person, command.party_id)
    interest = await unit.load(Interest, id) or await unit.get(Interest, before)
    caller.must_serve(interest.buyer_id or command.buyer_id)
    if LOOKS_AFTER_IT not in caller.roles:
        raise Forbidden("an administrator ends what was declared")
    if not interest.counts:
        raise Rejected(f"{interest.person} has no interest in {interest.party_id} any more")
    interest.ended = unit.now
    interest.reason = f"{interest.reason}; ended: {reasoned(command.reason)}"
    unit.save(interest)
    return {"person": interest.person, "party_id": interest.party_id}


async def note_interest(
    unit: Unit, person: str, party_id: str, buyer_id: str, reason: str, by: str
) -> dict[str, object]:
    """It counts from now on; one that has ended counts again."""
    id = Interest.id_of(buyer_id, person, party_id)
    known = await unit.load(Interest, id)
    if known is None or not known.counts:
        about = {"person": person, "party_id": party_id, "buyer_id": buyer_id, "by": by}
        fresh = Interest(id=id, reason=reason, declared=unit.now, **about)
        if known is not None:
            known.reason, known.declared, known.ended = reason, unit.now, None
            fresh = known
        unit.save(fresh)
    return {"person": person, "party_id": party_id}
