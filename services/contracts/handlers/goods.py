"""Goods and their stock: listed, attested, and watched as days pass."""

from datetime import timedelta

from services.contracts.commands import AttestStock, ListGoods, StockGrowsOld
from services.contracts.domain import Shelf, Stock
from services.contracts.handlers.concerns import known
from services.contracts.handlers.door import router
from services.contracts.supply import Supply
from shared.calendar import Country, add_working_days
from shared.unit import Unit


@router.on(ListGoods)
async def list_goods(command: ListGoods, unit: Unit, supply: Supply) -> dict[str, object]:
    shelf = await _shelf(command.contract_id, unit)
    changed = shelf.list_goods(command.goods)
    if changed:
        await _tell(shelf, unit, supply)
    return {"contract_id": command.contract_id, "goods": len(shelf.goods), "changed": changed}


@router.on(AttestStock)
async def attest(command: AttestStock, unit: Unit, supply: Supply) -> dict[str, object]:
    """What is attested counts until it is too old; then the stock is unknown again."""
    assert unit.caller is not None
    shelf = await _shelf(command.contract_id, unit)
    stock = Stock(
        item=command.item,
        quantity=command.quantity,
        as_of=command.as_of,
        by=unit.caller.subject,
        at=unit.now,
        document_id=command.document_id,
    )
    shelf.attest(stock, unit.now.date())
    await _tell(shelf, unit, supply)
    old = unit.now + timedelta(days=supply.attestation_days + 1)
    reminder = StockGrowsOld(contract_id=command.contract_id)
    unit.schedule(f"stock-grows-old/{command.contract_id}", old, reminder)
    return {"item": command.item, "short": command.item in shelf.short_items}


@router.on(StockGrowsOld)
async def grow_old(moment: StockGrowsOld, unit: Unit, supply: Supply) -> None:
    shelf = await unit.get(Shelf, Shelf.id_of(moment.contract_id))
    await _tell(shelf, unit, supply)


async def _shelf(contract_id: str, unit: Unit) -> Shelf:
    contract = await known(unit, contract_id)
    assert unit.caller is not None
    unit.caller.must_serve(contract.buyer_id)
    id = Shelf.id_of(contract_id)
    shelf = await unit.load(Shelf, id) or Shelf(id=id, contract_id=contract_id)
    shelf.buyer_id = contract.buyer_id
    return shelf


async def _tell(shelf: Shelf, unit: Unit, supply: Supply) -> None:
    contract = await known(unit, shelf.contract_id)
    country: Country = "SE" if contract.country == "SE" else "DK"
    due = add_working_days(unit.now, supply.restock_working_days, country)
    shelf.tell()
    shelf.watch(supply.critical_days, supply.attestation_days, unit.now.date(), due)
    unit.save(shelf)
