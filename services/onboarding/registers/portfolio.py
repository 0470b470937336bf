"""The parties that are held here, by the numbers by which a register knows them."""

from typing import Protocol

from services.onboarding.domain.register_entry import RegisterEntry
from shared.store import Store


class Portfolio(Protocol):
    async def numbers(self, register: str, after: str, limit: int) -> list[tuple[str, str]]:
        """Party id and number of those that the register was asked about, in the order of their
        ids, after one id.
        """


class StoredPortfolio:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def numbers(self, register: str, after: str, limit: int) -> list[tuple[str, str]]:
        entries = await self._store.search(
            RegisterEntry,
            {"register_name": register, "about": ""},
            sort="party_id",
            after=after or None,
            limit=limit,
        )
        return [(one.party_id, one.known_by) for one in entries]
