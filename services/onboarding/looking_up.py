"""Sees to it that every party is looked up once in the registers that are switched on."""

from uuid import uuid4

from services.onboarding.deciding import AskRegisters
from services.onboarding.domain import Party
from services.onboarding.registers import Registers
from shared.envelope import Message
from shared.runtime import Service
from shared.standing import forever

AT_ONCE = 50
LOOK, WAITING = 5.0, 2.0
"""Seconds between looks for new parties, and while another process leads."""


async def look_parties_up(service: Service) -> None:
    """Nothing is to do where no register is on."""
    registers = service.adapters["registers"]
    assert isinstance(registers, Registers)

    async def look() -> float:
        if not service.relay.leads:
            return WAITING
        for party in await service.store.search(Party, {"looked_up": False}, limit=AT_ONCE):
            await service.commands.handle(
                Message(
                    id=f"look-up/{uuid4()}",
                    type="AskRegisters",
                    said=AskRegisters(party_id=party.id),
                    source="onboarding",
                    origin="command",
                )
            )
        return LOOK

    if registers.on:
        await forever("registers", look)
