"""What was found of a party, kept because no contract need know it yet."""

from typing import ClassVar

from shared.domain import Aggregate
from shared.events.words import Cause, Status


class Found(Aggregate):
    """One thing that others found of a party: a listed one, an owner, a seat.

    Without a `buyer_id` it was found for every buyer. `question`: the facts do not say enough for
    more than a question. `gone` says why it no longer speaks against the party.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: str
    buyer_id: str = ""
    cause: Cause
    status: Status = Status.REVIEW
    question: bool = False
    gone: str = ""

    @staticmethod
    def id_of(ref: str, buyer_id: str = "") -> str:
        """Verdicts on a hit are of a buyer; a flag or a conclusion has an id of its own."""
        return f"{ref}/{buyer_id}" if buyer_id else ref

    def counts_for(self, buyer_id: str) -> bool:
        return not self.gone and self.buyer_id in ("", buyer_id)
