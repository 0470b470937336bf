"""Verdicts on hits: given by officers, each for one buyer."""

from services.screening.domain import Hit, Screening
from services.screening.handlers.freezing import hits_changed
from services.screening.handlers.routes import router
from services.screening.messages import ConfirmHit, DismissHit
from shared.domain import Caller, Forbidden
from shared.unit import Unit


@router.on(ConfirmHit, loads=(Hit, "hit_id"))
async def confirm_hit(command: ConfirmHit, unit: Unit) -> dict[str, object]:
    """The party is the listed entry; what that means for what it owns follows at once."""
    hit = await unit.get(Hit, command.hit_id)
    by = officer(unit, command.buyer_id)
    if hit.confirm(command.buyer_id, by.subject, command.reason, unit.now):
        unit.save(hit)
        await hits_changed(await unit.get(Screening, hit.party_id), [hit], unit)
    return {"hit_id": hit.id, "buyer_id": command.buyer_id, "verdict": "confirmed"}


@router.on(DismissHit, loads=(Hit, "hit_id"))
async def dismiss_hit(command: DismissHit, unit: Unit) -> dict[str, object]:
    """The party is somebody else. If it was confirmed before, what followed from that ends."""
    hit = await unit.get(Hit, command.hit_id)
    by = officer(unit, command.buyer_id)
    if hit.dismiss(command.buyer_id, by.subject, command.reason, unit.now):
        unit.save(hit)
        await hits_changed(await unit.get(Screening, hit.party_id), [hit], unit)
    return {"hit_id": hit.id, "buyer_id": command.buyer_id, "verdict": "dismissed"}


def officer(unit: Unit, buyer_id: str) -> Caller:
    """Who gives the verdict; it must be somebody who acts for the buyer."""
    if unit.caller is None:
        raise Forbidden("a verdict is given by a person")
    unit.caller.must_serve(buyer_id)
    return unit.caller
