"""Keys of persons in a real database: a new master key, a person's end, and a hold."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from shared.mongo import MongoKeyRing, connect
from shared.sealing import HeldBack, KeyName
from shared.settings import ServiceSettings

OLD, NEW, STRANGE = bytes(32), b"n" * 32, b"s" * 32
PERSONS: list[KeyName] = [("personal", f"person-{n}") for n in range(5)]
GONE: KeyName = ("criminal", "person-gone")


@pytest.fixture
async def url(settings: ServiceSettings) -> AsyncIterator[str]:
    yield settings.mongo_url
    client = connect(settings.mongo_url)
    await client.drop_database("ansvar_keys_test")
    client.close()


def ring(url: str, master: bytes, *before: bytes) -> MongoKeyRing:
    return MongoKeyRing(url, master, "ansvar_keys_test", before)


async def test_a_new_master_key_takes_over_and_the_old_one_is_needed_no_more(url: str) -> None:
    old = ring(url, OLD)
    keys = dict(await old.keys([*PERSONS, GONE], create=True))
    await old.destroy("person-gone")
    both = ring(url, NEW, OLD)
    assert await both.keys(PERSONS, create=False) == {one: keys[one] for one in PERSONS}
    later: KeyName = ("personal", "person-later")
    await both.keys([later], create=True)
    assert await both.rewrap() == len(PERSONS)
    assert await both.rewrap() == 0, "once"
    alone = ring(url, NEW)
    assert await alone.keys(PERSONS, create=False) == {one: keys[one] for one in PERSONS}
    assert (await alone.keys([GONE], create=True))[GONE] is None, "who is erased stays erased"
    with pytest.raises(ValueError, match="ANSVAR_MASTER_KEY_BEFORE"):
        await ring(url, OLD).keys(PERSONS, create=False)


async def test_a_key_that_no_master_opens_stops_the_rotation_and_harms_nothing(url: str) -> None:
    await ring(url, STRANGE).keys(PERSONS[:1], create=True)
    with pytest.raises(ValueError, match="was wrapped with a master key that is not known"):
        await ring(url, NEW, OLD).rewrap()
    assert len(await ring(url, STRANGE).keys(PERSONS[:1], create=False)) == 1


async def test_who_is_held_is_not_erased(url: str) -> None:
    keys = ring(url, OLD)
    await keys.keys(PERSONS, create=True)
    await keys.hold("person-1", "a case is in court")
    with pytest.raises(HeldBack, match="a case is in court"):
        await keys.destroy("person-1")
    await keys.release("person-1")
    await keys.destroy("person-1")
    assert (await keys.keys(PERSONS, create=False))["personal", "person-1"] is None


def test_earlier_master_keys_come_from_the_settings_and_a_wrong_one_is_said() -> None:
    good = ServiceSettings(master_key_before=SecretStr(f"{OLD.hex()}, {NEW.hex()}"))
    assert good.masters_before() == (OLD, NEW)
    assert ServiceSettings().masters_before() == ()
    with pytest.raises(ValueError, match="ANSVAR_MASTER_KEY_BEFORE"):
        ServiceSettings(master_key_before=SecretStr("abc")).masters_before()
