"""Changes of control: noted by whoever hears of them, open until owners are declared anew."""

from services.screening.domain import Ownership, Screening, ownership_id
from services.screening.domain.watch import Watch, watch_id
from services.screening.handlers.judging import conclude, look_again
from services.screening.handlers.routes import router
from services.screening.handlers.surroundings import around
from services.screening.ownership_messages import NoteChangeOfControl, NoteRegisterChange
from services.screening.registers import Door, RegisterPosition
from shared.calendar import add_working_days
from shared.events.breaches import EnquiryOpened
from shared.events.onboarding import DocumentRequested
from shared.persons import without_person_numbers
from shared.unit import Unit

STATEMENT_WORKING_DAYS = 10
"""Days for a new statement: the time that a hearing gives by default (domain §8)."""

EVERY_BUYER = ""


@router.on(NoteChangeOfControl, loads=(Screening, "party_id"))
async def note_change(command: NoteChangeOfControl, unit: Unit) -> dict[str, object]:
    """Take a notice down, judge anew what rested on the old owners, and ask for a statement."""
    by = unit.caller.subject if unit.caller else command.source
    noted = await _note(command, by, unit)
    return {"party_id": command.party_id, "notices": noted}


@router.on(NoteRegisterChange)
async def hear_register(command: NoteRegisterChange, unit: Unit) -> None:
    """A register says so of somebody; whom we do not know, we do not watch."""
    unit.put(RegisterPosition(id=command.register_name, position=command.position))
    if await unit.load(Screening, command.change.party_id) is not None:
        await _note(command.change, command.register_name, unit)


async def _note(command: NoteChangeOfControl, by: str, unit: Unit) -> list[str]:
    await unit.get(Screening, command.party_id)
    id = watch_id(command.party_id)
    watch = await unit.load(Watch, id) or Watch(id=id, party_id=command.party_id)
    node = await unit.load(Ownership, ownership_id(command.party_id))
    due = add_working_days(unit.now, STATEMENT_WORKING_DAYS, "DK")
    before = watch.notices
    for buyer_id in (command.buyer_id,) if command.buyer_id else watch.buyers or (EVERY_BUYER,):
        watch.concerns(buyer_id)
        watch.note(
            buyer_id,
            source=command.source,
            happened=command.happened or unit.now.date(),
            what=without_person_numbers(command.what),
            by=by,
            at=unit.now,
            due=due,
            declared=node.as_of if node else None,
        )
    noted = [one.id for one in watch.notices if one not in before]
    unit.save(watch)
    if noted:
        await conclude(await around(command.party_id, unit), unit, guard=True)
        await look_again(command.party_id, unit)
    return noted


@router.on(DocumentRequested)
async def know_who_asks(event: DocumentRequested, unit: Unit) -> None:
    """A buyer has to do with the party, which can tell of changes through the same link."""
    await _concerns(event.party_id, event.buyer_id, unit)
    unit.put(Door(id=event.link_id, party_id=event.party_id, buyer_id=event.buyer_id))


async def know_who_enquires(event: EnquiryOpened, unit: Unit) -> None:
    await _concerns(event.party_id, event.buyer_id, unit)


async def _concerns(party_id: str, buyer_id: str, unit: Unit) -> None:
    id = watch_id(party_id)
    watch = await unit.load(Watch, id) or Watch(id=id, party_id=party_id)
    if watch.concerns(buyer_id):
        unit.save(watch)
