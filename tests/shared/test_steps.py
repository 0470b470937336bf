"""A page of a long list is read without the list: by marks that stand along it."""

import random
from collections import Counter
from typing import Any

from shared.steps import APART, LEVELS, by_steps, marked, with_marks


class Shelf:
    """A list in memory that counts the documents which its readers had to look at."""

    def __init__(self, length: int, *, marks: bool = True) -> None:
        self.looked_at = 0
        self._on: dict[str, list[str]] = {}
        numbers = random.Random(length).sample(range(10_000_000), length)
        for place in sorted(f"{number:08d}" for number in numbers):
            for name in with_marks(["all"], place) if marks else ("all",):
                self._on.setdefault(name, []).append(place)

    @property
    def places(self) -> list[str]:
        return self._on["all"]

    async def between(
        self, name: str, after: str | None, until: str | None, limit: int
    ) -> list[str]:
        found = [
            one
            for one in self._on.get(name, ())
            if (after is None or one > after) and (until is None or one <= until)
        ]
        self.looked_at += len(found)
        return found[:limit]

    async def read(
        self, name: str, after: str | None, until: str | None, limit: int
    ) -> list[dict[str, Any]]:
        return [{"_id": one} for one in await self.between(name, after, until, limit)]

    async def page(self, limit: int, after: str | None) -> list[str]:
        read = await by_steps(self.read, self.between, "all", limit, after)
        return [one["_id"] for one in read]


async def test_pages_follow_each_other_and_leave_nothing_out() -> None:
    for length in (0, 1, 49, 50, 51, 700, 5_000):
        shelf, after, seen = Shelf(length) if length else Shelf(1), None, list[str]()
        while page := await shelf.page(50, after):
            seen += page
            after = page[-1]
        assert seen == shelf.places


async def test_a_page_costs_hardly_more_in_a_list_a_hundred_times_as_long() -> None:
    for length in (2_000, 200_000):
        shelf = Shelf(length)
        starts = [None, *random.Random(1).sample(shelf.places, 20)]
        for after in starts:
            await shelf.page(51, after)
        assert shelf.looked_at / len(starts) < 600, length


async def test_what_was_written_without_marks_is_found_too() -> None:
    shelf = Shelf(1_000, marks=False)
    assert await shelf.page(50, shelf.places[500]) == shelf.places[501:551]


async def test_one_in_so_many_is_a_mark_and_stays_one() -> None:
    names: Counter[str] = Counter()
    for number in range(40_000):
        id = f"dk-cvr-{30_000_000 + number * 7}"
        assert with_marks(["all"], id) == with_marks(["all"], id)
        names.update(with_marks(["all"], id))
    assert names["all"] == 40_000
    for level in range(1, LEVELS):
        expected = 40_000 / APART**level
        assert expected / 2 < names[marked("all", level)] < expected * 2
