"""Where people see what registers say of a party, how old that is, and have them asked anew."""

from datetime import datetime

from pydantic import BaseModel

from services.onboarding.claims_api import READS
from services.onboarding.deciding import AskCertificate, AskRegisters
from services.onboarding.domain import Document, Party
from services.onboarding.domain.register_entry import RegisterEntry
from services.onboarding.domain.register_watch import RegisterWatch
from services.onboarding.handlers.fresh import kept_fresh
from services.onboarding.offences import must_see_offences
from services.onboarding.registers import FORMATS, Registers, RegisterState
from shared.events.onboarding import RegisterFact
from shared.http import Api, Desk, Done, ServiceDesk

registers_api = Api("onboarding")


class EntryView(BaseModel):
    """What a register said. Not asked and unavailable mean that nothing is known by it.

    `as_of` is when it said the facts, `age_days` how long ago that is.
    """

    register_name: str
    state: RegisterState
    facts: tuple[RegisterFact, ...] = ()
    as_of: datetime | None = None
    age_days: int | None = None
    problem: str = ""


@registers_api.get("/parties/{party_id}/registers", roles=READS)
async def show_registers(party_id: str, desk: Desk) -> list[EntryView]:
    """Every register that there is, asked or not."""
    await desk.get(Party, party_id)
    entries = await desk.find(RegisterEntry, {"party_id": party_id})
    held = {entry.register_name: entry for entry in entries if not entry.about}
    watches = {one.register_name: one for one in await desk.find(RegisterWatch, {})}
    return [_view(name, held.get(name), desk.now, watches.get(name)) for name in FORMATS]


class RegisterView(BaseModel):
    """One register: whether it is on, and until when it is known what has changed in it.

    One without `until` cannot be asked for changes, or was not yet: it is asked about each party.
    """

    name: str
    on: bool
    tells_changes: bool
    until: datetime | None = None
    changes: int = 0
    problem: str = ""


@registers_api.get("/registers", roles=READS)
async def list_registers(desk: Desk) -> list[RegisterView]:
    """Which registers are asked here, and how up to date that keeps us."""
    switched: Registers = desk.adapters["registers"]
    watches = {one.register_name: one for one in await desk.find(RegisterWatch, {})}
    return [_register(name, switched, watches.get(name)) for name in FORMATS]


@registers_api.post("/parties/{party_id}/registers", roles=("officer", "contract_manager"))
async def ask_registers(party_id: str, desk: Desk, anew: bool = False) -> Done:
    """Have the registers asked that are switched on; with `anew` also where the answer is young."""
    return await desk.send(AskRegisters(party_id=party_id, anew=anew))


@registers_api.get("/documents/{document_id}/certificate", roles=READS)
async def show_certificate(document_id: str, desk: Desk) -> EntryView:
    """What EUDAMED says of a document's certificate, and how old that is."""
    document = await desk.get(Document, document_id)
    desk.caller.must_serve(document.buyer_id)
    must_see_offences(document, desk.caller)
    return await certificate_of(document, desk)


@registers_api.post("/documents/{document_id}/certificate", roles=("officer", "contract_manager"))
async def ask_certificate(document_id: str, desk: Desk, anew: bool = False) -> Done:
    """Have EUDAMED asked about a document's certificate; with `anew` also where it was lately."""
    return await desk.send(AskCertificate(document_id=document_id, anew=anew))


async def certificate_of(document: Document, desk: ServiceDesk) -> EntryView:
    """What the register of certificates says of one that a document shows."""
    asked = {"about": document.certificate}
    entries = await desk.find(RegisterEntry, asked) if document.certificate else []
    return _view("eudamed", entries[0] if entries else None, desk.now)


def _register(name: str, switched: Registers, watch: RegisterWatch | None) -> RegisterView:
    view = RegisterView(
        name=name, on=name in switched.on, tells_changes=FORMATS[name].changes is not None
    )
    if watch is None:
        return view
    return view.model_copy(update=watch.model_dump(include={"until", "changes", "problem"}))


def _view(
    name: str, entry: RegisterEntry | None, now: datetime, watch: RegisterWatch | None = None
) -> EntryView:
    """What did not change until a moment is as of that moment."""
    if entry is None:
        return EntryView(register_name=name, state=RegisterState.NOT_ASKED)
    as_of = entry.as_of
    if as_of and watch and kept_fresh(entry, watch, now):
        as_of = max(as_of, watch.until)
    return EntryView(
        register_name=name,
        state=RegisterState(entry.state),
        facts=entry.facts,
        as_of=as_of,
        age_days=(now - as_of).days if as_of else None,
        problem=entry.problem,
    )
