"""The facts about one party that can touch a contract, each as it was last told."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel

from shared.events.base import Criminal
from shared.events.offences import told_of

Buyers = tuple[str, ...]
"""Who has a contract now, and from whom it took it over, the last one first (ADR-0033)."""


class Hit(BaseModel, frozen=True):
    """A listed entry that resembles the party, and each buyer's verdict: True is confirmed.

    `entry` is the source and the id of the entry in it: `eu/90301`.
    """

    hit_id: str
    entry: str = ""
    raised: bool = False
    advisory: bool = False
    ended: str = ""
    verdicts: tuple[tuple[str, bool], ...] = ()

    def verdict(self, buyers: Buyers) -> bool | None:
        """What the buyer found, or who had the contract before it, as long as it found nothing."""
        said = dict(self.verdicts)
        return next((said[buyer_id] for buyer_id in buyers if buyer_id in said), None)

    def counts_for(self, buyers: Buyers) -> bool:
        """Whether a buyer must still reckon with it."""
        return not self.ended and self.verdict(buyers) is not False

    def judged(self, buyer_id: str, verdict: bool | None) -> "Hit":
        verdicts = {**dict(self.verdicts), buyer_id: verdict}
        kept = tuple((buyer, v) for buyer, v in sorted(verdicts.items()) if v is not None)
        return self.model_copy(update={"verdicts": kept})


class Flag(BaseModel, frozen=True):
    """What listed owners mean for a company, for one buyer: `owned`, `not_owned`, `unknown`."""

    flag_id: str
    buyer_id: str
    rule: str
    verdict: str
    owner_ids: tuple[str, ...]
    hit_ids: tuple[str, ...]
    path: tuple[str, ...]
    reason: str


class Conclusion(BaseModel, frozen=True):
    """What a rule about owners says of a company, whichever buyer asks.

    `verdict` is `yes`, `no`, `unknown` or `review` (a person must say what the facts mean).
    """

    conclusion_id: str
    rule: str
    verdict: str
    owner_ids: tuple[str, ...]
    reason: str


class Seat(BaseModel, frozen=True):
    """A tie of the party leads to a country on a dated list, until it has `ended`."""

    flag_id: str
    rule: str
    detail: str
    ended: str = ""


class Claim(BaseModel, frozen=True):
    """Evidence says something else than the party said of itself to one buyer."""

    subject_field: ClassVar[str] = "offences_of"

    claim_id: str
    buyer_id: str
    ground: str
    found: Criminal[str]
    document_id: str

    @property
    def offences_of(self) -> str:
        """Whose key seals its words; nothing where no offence is spoken of (ADR 77)."""
        return told_of(self.claim_id, self.ground)


class Owner(BaseModel, frozen=True):
    """One stake in the party: an owner without id is an owner who was not named."""

    party_id: str | None
    minimum: float
    maximum: float
    reason_unknown: str = ""


class Qualification(BaseModel, frozen=True):
    """Whether the party has shown a buyer what its role on a contract asks for."""

    contract_id: str
    role: str
    lost: str = ""


class Paper(BaseModel, frozen=True):
    """A verified document that one buyer holds of the party, and its last day."""

    buyer_id: str
    kind: str
    document_id: str
    valid_until: date | None = None
