"""Who owns a company, as the last statement says: a node of the ownership graph."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from services.screening.domain.holding import Holding, Interest, gathered, interests_of
from shared.domain import Aggregate
from shared.events.words import Stake


def ownership_id(party_id: str) -> str:
    return f"owners-{party_id}"


class Ownership(Aggregate):
    """The declared interests in one company, and the holdings that follow from them on a day.

    Names of owners are with their own screenings.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "owner_ids")

    party_id: str
    interests: tuple[Interest, ...] = ()
    holdings: tuple[Holding, ...] = ()
    owner_ids: tuple[str, ...] = ()
    document_id: str = ""
    as_of: date | None = None
    declared_by: str = ""

    def declare(
        self,
        stakes: tuple[Stake, ...],
        document_id: str,
        as_of: date | None,
        today: date | None = None,
        declared_by: str = "",
    ) -> bool:
        """A statement replaces the one before, unless that one speaks of a later day."""
        if as_of and self.as_of and as_of < self.as_of:
            return False
        self.interests = interests_of(stakes)
        self.document_id, self.as_of, self.declared_by = document_id, as_of, declared_by
        self.stand_on(today)
        return True

    def stand_on(self, day: date | None) -> None:
        """Interests begin and end on their days."""
        self.holdings = gathered(self.interests, day)
        known = (holding.owner_id for holding in self.holdings if holding.owner_id)
        self.owner_ids = tuple(dict.fromkeys(known))

    def holdings_of_one(self, heads: Mapping[str, str], day: date) -> tuple[Holding, ...]:
        """The holdings where several ids are one owner, each counted under the id of its head."""
        if not any(owner in heads for owner in self.owner_ids):
            return self.holdings
        interests = (
            one.model_copy(update={"owner_id": heads.get(one.owner_id, one.owner_id)})
            if one.owner_id
            else one
            for one in self.interests
        )
        return gathered(tuple(interests), day)

    def next_change(self, today: date) -> date | None:
        """The next day on which an interest begins or ends."""
        days = (day for one in self.interests for day in (one.starts, one.ends) if day)
        return min((day for day in days if day > today), default=None)
