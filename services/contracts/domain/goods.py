"""What a contract delivers: items, who makes them, what they are certified by, how long they last.

A device's Basic UDI-DI names its model, over all packages and sizes (regulation (EU) 2017/745,
Art 29 and annex VI part C).
"""

from datetime import date, datetime, timedelta
from typing import ClassVar

from pydantic import Field, field_validator

from shared.domain import Aggregate, Rejected
from shared.events.base import Need, Said
from shared.events.contracts import GoodsListed, StockAttested, StockFellShort, StockRestored
from shared.events.words import Good, Share

MOST_ITEMS = 2_000

CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 encodable character set 82, in the order of its values."""

CHECK_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PRIMES = (
    *(2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37),
    *(41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83),
)
"""GS1 General Specifications 7.9.5, check character pair of the Global Model Number."""


def check_pair(model: str) -> str:
    """The two check characters of a GS1 Global Model Number, without them."""
    weighted = zip(reversed(model), PRIMES, strict=False)
    total = sum(CHARACTERS.index(sign) * prime for sign, prime in weighted) % 1021
    return CHECK_CHARACTERS[total // 32] + CHECK_CHARACTERS[total % 32]


class Certificate(Said):
    """`scheme` is a word such as `ce`, `mdr` or `ivdr`; `body` the number of the notified body."""

    scheme: str
    number: str = ""
    body: str = ""
    valid_until: date | None = None
    document_id: str = ""


class Guarantee(Said):
    """The buyer has promised to take `quantity` within a period: ending it early costs it."""

    quantity: float = Field(gt=0)
    starts: date
    ends: date
    supplier_id: str = ""


class Environment(Said):
    """What is known of an item's footprint; `co2_kg` is per unit of the item."""

    co2_kg: float | None = Field(default=None, ge=0)
    label: str = ""
    single_use: bool | None = None
    plastic_packaging_kg: float | None = Field(default=None, ge=0)
    hazardous: tuple[str, ...] = ()


class Article(Said):
    """One item of a contract, by the buyer's or supplier's number of it.

    `manufacturer_id` is a party's id and `origin` the country of origin (ISO 3166 alpha-2);
    `alternatives` are items, of this or other contracts, that can be used instead.
    `required_days`: how long the stock shall last, where the contract says so.
    """

    item: str = Field(min_length=1, max_length=100)
    title: str = Field(default="", max_length=500)
    basic_udi_di: str = ""
    manufacturer: str = ""
    manufacturer_id: str | None = None
    origin: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    share: Share | None = None
    certificates: tuple[Certificate, ...] = ()
    critical: bool = False
    sole_source: bool | None = None
    alternatives: tuple[str, ...] = ()
    consumption_per_day: float | None = Field(default=None, gt=0)
    required_days: int | None = Field(default=None, ge=0, le=3_650)
    guarantees: tuple[Guarantee, ...] = ()
    environment: Environment | None = None

    @field_validator("basic_udi_di")
    @classmethod
    def _right(cls, code: str) -> str:
        """At most 25 characters; those of GS1 begin with a company's number and check."""
        if not code:
            return code
        if len(code) > 25 or any(sign not in CHARACTERS for sign in code):
            raise ValueError("a Basic UDI-DI has at most 25 characters of the GS1 set 82")
        if code[:6].isdigit() and check_pair(code[:-2]) != code[-2:]:
            raise ValueError(f"its last two characters must be {check_pair(code[:-2])}")
        return code

    @property
    def is_sole_source(self) -> bool:
        return not self.alternatives if self.sole_source is None else self.sole_source


class Stock(Said):
    """Somebody attested how much was there on a day."""

    item: str
    quantity: float
    as_of: date
    by: str
    at: datetime
    document_id: str = ""


class Shortage(Said):
    """A critical item was announced not to last; `need_id` is what waits for a person."""

    item: str
    need_id: str


