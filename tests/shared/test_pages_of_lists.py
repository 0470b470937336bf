"""A page of a long list in a real database: by its marks, in order, either way."""

from collections.abc import AsyncIterator, Iterable
from typing import ClassVar

import pytest

from shared.domain import Record
from shared.mongo import MongoKeyRing, MongoStore
from shared.settings import ServiceSettings
from shared.steps import with_marks
from shared.unit import Unit

BOOKS, AT_ONCE = 200, 50


class Book(Record):
    indexes: ClassVar[tuple[str, ...]] = ("shelves", "rank", "shelves rank")
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    rank: str
    shelves: tuple[str, ...]


@pytest.fixture
async def store(settings: ServiceSettings) -> AsyncIterator[MongoStore]:
    keyring = MongoKeyRing(settings.mongo_url, bytes(32))
    store = MongoStore(settings.mongo_url, "onboarding", keyring)
    await store.prepare((Book,))
    yield store
    store.close()
    keyring.close()


async def _filled(store: MongoStore) -> list[str]:
    """Every second one is on a shelf of its own too."""
    for start in range(0, BOOKS, AT_ONCE):
        unit = Unit(store)
        for number in range(start, start + AT_ONCE):
            id = f"book-{number * 7919 % BOOKS:03d}"
            names = ("all", "odd") if number % 2 else ("all",)
            book = Book(id=id, rank=f"{id[:-1]}/{id}", shelves=with_marks(names, id))
            unit.put(book, new=True)
        await store.commit(unit.work)
    return sorted(f"book-{number:03d}" for number in range(BOOKS))


def _ids(books: Iterable[Book]) -> list[str]:
    return [book.id for book in books]


async def test_pages_of_a_shelf_follow_each_other_either_way_and_hold_its_own_alone(
    store: MongoStore,
) -> None:
    there = await _filled(store)
    for descending in (False, True):
        found: list[str] = []
        after = None
        while books := await store.search(
            Book, {"shelves": "all"}, sort="rank", descending=descending, limit=30, after=after
        ):
            found += _ids(books)
            after = books[-1].rank
        assert found == (there[::-1] if descending else there)
    some = await store.search(Book, {"shelves": "odd"}, sort="rank", limit=500)
    assert len(some) == BOOKS // 2
    assert _ids(some) == sorted(await store.ids(Book, {"shelves": "odd"}, limit=500))
    assert await store.search(Book, {"shelves": "nothing"}, sort="rank", limit=50) == []
