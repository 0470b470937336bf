"""The letter that asks a supplier who works for it, and its page before the real service."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from services.console.courier import Courier
from services.console.handlers import router
from services.notifications.messages import SendMail
from shared.events.onboarding import PartyRegistered
from shared.events.subcontractors import ChainUpdateRequested
from shared.events.words import PartyDescription
from shared.testing import World
from tests.console.desk import HEARS, Console, words_of
from tests.notifications.test_handlers import started
from tests.serving import Standing
from tests.subcontractors.test_api import LINKS, served
from tests.subcontractors.test_replacement import demanded
from tests.subcontractors.told import CONTRACT, HANSEN, NORDLYS, ORESUND

SUPPLIER = PartyDescription(
    party_id=NORDLYS, name="Nordlys Rengøring A/S", country="DK", contact="post@nordlys.example"
)
ASKING = {"supplier_id": NORDLYS, "reason": "the yearly round"}


class Both:
    """Subcontractors, and the console that passes a supplier's answer on to it."""

    def __init__(self, subcontractors: Standing, folder: Path) -> None:
        self.subcontractors = subcontractors
        self.console = Console(World(router, adapters=HEARS), folder)
        services = Starlette(routes=[Mount("/api/subcontractors", subcontractors.app())])
        courier = Courier("http://services.test", httpx.ASGITransport(app=services))
        self.console.adapters = {**self.console.adapters, "courier": courier, "links": LINKS}

    async def ask(self) -> ChainUpdateRequested:
        async with self.subcontractors.client() as officer:
            path = f"/contracts/{CONTRACT}/chain/links"
            assert (await officer.post(path, json=ASKING)).status_code == 200
        announced = self.subcontractors.world.announced
        return [one for one in announced if isinstance(one, ChainUpdateRequested)][-1]


async def page_in(asked: ChainUpdateRequested) -> str:
    """The address in the letter that notifications send."""
    world = await started()
    await world.tell(PartyRegistered(party=SUPPLIER), asked)
    (letter,) = world.effects
    assert isinstance(letter, SendMail)
    assert (letter.to, letter.words) == (SUPPLIER.contact, "letter.chain")
    assert letter.link_expires is not None
    return f"/l/{LINKS.token(letter.link_id, letter.link_scope, letter.link_expires)}"


@pytest.fixture
async def both(tmp_path: Path) -> Both:
    return Both(served(await demanded(), tmp_path), tmp_path)


async def test_a_supplier_follows_its_letter_and_names_who_works_for_it(both: Both) -> None:
    visitor = both.console.visitor(None)
    page = await page_in(await both.ask())
    seen = await visitor.text(page)
    assert "Who works for you?" in seen
    assert HANSEN in seen
    answer = await visitor.post(
        page,
        name="Øresund Service",
        scheme="dk-cvr",
        number="95718426",
        parent=f"{HANSEN}|2",
        share="2,5",
        service="windows",
    )
    assert answer.status_code == 200, words_of(answer.text)
    assert "It has arrived." in words_of(answer.text)
    assert "Øresund Service" in words_of(answer.text)
    async with both.subcontractors.client() as officer:
        shown = (await officer.get(f"/contracts/{CONTRACT}/chain")).json()
    (named,) = (m for m in shown["members"] if m["party"]["party_id"] == ORESUND)
    assert (named["tier"], named["parent_id"], named["channel"]) == (2, HANSEN, "link")
    assert named["share"] == {"minimum": 2.5, "maximum": 2.5}


async def test_a_supplier_says_who_works_there_no_longer(both: Both) -> None:
    visitor = both.console.visitor(None)
    page = await page_in(await both.ask())
    answer = await visitor.post(
        page, leaving=HANSEN, ends="2026-12-01", reason="we do it ourselves now"
    )
    assert answer.status_code == 200, words_of(answer.text)
    async with both.subcontractors.client() as officer:
        shown = (await officer.get(f"/contracts/{CONTRACT}/chain")).json()
    (gone,) = (m for m in shown["members"] if m["party"]["party_id"] == HANSEN)
    assert gone["ends"] == "2026-12-01"


async def test_a_wrong_number_is_said_to_be_wrong_and_names_nobody(both: Both) -> None:
    visitor = both.console.visitor(None)
    page = await page_in(await both.ask())
    answer = await visitor.post(page, name="X", scheme="dk-cvr", number="11111111", parent="|1")
    assert answer.status_code == 422
    assert "It has arrived." not in words_of(answer.text)


async def test_an_older_letter_opens_nothing_once_a_newer_one_was_sent(both: Both) -> None:
    visitor = both.console.visitor(None)
    old = await page_in(await both.ask())
    await both.ask()
    seen = await visitor.text(old)
    assert HANSEN not in seen
