"""What audits keep of what other services say: stocks of critical goods, and tax-haven cases."""

from datetime import date
from typing import ClassVar

from shared.domain import Aggregate


class Supply(Aggregate):
    """The stock of one critical item of a contract, as `contracts` tells it.

    `days` is what it lasts, in whole days; None: nobody has attested a stock.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id")

    contract_id: str = ""
    buyer_id: str = ""
    item: str = ""
    title: str = ""
    quantity: float | None = None
    as_of: date | None = None
    by: str = ""
    document_id: str = ""
    days: int | None = None
    required_days: int | None = None
    short: bool = False
    short_since: date | None = None


class HavenCase(Aggregate):
    """A tie to a listed country and what came of it: the measurable outcome of the charter.

    `steps` in their order: `flagged`, `asked`, `answered`, a consequence, `remedied`, `dismissed`.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    contract_id: str = ""
    buyer_id: str = ""
    party_id: str = ""
    rule: str = ""
    since: date | None = None
    steps: tuple[str, ...] = ()
    way_out: str = ""

    def step(self, name: str) -> None:
        if name not in self.steps:
            self.steps = (*self.steps, name)
