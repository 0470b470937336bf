"""Each night the statuses of a buyer are written into a file, where the operator wants files."""

from typing import ClassVar

from services.contracts.commands import NightHasCome, StatusFileWritten, WriteStatusFile
from services.contracts.handlers.door import router
from services.contracts.sending_terms import SendingTerms
from services.contracts.status_file import StatusFiles
from shared.domain import Record
from shared.unit import Unit

KEPT = 30
"""Nightly files that are remembered for each buyer."""


class Nights(Record):
    """The nights of a buyer: which files were written, the newest last, each `name sha256`."""

    indexes: ClassVar[tuple[str, ...]] = ()

    written: tuple[str, ...] = ()


async def wait_for_the_night(buyer_id: str, country: str, unit: Unit, terms: SendingTerms) -> None:
    """From the first contract of a buyer on, each night follows the one before."""
    if await unit.record(Nights, buyer_id) is None:
        unit.put(Nights(id=buyer_id))
        _schedule(NightHasCome(buyer_id=buyer_id, country=country), unit, terms)


@router.on(NightHasCome)
async def the_night_has_come(
    deadline: NightHasCome, unit: Unit, terms: SendingTerms, status_files: StatusFiles
) -> None:
    """Where many nights have passed at once there is one file: of how things stand now."""
    if status_files.folder is not None:
        day = unit.now.date()
        write = WriteStatusFile(buyer_id=deadline.buyer_id, day=day, at=unit.now)
        unit.effect(f"status-file/{deadline.buyer_id}/{day}", write)
    _schedule(deadline, unit, terms)


@router.does(WriteStatusFile)
async def write_status_file(
    effect: WriteStatusFile, status_files: StatusFiles
) -> StatusFileWritten:
    return await status_files.write(effect)


@router.on(StatusFileWritten)
async def file_written(outcome: StatusFileWritten, unit: Unit) -> None:
    nights = await unit.record(Nights, outcome.buyer_id) or Nights(id=outcome.buyer_id)
    written = (*nights.written, f"{outcome.name} {outcome.sha256}")
    unit.put(nights.model_copy(update={"written": written[-KEPT:]}))


def _schedule(deadline: NightHasCome, unit: Unit, terms: SendingTerms) -> None:
    night = terms.next_night(unit.now, deadline.country)
    unit.schedule(f"nightly/{deadline.buyer_id}", night, deadline)
