"""What a person has not said is not sealed: there is nothing to open."""

from shared.events.base import Personal, Said
from shared.sealing import names_in, seal
from shared.testing import MemoryKeyRing


class Card(Said):
    party_id: str
    name: Personal[str]
    birth_date: Personal[str] | None = None
    contact: Personal[str] | None = None


async def test_a_value_that_is_missing_or_empty_stays_so() -> None:
    card = Card(party_id="person-1", name="Ajgul", contact="")
    keys = await MemoryKeyRing().keys(names_in(card), create=True)
    sealed = seal(card, keys)
    assert sealed["name"].startswith("sealed:1:personal:person-1:")
    assert (sealed["birth_date"], sealed["contact"]) == (None, "")


async def test_nobody_needs_a_key_where_nothing_is_said() -> None:
    card = Card(party_id="person-1", name="")
    assert names_in(card) == set()
    assert seal(card, {})["name"] == ""
