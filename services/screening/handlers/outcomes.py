"""What becomes of cases about tax havens, for the report on the tax-haven-free charter."""

from datetime import datetime

from services.screening.domain.haven import SECTION_134A, TAX_LIST
from services.screening.domain.outcome import HavenCase
from services.screening.handlers.control import know_who_enquires
from services.screening.handlers.routes import router
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    CaseEvent,
    CaseJoined,
    EnquiryAnswered,
    EnquiryOpened,
)
from shared.events.words import CauseKind
from shared.unit import Unit

RULES = (SECTION_134A, TAX_LIST)


@router.on(BreachFlagged)
async def note_case(event: BreachFlagged, unit: Unit) -> None:
    await _join(event, unit)


@router.on(CaseJoined)
async def note_more(event: CaseJoined, unit: Unit) -> None:
    await _join(event, unit)


@router.on(EnquiryOpened)
async def note_question(event: EnquiryOpened, unit: Unit) -> None:
    await know_who_enquires(event, unit)
    if case := await _case(event, unit):
        unit.put(case.model_copy(update={"asked": case.asked or _when(unit)}))


@router.on(EnquiryAnswered)
async def note_answer(event: EnquiryAnswered, unit: Unit) -> None:
    """An answer without words or papers says that none came in time: that is no answer."""
    case = await _case(event, unit)
    if case and (event.answer.strip() or event.document_ids):
        unit.put(case.model_copy(update={"answered": case.answered or _when(unit)}))


@router.on(BreachDismissed)
async def note_dismissal(event: BreachDismissed, unit: Unit) -> None:
    await _close(event, unit)


@router.on(BreachRemedied)
async def note_remedy(event: BreachRemedied, unit: Unit) -> None:
    await _close(event, unit)


async def _close(event: CaseEvent, unit: Unit) -> None:
    if case := await _case(event, unit):
        unit.put(case.model_copy(update={"closed": case.closed or _when(unit)}))


async def _join(event: BreachFlagged | CaseJoined, unit: Unit) -> None:
    if event.cause.kind is not CauseKind.JURISDICTION:
        return
    case = await _case(event, unit)
    if case and event.cause.ref not in case.flag_ids:
        unit.put(case.model_copy(update={"flag_ids": (*case.flag_ids, event.cause.ref)}))


async def _case(event: CaseEvent, unit: Unit) -> HavenCase | None:
    """What is known of a case, if it is one about tax havens."""
    known = await unit.record(HavenCase, event.case_id)
    if known is not None or event.rule not in RULES:
        return known
    case = HavenCase(
        id=event.case_id,
        buyer_id=event.buyer_id,
        party_id=event.party_id,
        contract_id=event.contract_id,
        rule=event.rule,
        found=_when(unit),
    )
    unit.put(case)
    return case


def _when(unit: Unit) -> datetime:
    return unit.message.time or unit.now
