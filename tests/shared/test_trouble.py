"""Messages that mean trouble for whoever reads or keeps them."""

import base64
from typing import cast

from shared.domain import Unknown
from shared.envelope import Errand, Message
from shared.events.base import Effect, Internal
from shared.events.onboarding import PartyRegistered
from shared.events.words import PartyDescription
from shared.journal import body_of
from shared.mongo import MongoStore
from shared.router import Router, name_of
from shared.standing import Errands
from shared.testing import World
from shared.unit import Unit


class Look(Effect):
    id: str


class Seen(Internal):
    id: str


async def test_a_text_that_only_looks_sealed_is_set_aside() -> None:
    """A supplier chooses its company's name, and knows the hash of its own file."""
    router = Router("probe")

    @router.on(PartyRegistered)
    async def hear(event: PartyRegistered, unit: Unit) -> None:
        raise AssertionError("nobody can read this")

    world = World(router)
    await world.store.keyring.keys([("file", "abab")], create=True)
    forged = "sealed:1:file:abab:" + base64.b64encode(b"x" * 40).decode()
    fact = PartyRegistered(party=PartyDescription(party_id="dk-cvr-1", name=forged))
    await world.bus.handle([Message(id="m/1", type=name_of(type(fact)), body=body_of(fact, {}))])
    assert world.rejected == ["a sealed value of abab does not open with its key"]


async def test_what_came_of_an_effect_is_kept_whole_where_it_must_wait() -> None:
    router = Router("probe")

    @router.does(Look)
    async def look(effect: Look) -> Seen:
        return Seen(id=effect.id)

    @router.on(Seen)
    async def seen(outcome: Seen, unit: Unit) -> None:
        raise Unknown("count", outcome.id)

    world = World(router)
    errands = Errands(world.bus, world.router, cast(MongoStore, world.store), "test", hands=1)
    await errands._do(Errand("look/a", "Look", b'{"id": "a"}', "story", "m/1"))
    (held,) = world.parked
    assert Seen.model_validate_json(held.message.body) == Seen(id="a")
