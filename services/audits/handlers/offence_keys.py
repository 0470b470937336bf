"""What people wrote in the follow-up of a contract goes when what is kept for it is erased."""

from services.audits.domain import (
    Audit,
    Complaint,
    Dialogue,
    EvidenceRequest,
    Finding,
    MonthPlan,
    Plan,
    YearPlan,
)
from services.audits.domain.years import Line
from services.audits.handlers.door import router
from shared.offence_keys import OffenceKeys
from shared.unit import Unit

TELLING = (Audit, Finding, Dialogue, EvidenceRequest)
"""Actions have the keys of their findings, checklists those of their audits."""


async def _of_contract(contract_id: str, unit: Unit) -> set[str]:
    found = {
        one.offences_of
        for kind in TELLING
        for one in await unit.find(kind, contract_id=contract_id)
    }
    complaints = await unit.find(Complaint, contract_id=contract_id)
    found |= {one.apart.offences_of for one in complaints if one.apart}
    return found | {line.offences_of for line in await _left_out(contract_id, unit)}


async def _left_out(contract_id: str, unit: Unit) -> list[Line]:
    """Its lines in the years of its buyer, of which somebody said why they were changed."""
    plan = await unit.load(Plan, contract_id)
    years = await unit.find(YearPlan, buyer_id=plan.buyer_id) if plan else []
    months = [month for year in years for month in await unit.find(MonthPlan, year_plan_id=year.id)]
    return [line for month in months for line in month.lines if line.contract_id == contract_id]


OffenceKeys(router, _of_contract)
