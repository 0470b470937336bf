"""A list of a long collection, read by its marks (`shared.steps`)."""

from typing import Any


class Ordered:
    """The lists of one field, read between two places in their order."""

    def __init__(self, collection: Any, field: str, sort: str, descending: bool) -> None:
        self._collection, self._field = collection, field
        self._sort, self._descending = sort, descending

    async def read(
        self, name: str, after: str | None, until: str | None, limit: int, *only: str
    ) -> list[dict[str, Any]]:
        begins, ends = ("$lt", "$gte") if self._descending else ("$gt", "$lte")
        between = {op: place for op, place in ((begins, after), (ends, until)) if place is not None}
        query = {self._field: name} | ({self._sort: between} if between else {})
        cursor = self._collection.find(query, only or None)
        found = cursor.sort(self._sort, -1 if self._descending else 1).limit(limit)
        return list(await found.to_list(limit))

    async def places(
        self, name: str, after: str | None, until: str | None, limit: int
    ) -> list[str]:
        there = await self.read(name, after, until, limit, self._sort)
        return [document[self._sort] for document in there]
