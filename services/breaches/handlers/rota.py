"""The rota of a buyer, as its administrators set it."""

from services.breaches.commands import SetRota, asked_by
from services.breaches.domain.rota import Rota
from services.breaches.handlers.door import router
from shared.unit import Unit


@router.on(SetRota)
async def set_rota(command: SetRota, unit: Unit) -> dict[str, object]:
    caller = asked_by(unit.caller, command.buyer_id)
    rota = await unit.load(Rota, command.buyer_id) or Rota(
        id=command.buyer_id, buyer_id=command.buyer_id
    )
    rota.set(command.shifts, caller.subject)
    unit.save(rota)
    return {"buyer_id": rota.id, "shifts": len(rota.shifts)}
