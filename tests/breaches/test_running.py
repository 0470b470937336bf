"""Chains and cases together over the real protocols: from a listed owner to a new member."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.breaches.app import Settings as BreachSettings
from services.breaches.app import service as breaches
from services.breaches.bundle.command import collect
from services.breaches.bundle.packing import pack
from services.breaches.bundle.verify import verify
from services.breaches.domain import Case, Stage
from services.subcontractors.app import Settings as ChainSettings
from services.subcontractors.app import service as subcontractors
from services.subcontractors.domain import Replacement
from shared.administration.topics import apply
from shared.domain import Caller
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.events.base import Event
from shared.issuer import Issuer
from shared.mongo import connect
from shared.router import name_of
from shared.runtime import Service
from shared.testing import ANNA, BO, OFFICER, until
from tests.breaches.told import (
    APPROVAL,
    BALTIC,
    CONTRACT,
    HANSEN,
    NORDLYS,
    REPLACEMENT,
    clauses,
    signed,
)
from tests.subcontractors import told as chains

SECONDS = 30.0
TOPICS = ["contracts", "onboarding", "screening", "subcontractors", "breaches", "audits"]
ANNA_OWNER, DORA = "person-anna", "person-dora"


def message_of(event: Event, number: int) -> Message:
    """A fact as it comes from another service."""
    return Message(
        id=f"{event.topic}/{number}",
        type=name_of(type(event)),
        body=event.model_dump_json().encode(),
        topic=event.topic,
        key=f"{number}",
    )


class Both:
    """The two services, and what reaches them from the others."""

    def __init__(self, one: Service, two: Service, issuer: Issuer) -> None:
        self.chains, self.cases = one, two
        self.issuer = issuer
        self._told = 0

    async def hear(self, *events: Event) -> None:
        for event in events:
            self._told += 1
            for service in (self.chains, self.cases):
                await service.bus.handle([message_of(event, self._told)])

    async def ask(self, service: Service, path: str, body: object, by: Caller = OFFICER) -> Any:
        token = self.issuer.issue(by.subject, by.name, by.roles, by.buyers)
        transport = httpx.ASGITransport(app=service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://ansvar.test") as client:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]


@pytest.fixture
async def both(stack: Stack, tmp_path: Path) -> AsyncIterator[Both]:
    await asyncio.to_thread(apply, stack.kafka_url, TOPICS)
    client = connect(stack.mongo_url)
    for name in ("ansvar_subcontractors", "ansvar_breaches"):
        await client.drop_database(name)
    client.close()
    key = SecretStr("11" * 32)
    common: dict[str, Any] = {
        "kafka_url": stack.kafka_url,
        "mongo_url": stack.mongo_url,
        "embedded": True,
        "instance": "test",
        "master_key": key,
        "person_key": key,
        "link_key": key,
        "clock_file": tmp_path / "clock.json",
        "issuer_key_file": tmp_path / "issuer.json",
    }
    one, two = subcontractors(ChainSettings(**common)), breaches(BreachSettings(**common))
    await one.start()
    await two.start()
    yield Both(one, two, Issuer(tmp_path / "issuer.json"))
    await two.stop()
    await one.stop()


def at(service: Service, stage: Stage, **where: object) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return any(case.stage is stage for case in await service.store.search(Case, where))

    return there


async def the_case(both: Both, stage: Stage, **where: object) -> Case:
    await until(at(both.cases, stage, **where), seconds=SECONDS)
    (case,) = await both.cases.store.search(Case, where)
    return case


async def test_a_listed_owner_leads_to_a_new_member_of_the_chain(
    both: Both, tmp_path: Path
) -> None:
    await both.hear(
        signed(),
        clauses(APPROVAL, REPLACEMENT),
        chains.named((BALTIC, 25), (HANSEN, 15)),
        chains.owned(BALTIC, anna=60),
        chains.raised(ANNA_OWNER),
        chains.confirmed(ANNA_OWNER),
        chains.flagged(BALTIC, "owned", ANNA_OWNER),
    )
    case = await the_case(both, Stage.FLAGGED, party_id=BALTIC)
    path = f"/cases/{case.id}"
    await both.ask(both.cases, f"{path}/hold", {"reason": "at once"})
    await both.ask(both.cases, f"{path}/confirm", {"reason": "60 % confirmed"})
    await both.ask(both.cases, f"{path}/second-approval", {"reason": "I agree"}, ANNA)
    decision = {
        "consequence": "replace",
        "basis": "clause replacement",
        "reason": "a listed person owns it",
        "proportionality": "nothing milder stops the benefit",
    }
    await both.ask(both.cases, f"{path}/decision", decision)
    for approver in (ANNA, BO):
        await both.ask(both.cases, f"{path}/decision/sign", {"no_conflict": True}, approver)
    await until(lambda: _demanded(both), seconds=SECONDS)
    (replacement,) = await both.chains.store.search(Replacement, {"contract_id": CONTRACT})
    substitutes = f"/replacements/{replacement.id}/substitutes"
    fyns = {"party": {"name": "Fyns Hygiejne A/S", "scheme": "dk-cvr", "number": "96832516"}}
    proposed = await both.ask(both.chains, substitutes, fyns)
    await both.hear(
        chains.owned(proposed["party_id"], dora=100),
        *chains.screened(proposed["party_id"], DORA),
        chains.qualified(proposed["party_id"]),
    )
    clearing = f"{substitutes}/{proposed['party_id']}/clear"
    cleared = await both.ask(both.chains, clearing, {"reason": "clean in every check"})
    assert cleared["stage"] == "replaced"
    case = await the_case(both, Stage.REMEDIED, party_id=BALTIC)
    assert not case.open
    await until(lambda: _written(both, case), seconds=SECONDS)
    for service in (both.chains, both.cases):
        assert await service.store.held() == []
    for redacted in (False, True):
        evidence = await collect(case.id, [both.chains, both.cases])
        assert {"breaches", "subcontractors"} <= evidence.chains.keys()
        assert len(evidence.letters) == case.letters
        whole = tmp_path / f"{redacted}.zip"
        whole.write_bytes(pack(evidence, redacted=redacted))
        assert verify(str(whole)).problems == []


async def _demanded(both: Both) -> bool:
    return bool(await both.chains.store.search(Replacement, {"contract_id": CONTRACT}))


async def _written(both: Both, case: Case) -> bool:
    """Every letter of the case is there to be read, as its PDF."""
    token = both.issuer.issue("ole", "Ole", ("auditor",), ("*",))
    transport = httpx.ASGITransport(app=both.cases.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ansvar.test") as client:
        headers = {"Authorization": f"Bearer {token}"}
        shown = (await client.get(f"/cases/{case.id}", headers=headers)).json()
        if len(shown["letters"]) != case.letters:
            return False
        last = f"/cases/{case.id}/letters/{case.letters}.pdf"
        return (await client.get(last, headers=headers)).content.startswith(b"%PDF")


async def test_the_facts_of_a_day_in_one_batch_end_as_they_do_one_by_one(both: Both) -> None:
    story = [
        chains.raised(ANNA_OWNER),
        chains.owned(BALTIC, anna=60),
        chains.named((BALTIC, 25), (HANSEN, 15)),
        chains.contradicted(HANSEN),
        signed(),
        clauses(APPROVAL, REPLACEMENT),
        chains.flagged(BALTIC, "owned", ANNA_OWNER),
        chains.confirmed(ANNA_OWNER),
    ]
    messages = [message_of(event, number) for number, event in enumerate(story)]
    await both.cases.bus.handle([m for m in messages if m.topic == "contracts.v1"])
    await both.chains.bus.handle(messages)
    await the_case(both, Stage.FLAGGED, party_id=BALTIC, rule="SAN-AF")
    await the_case(both, Stage.FLAGGED, party_id=HANSEN, rule="EX-B1")
    assert not await both.cases.store.search(Case, {"party_id": NORDLYS})