class Shelf(Aggregate):
    """The goods of one contract, and their attested stock.

    `short` are the critical items whose stock was announced not to last; `calls` counts how often,
    so that each shortage has its own need.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id")

    contract_id: str = ""
    buyer_id: str = ""
    goods: tuple[Article, ...] = ()
    stocks: tuple[Stock, ...] = ()
    short: tuple[Shortage, ...] = ()
    calls: int = 0

    @staticmethod
    def id_of(contract_id: str) -> str:
        return f"goods-{contract_id}"

    @property
    def short_items(self) -> tuple[str, ...]:
        return tuple(one.item for one in self.short)

    def list_goods(self, goods: tuple[Article, ...]) -> bool:
        """All goods of the contract, whole. Says nothing where they are what they were."""
        items = [one.item for one in goods]
        for number, item in enumerate(items):
            if item in items[:number]:
                raise Rejected(f"item {item} is there twice", field=f"goods.{number}.item")
        if goods == self.goods:
            return False
        self.goods = goods
        return True

    def attest(self, stock: Stock, today: date) -> None:
        """Somebody says how much is there. An older day than the newest one says nothing new."""
        if all(one.item != stock.item for one in self.goods):
            raise Rejected(f"the contract has no item {stock.item}", field="item")
        if stock.as_of > today:
            raise Rejected(f"{stock.as_of} is not over yet", field="as_of")
        held = self.stock_of(stock.item)
        if held is not None and held.as_of > stock.as_of:
            raise Rejected(f"a newer stock, of {held.as_of}, is attested already", field="as_of")
        self.stocks = (*self.stocks, stock)
        self.announce(
            StockAttested(
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                item=stock.item,
                quantity=stock.quantity,
                as_of=stock.as_of,
                by=stock.by,
                document_id=stock.document_id,
            )
        )

    def stock_of(self, item: str, day: date = date.max) -> Stock | None:
        """The newest attestation of an item until a day."""
        held = [one for one in reversed(self.stocks) if one.item == item and one.as_of <= day]
        return max(held, key=lambda one: (one.as_of, one.at), default=None)

    def days_of(self, article: Article, day: date = date.max) -> float | None:
        """How long the attested stock lasts from its day on; None where either is unknown."""
        stock = self.stock_of(article.item, day)
        if stock is None or article.consumption_per_day is None:
            return None
        return stock.quantity / article.consumption_per_day

    def tell(self) -> None:
        """Announce the goods as the rest of the system knows them."""
        self.announce(
            GoodsListed(
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                goods=tuple(self._good(article) for article in self.goods),
            )
        )

    def watch(self, required: int, valid_days: int, today: date, due: datetime) -> None:
        """Announce critical goods whose stock does not last, or lasts again.

        An attestation that is older than `valid_days` proves nothing any more.
        """
        for article in self.goods:
            wanted = article.required_days if article.required_days is not None else required
            stock, days = self.stock_of(article.item), self.days_of(article)
            stale = stock is None or today - stock.as_of > timedelta(days=valid_days)
            known = None if stale or days is None else int(days)
            lasts = not article.critical or (known is not None and known >= wanted)
            if not lasts and article.item not in self.short_items:
                self._fell_short(article.item, known, wanted, due)
            elif lasts and article.item in self.short_items:
                self._restored(article.item, known)
        gone = set(self.short_items) - {one.item for one in self.goods}
        for item in sorted(gone):
            self._restored(item, None)

    def _fell_short(self, item: str, days: int | None, wanted: int, due: datetime) -> None:
        self.calls += 1
        need_id = f"restock/{self.contract_id}/{item}/{self.calls}"
        self.short = (*self.short, Shortage(item=item, need_id=need_id))
        self.announce(
            StockFellShort(
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                item=item,
                days_of_stock=days,
                required_days=wanted,
                need=Need(
                    id=need_id,
                    kind="restock",
                    role="contract_manager",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.contract_id,
                ),
            )
        )

    def _restored(self, item: str, days: int | None) -> None:
        settles = tuple(one.need_id for one in self.short if one.item == item)
        self.short = tuple(one for one in self.short if one.item != item)
        self.announce(
            StockRestored(
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                item=item,
                days_of_stock=days,
                settles=settles,
            )
        )

    def _good(self, article: Article) -> Good:
        stock = self.stock_of(article.item)
        return Good(
            item=article.item,
            title=article.title,
            made_by=article.manufacturer_id,
            origin=article.origin,
            share=article.share,
            critical=article.critical,
            sole_source=article.is_sole_source,
            days_of_stock=self.days_of(article),
            stock_as_of=stock.as_of if stock else None,
        )
