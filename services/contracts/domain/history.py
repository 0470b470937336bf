"""How things stood: what was told of contracts and parties on any day, each change one record.

Moments are ISO 8601 in UTC with microseconds, so that they sort as text.
"""

from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from services.contracts.domain.standing import Standing
from shared.domain import Record
from shared.events.words import ListRef


def moment(at: datetime) -> str:
    """A moment as a part of a key that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class StatusSaid(Record):
    """One status of a contract: version 0 is what it began with.

    `key`: contract, the moment at which we knew, and version, as two statuses of one moment have
    an order, too. `since`: from when on it is valid.
    """

    indexes: ClassVar[tuple[str, ...]] = ("contract_id",)

    key: str
    contract_id: str
    buyer_id: str
    supplier_ids: tuple[str, ...]
    status_version: int
    since: datetime
    standing: Standing

    @staticmethod
    def key_of(contract_id: str, at: datetime, version: int) -> str:
        return f"{contract_id}|{moment(at)}|{version:08}"


class PartySaid(Record):
    """What the contracts of a buyer said of a party since a moment. `key`: who and moment."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    key: str
    buyer_id: str
    party_id: str
    since: datetime
    contracts: dict[str, Standing] = Field(default_factory=dict)
    standing: Standing

    @staticmethod
    def key_of(standing_id: str, at: datetime) -> str:
        return f"{standing_id}|{moment(at)}"


class ListsSaid(Record):
    """Which lists were in force since a moment."""

    indexes: ClassVar[tuple[str, ...]] = ("since",)

    since: str
    lists: tuple[ListRef, ...]
