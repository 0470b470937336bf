"""Owners, control and ties over the real protocols: what is kept is sealed, and read again."""

import httpx
import pytest

from services.screening.app import Settings
from services.screening.domain import Screening
from services.screening.domain.conclusions import Conclusions, conclusions_id
from services.screening.domain.outcome import HavenCase
from services.screening.domain.watch import Watch, watch_id
from services.screening.following import told_by
from services.screening.ownership_messages import NoteChangeOfControl, NoteRegisterChange
from shared.envelope import Message
from shared.events.base import Event
from shared.events.breaches import EnquiryOpened
from shared.router import name_of
from shared.runtime import Service
from shared.testing import T0
from tests.screening.stage import REGION, company, owned, person, registered
from tests.screening.test_app import client, running, settings
from tests.screening.test_outcomes import HAVEN, about

__all__ = ["settings"]

BALTIC = company("93587278", "Baltic Facility Group ApS")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", country="DK")
TRADER = person("t", "Ole Dam Trading", country="DK")


async def said(one: Service, *facts: Event) -> None:
    for number, fact in enumerate(facts):
        kind = name_of(type(fact))
        message = Message(id=f"{kind}/{number}", type=kind, said=fact, key=f"{number}", time=T0)
        await one.commands.handle(message)


@pytest.mark.integration
async def test_what_is_known_of_owners_is_kept_and_sealed(settings: Settings) -> None:
    enquiry = EnquiryOpened(
        **about(1, REGION) | {"party_id": BALTIC.party_id},
        question="Why?",
        due=T0,
        link_id="link-1",
    )
    change = NoteChangeOfControl(party_id=BALTIC.party_id, source="cvr", what="Sold by Kirsten.")
    async with running(settings) as one:
        await said(
            one,
            registered(BALTIC),
            registered(TRADER),
            owned(BALTIC.party_id, (HAVEN, 60), (KIRSTEN, 40)),
            enquiry,
        )
        told = NoteRegisterChange(register_name="cvr", position=1, change=change)
        await one.commands.handle(told_by(told))
        async with client(one, settings, "officer") as officer:
            await _note_account(officer)
            path = f"/parties/{BALTIC.party_id}/ownership"
            shown = (await officer.get(path)).json()
            report = await officer.get("/reports/tax-havens?from=2026-01-01&to=2026-12-31")
        store = one.store
        assert (await store.fetch(Conclusions, [conclusions_id(BALTIC.party_id)])) != {}
        assert (await store.search(HavenCase, {"buyer_id": REGION}))[0].asked is not None
        watch = (await store.fetch(Watch, [watch_id(BALTIC.party_id)]))[watch_id(BALTIC.party_id)]
        raw = await store.fetch(Screening, [TRADER.party_id])
    assert watch.buyers == (REGION,)
    assert [one["what"] for one in shown["notices"]] == ["Sold by Kirsten."]
    assert [(one["whose"], one["country"]) for one in shown["ties"]] == [("owner", "VU")]
    assert {one["verdict"] for one in shown["conclusions"]} == {"unknown"}
    assert report.json()["buyers"][0]["asked"] == 1
    assert raw[TRADER.party_id].accounts[0].shown == "DK** 6243"


async def _note_account(officer: httpx.AsyncClient) -> None:
    body = {"iban": "DK5000400440116243", "source": "erp"}
    answer = await officer.post(f"/parties/{TRADER.party_id}/payee-account", json=body)
    assert answer.status_code == 200
