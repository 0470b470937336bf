"""Every fact is heard: needs ring people, what settles them ends that, some become letters."""

from collections.abc import Mapping

from services.notifications.domain import Contract, Procedures
from services.notifications.handlers.calls import ring, settle
from services.notifications.handlers.letters import (
    PROCEDURES,
    keep_applicant,
    keep_contact,
    letter_was_handed_over,
    tell_sender,
    write_letter,
)
from services.notifications.handlers.records import keep_paper, record
from services.notifications.handlers.routes import router
from services.notifications.post import Post
from services.notifications.records import Records
from services.notifications.rules import Rules
from shared.events.base import Event
from shared.events.breaches import (
    InsightContactGiven,
    InsightLetterDelivered,
    InsightLetterIssued,
)
from shared.events.contracts import ContractAmended, ContractSigned, ProcedureOpened
from shared.events.onboarding import (
    DocumentReceived,
    FilesQuestioned,
    PartyChanged,
    PartyRegistered,
)
from shared.unit import Unit


@router.every()
async def hear(
    event: Event, unit: Unit, rules: Rules, posts: Mapping[str, Post], records: Records | None
) -> None:
    for need_id in event.settles:
        await settle(need_id, unit)
    if isinstance(event, PartyRegistered | PartyChanged):
        await keep_contact(event.party, unit)
    if isinstance(event, InsightLetterIssued | InsightContactGiven):
        await keep_applicant(event, unit, posts)
    if isinstance(event, InsightLetterDelivered) and event.by:
        await letter_was_handed_over(event, unit)
    if isinstance(event, ContractSigned | ContractAmended):
        contract = await unit.load(Contract, event.contract_id) or Contract(id=event.contract_id)
        contract.title = event.title
        contract.category = str(getattr(event, "category", "")) or contract.category
        unit.save(contract)
    if isinstance(event, ProcedureOpened):
        known = await unit.load(Procedures, PROCEDURES) or Procedures(id=PROCEDURES)
        known.ids = tuple(dict.fromkeys((*known.ids, event.procedure_id)))
        unit.save(known)
        procedure = await unit.load(Contract, event.procedure_id)
        procedure = procedure or Contract(id=event.procedure_id)
        procedure.title = event.title or event.reference
        unit.save(procedure)
    if isinstance(event, DocumentReceived):
        await keep_paper(event, unit)
    if records is not None:
        await record(event, unit, rules)
    if event.need is not None:
        await ring(event, event.need, unit, rules)
    if isinstance(event, FilesQuestioned):
        await tell_sender(event, unit)
    if letter := rules.letter_of(event):
        await write_letter(event, letter, unit, rules, posts)
