"""What others tell: cases speak for risk, havens have an outcome, stocks a length."""

from services.audits.domain import Plan
from services.audits.domain.heard import HavenCase, Supply
from services.audits.domain.risk import Mark
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of
from services.audits.handlers.risks import note, reweigh
from services.audits.risk_weights import RiskWeights
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    CaseEvent,
    ConsequenceOrdered,
    EnquiryAnswered,
    EnquiryOpened,
)
from shared.events.contracts import GoodsListed, StockAttested, StockFellShort, StockRestored
from shared.unit import Unit

HAVEN_RULES = ("EX-N", "TAX-LIST")


@router.on(BreachFlagged, loads=(Plan, "contract_id"))
async def case_opened(
    event: BreachFlagged, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    plan = await unit.get(Plan, event.contract_id)
    today = day_of(unit.now, plan.country)
    await _step(event, "flagged", unit)
    mark = Mark(code="earlier-case", ref=event.case_id, since=today, detail=event.rule)
    await note(plan, mark, "breach-flagged", unit, policy, weights)


@router.on(BreachDismissed, loads=(Plan, "contract_id"))
async def case_dismissed(
    event: BreachDismissed, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    """A case without consequence speaks for nothing."""
    plan = await unit.get(Plan, event.contract_id)
    await _step(event, "dismissed", unit, way_out=event.way_out)
    if plan.unmark("earlier-case", event.case_id):
        await reweigh(plan, "breach-dismissed", unit, policy, weights)


@router.on(BreachRemedied)
async def case_remedied(event: BreachRemedied, unit: Unit) -> None:
    await _step(event, "remedied", unit)


@router.on(EnquiryOpened)
async def enquiry_opened(event: EnquiryOpened, unit: Unit) -> None:
    await _step(event, "asked", unit)


@router.on(EnquiryAnswered)
async def enquiry_answered(event: EnquiryAnswered, unit: Unit) -> None:
    await _step(event, "answered", unit)


@router.on(ConsequenceOrdered)
async def consequence_ordered(event: ConsequenceOrdered, unit: Unit) -> None:
    await _step(event, str(event.consequence), unit)


async def _step(event: CaseEvent, name: str, unit: Unit, *, way_out: str = "") -> None:
    """What became of a tie to a listed country; other cases are for `breaches` alone."""
    if event.rule not in HAVEN_RULES:
        return
    case = await unit.load(HavenCase, event.case_id) or HavenCase(
        id=event.case_id,
        contract_id=event.contract_id,
        buyer_id=event.buyer_id,
        party_id=event.party_id,
        rule=event.rule,
        since=day_of(unit.now, "DK"),
    )
    case.step(name)
    case.way_out = way_out or case.way_out
    unit.save(case)


# ---------------------------------------------------------------- stocks of critical goods


@router.on(GoodsListed, loads=(Plan, "contract_id"))
async def list_goods(event: GoodsListed, unit: Unit, policy: Policy, weights: RiskWeights) -> None:
    plan = await unit.get(Plan, event.contract_id)
    critical = [good for good in event.goods if good.critical or good.sole_source]
    for good in (one for one in critical if one.critical):
        supply = await _supply(event.contract_id, event.buyer_id, good.item, unit)
        supply.title, supply.as_of = good.title, good.stock_as_of or supply.as_of
        if good.days_of_stock is not None:
            supply.days = int(good.days_of_stock)
        unit.save(supply)
    plan.unmark("critical-goods", "goods")
    if critical:
        today = day_of(unit.now, plan.country)
        said = ", ".join(sorted(good.item for good in critical)[:3])
        plan.mark(Mark(code="critical-goods", ref="goods", since=today, detail=said))
    await reweigh(plan, "goods-listed", unit, policy, weights)


@router.on(StockAttested)
async def attest(event: StockAttested, unit: Unit) -> None:
    supply = await _supply(event.contract_id, event.buyer_id, event.item, unit)
    supply.quantity, supply.as_of, supply.by = event.quantity, event.as_of, event.by
    supply.document_id = event.document_id
    unit.save(supply)


@router.on(StockFellShort, loads=(Plan, "contract_id"))
async def fall_short(
    event: StockFellShort, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    plan = await unit.get(Plan, event.contract_id)
    today = day_of(unit.now, plan.country)
    supply = await _supply(event.contract_id, event.buyer_id, event.item, unit)
    supply.days, supply.required_days = event.days_of_stock, event.required_days
    supply.short, supply.short_since = True, supply.short_since or today
    unit.save(supply)
    mark = Mark(code="stock-short", ref=event.item, since=today, detail=event.item)
    await note(plan, mark, "stock-fell-short", unit, policy, weights)


@router.on(StockRestored, loads=(Plan, "contract_id"))
async def restore(event: StockRestored, unit: Unit, policy: Policy, weights: RiskWeights) -> None:
    plan = await unit.get(Plan, event.contract_id)
    supply = await _supply(event.contract_id, event.buyer_id, event.item, unit)
    supply.days, supply.short, supply.short_since = event.days_of_stock, False, None
    unit.save(supply)
    if plan.unmark("stock-short", event.item):
        await reweigh(plan, "stock-restored", unit, policy, weights)


async def _supply(contract_id: str, buyer_id: str, item: str, unit: Unit) -> Supply:
    id = f"{contract_id}/{item}"
    return await unit.load(Supply, id) or Supply(
        id=id, contract_id=contract_id, buyer_id=buyer_id, item=item
    )
