"""Bad facts on Kafka, on a real system: each is set aside or passed over, and nothing is lost."""

import asyncio
import json
from uuid import uuid4

from shared.administration import dead
from shared.administration.line import Parcel, send_in_order
from shared.events import type_of
from shared.events.onboarding import PartyRegistered
from shared.events.screening import PartyScreened
from shared.story.player import Player
from tests.e2e.system import System


def parcel(type: str, key: str, body: bytes) -> Parcel:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": f"test/{uuid4()}",
        "ce_source": "/ansvar/onboarding",
        "ce_type": type,
        "ce_time": "2026-11-22T10:00:00+00:00",
        "content-type": "application/json",
    }
    return Parcel(key.encode(), tuple((k, v.encode()) for k, v in headers.items()), body)


def registered(party_id: str, **more: object) -> bytes:
    party = {"party_id": party_id, "name": "Skagen Vask ApS", "kind": "company", "country": "DK"}
    return json.dumps({"party": party, **more}).encode()


async def send(p: Player, *parcels: Parcel) -> None:
    await asyncio.to_thread(send_in_order, p.running.kafka_url, PartyRegistered.topic, parcels)


async def letters(p: Player, id: str) -> list[dead.DeadLetter]:
    url, services = p.running.kafka_url, p.running.services
    found = await asyncio.to_thread(dead.open_letters, url, services)
    return [letter for letter in found if letter.id == id]


async def test_an_unreadable_fact_is_set_aside_with_its_reason_and_the_next_is_handled(
    p: Player, begun: System
) -> None:
    kind, party_id = type_of(PartyRegistered), "dk-cvr-90000001"
    unreadable = parcel(kind, party_id, b'{"party": {"party_id": 17')
    await send(p, unreadable, parcel(kind, party_id, registered(party_id)))
    await p.fact(PartyScreened, party_id=party_id)
    id = unreadable.header("ce_id")

    async def set_aside() -> list[dead.DeadLetter] | None:
        found = await letters(p, id)
        return found if {one.service for one in found} >= {"screening", "console"} else None

    found = await p.wait_until("a dead letter of each who hears it", set_aside)
    assert {letter.kind for letter in found} == {"unreadable"}
    assert all("JSON" in letter.reason for letter in found)
    why = ("--reason", "a test made it", "--service", "screening")
    await asyncio.to_thread(begun.ansvar, "dead", "dismiss", id, *why)
    for letter in (one for one in found if one.service != "screening"):
        dead.dismiss(p.running.kafka_url, letter, reason="a test made it", by="a test")

    async def settled() -> bool | None:
        return not await letters(p, id) or None

    await p.wait_until("nobody has it open any more", settled)


async def test_an_unknown_kind_of_fact_and_a_newer_version_are_passed_over(p: Player) -> None:
    """Whoever learns the new kind later hears it again from the journal of its announcer."""
    party_id = "dk-cvr-90000002"
    unknown = parcel("ansvar.onboarding.PartyPainted.v1", party_id, b'{"colour": "blue"}')
    newer = parcel("ansvar.onboarding.PartyRegistered.v2", party_id, b'{"who": {}}')
    known = parcel(type_of(PartyRegistered), party_id, registered(party_id))
    await send(p, unknown, newer, known)
    await p.fact(PartyScreened, party_id=party_id)
    await p.quiet()
    assert not await letters(p, unknown.header("ce_id"))
    assert not await letters(p, newer.header("ce_id"))


async def test_fields_that_a_newer_announcer_added_are_let_be(p: Player) -> None:
    party_id = "dk-cvr-90000003"
    body = registered(party_id, mood="sunny", since={"year": 2031})
    await send(p, parcel(type_of(PartyRegistered), party_id, body))
    await p.fact(PartyScreened, party_id=party_id)


async def test_the_same_fact_twice_is_one(p: Player) -> None:
    party_id = "dk-cvr-90000004"
    once = parcel(type_of(PartyRegistered), party_id, registered(party_id))
    await send(p, once, once)
    await p.fact(PartyScreened, party_id=party_id)
    await p.quiet()
    assert len(p.facts.all(PartyScreened, party_id=party_id)) == 1
