"""What somebody sends never becomes an operator of a query."""

import re
from typing import Any

import pytest

from shared.access import AccessEntry
from shared.mongo import MongoStore
from shared.testing import MemoryKeyRing, MemoryStore

OPERATORS: tuple[Any, ...] = ({"$gt": ""}, {"$ne": None}, ["a", "b"], re.compile(".*"), {})


@pytest.mark.parametrize("value", OPERATORS, ids=str)
async def test_a_search_takes_values_and_no_operators(value: Any) -> None:
    nowhere = MongoStore("mongodb://127.0.0.1:1/", "probe", MemoryKeyRing())
    for store in (MemoryStore("probe"), nowhere):
        with pytest.raises(ValueError, match="takes one value"):
            await store.search(AccessEntry, {"subject": value}, limit=1)
    nowhere.close()


@pytest.mark.parametrize("field", ["$where", "subject.$ne", "no_index"])
async def test_a_search_takes_indexed_fields_and_no_other_words(field: str) -> None:
    with pytest.raises(ValueError, match="has no index"):
        await MemoryStore("probe").search(AccessEntry, {field: "x"}, limit=1)
