"""Who owns a company, as the last statement says: a node of the ownership graph."""

from datetime import date
from typing import ClassVar

from services.screening.domain.holding import Holding, holdings_of
from shared.domain import Aggregate
from shared.events.words import Stake


def ownership_id(party_id: str) -> str:
    return f"owners-{party_id}"


class Ownership(Aggregate):
    """The declared holdings in one company. Names of owners are with their own screenings."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "owner_ids")

    party_id: str
    holdings: tuple[Holding, ...] = ()
    owner_ids: tuple[str, ...] = ()
    document_id: str = ""
    as_of: date | None = None

    def declare(self, stakes: tuple[Stake, ...], document_id: str, as_of: date | None) -> None:
        """A statement replaces the one before."""
        self.holdings = holdings_of(stakes)
        known = (holding.owner_id for holding in self.holdings if holding.owner_id)
        self.owner_ids = tuple(dict.fromkeys(known))
        self.document_id, self.as_of = document_id, as_of
