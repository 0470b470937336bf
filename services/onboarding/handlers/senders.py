"""Whoever sent files is told which of them cannot be used as they are, once and with reasons."""

from datetime import timedelta

from services.onboarding.commands import TellSender
from services.onboarding.domain import Consignment, Document, State
from services.onboarding.reasons import code_of
from shared.unit import Unit

from .receiving import TELL_AFTER
from .router import router

DAY = timedelta(days=1)


@router.on(TellSender)
async def tell_sender(event: TellSender, unit: Unit) -> None:
    """Look how the files of a consignment stand. What is still being read is waited for."""
    consignment = await unit.get(Consignment, event.consignment_id)
    documents = await unit.find(Document, consignment_id=consignment.id)
    if any(document.state is State.RECEIVED for document in documents):
        unit.schedule(f"tell/{consignment.id}", unit.now + TELL_AFTER, event)
        return
    for document in sorted(documents, key=lambda one: one.id):
        if document.state in (State.REVIEW, State.REJECTED):
            reason = code_of("; ".join(document.reasons))
            consignment.question(document.id, document.name, reason)
    if not consignment.waiting:
        return
    others = await unit.find(Consignment, sender_id=consignment.sender_id)
    today = [one for one in others if one.told_at and unit.now - one.told_at < DAY]
    if not consignment.tell(unit.now, len(today)):
        unit.schedule(f"tell/{consignment.id}", unit.now + DAY, event)
    unit.save(consignment)
