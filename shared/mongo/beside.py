"""Collections that are filled beside those that serve."""

from typing import Any

BESIDE = "beside "
"""How collections are called that are filled beside those that serve: `ansvar console rebuild`."""

RENAMING = 120.0
"""Seconds for one collection: the embedded database takes half a second to eight for one with seven
indexes (each is a file of its own), which is longer than any other question may take."""


class Beside:
    """A database in which all collections have another name: one that is filled beside it."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def __getitem__(self, name: str) -> Any:
        return self._db[BESIDE + name]

    def __getattr__(self, name: str) -> Any:
        return self._db[BESIDE + name]

    async def list_collection_names(self) -> list[str]:
        names = await self._db.list_collection_names()
        return [name.removeprefix(BESIDE) for name in names if name.startswith(BESIDE)]

    async def create_collection(self, name: str) -> None:
        await self._db.create_collection(BESIDE + name)
