"""Follows the registers that tell of changes of control, as long as the service runs."""

import logging
from collections.abc import Awaitable, Callable
from itertools import islice
from pathlib import Path

from services.screening.ownership_messages import NoteRegisterChange
from services.screening.registers import AT_ONCE, Register, RegisterPosition, registers_in
from shared.domain import Rejected
from shared.envelope import Message
from shared.router import name_of
from shared.runtime import Service
from shared.standing import forever

log = logging.getLogger("ansvar.screening.registers")

LOOK_AT_REGISTERS = 30.0
"""Seconds between looks at what registers tell of changes of control."""
LOOK_AT_LEAD = 2.0
"""Seconds between looks at whether this process is the one of several that does it."""


def following(folder: Path | None) -> Callable[[Service], Awaitable[None]]:
    """What runs beside the messages: the recorded subscriptions in a folder, if there is one."""

    async def follow_registers(service: Service) -> None:
        async def look() -> float:
            if not service.relay.leads:
                return LOOK_AT_LEAD
            for register in registers_in(folder):
                await hear(register, service)
            return LOOK_AT_REGISTERS

        await forever("registers", look)

    return follow_registers


async def hear(register: Register, service: Service) -> None:
    """What a register tells is handled once; from where it cannot be read on, the rest waits."""
    id = register.name
    held = (await service.store.fetch(RegisterPosition, [id])).get(id)
    try:
        for change in islice(register.changes(held.position if held else 0), AT_ONCE):
            await service.commands.handle(told_by(change))
    except Rejected as unreadable:
        log.error("a register cannot be read: %s", unreadable.reason)


def told_by(change: NoteRegisterChange) -> Message:
    """The message of a change: the same one however often it is read."""
    return Message(
        id=f"register/{change.register_name}/{change.position}",
        type=name_of(type(change)),
        said=change,
        source=change.register_name,
        origin="command",
    )
