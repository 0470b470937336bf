"""Goods over HTTP: what a contract delivers, and how long the attested stock lasts."""

from datetime import date

from pydantic import BaseModel, Field, StrictFloat

from services.contracts.commands import AttestStock, ListGoods
from services.contracts.domain import MOST_ITEMS, Article, Shelf, Stock
from services.contracts.terms_api import contract_for
from shared.http import Api, Desk, Done

READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
WRITERS = ("contract_manager", "integration")

goods_api = Api("contracts")


class GoodsBody(BaseModel):
    """All goods of a contract; the list replaces the one before."""

    goods: tuple[Article, ...] = Field(max_length=MOST_ITEMS)


class StockBody(BaseModel):
    """How much of an item was there at the end of a day, in units of the item."""

    quantity: StrictFloat = Field(ge=0, allow_inf_nan=False)
    as_of: date
    document_id: str = Field(default="", max_length=200)


class ArticleView(Article):
    """`days_of_stock` counts from the day of the attestation; None: nobody has attested a stock,
    or how much is used a day is not known.
    """

    stock: Stock | None
    days_of_stock: float | None
    short: bool


class GoodsView(BaseModel):
    contract_id: str
    on: date
    goods: tuple[ArticleView, ...]


@goods_api.put("/contracts/{contract_id}/goods", roles=WRITERS, max_body=5_000_000)
async def list_goods(contract_id: str, body: GoodsBody, desk: Desk) -> Done:
    return await desk.send(ListGoods(contract_id=contract_id, goods=body.goods))


@goods_api.get("/contracts/{contract_id}/goods", roles=READERS)
async def show_goods(contract_id: str, desk: Desk, as_of: date | None = None) -> GoodsView:
    """The goods, with the stock as it was attested until a day (today)."""
    contract = await contract_for(contract_id, desk)
    day = as_of or desk.now.date()
    id = Shelf.id_of(contract.id)
    shelves = await desk.find(Shelf, {"contract_id": contract_id}, limit=1)
    shelf = shelves[0] if shelves else Shelf(id=id)
    return GoodsView(
        contract_id=contract_id,
        on=day,
        goods=tuple(
            ArticleView(
                **article.model_dump(),
                stock=shelf.stock_of(article.item, day),
                days_of_stock=shelf.days_of(article, day),
                short=article.item in shelf.short_items,
            )
            for article in shelf.goods
        ),
    )


@goods_api.post("/contracts/{contract_id}/goods/{item}/stock", roles=WRITERS)
async def attest_stock(contract_id: str, item: str, body: StockBody, desk: Desk) -> Done:
    """Attest how much is in stock."""
    return await desk.send(AttestStock(contract_id=contract_id, item=item, **body.model_dump()))
