"""An embedded system signs each day what was announced before it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared import anchors
from shared.administration.topics import apply
from shared.command import daily, record
from shared.embedded.stack import Stack
from shared.mongo import connect
from shared.testing import until
from tests.shared.probe import Register, ask, onboarding, running, settings_for


async def test_each_day_is_anchored_once_and_a_cut_tail_is_found(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(apply, stack.kafka_url, ["onboarding", "screening"])
    service = onboarding(settings_for(stack.kafka_url, stack.mongo_url, tmp_path))
    async with running(service):
        for number in range(3):
            await ask(service, Register(party_id="dk-cvr-1", name="N"), f"daily/{number}")
    monkeypatch.setattr(daily, "LOOK", 0.05)
    monkeypatch.setattr(anchors, "SETTLED", timedelta(0))
    monkeypatch.setattr(record, "last_midnight", lambda: datetime.now(UTC))
    anchoring = daily.anchor_each_day(["onboarding"], stack.mongo_url, tmp_path)()
    file, key = tmp_path / record.ANCHORS, tmp_path / record.OPERATOR_KEY

    async def twice() -> bool:
        return len(anchors.read(file)) >= 2

    try:
        await until(twice)
    finally:
        anchoring.cancel()
        with suppress(asyncio.CancelledError):
            await anchoring

    def problems() -> list[str]:
        public = anchors.public_file(key)
        return record.verify_anchors(["onboarding"], stack.mongo_url, file, public)[0]

    assert anchors.read(file)[0].services["onboarding"].facts == 3
    assert await asyncio.to_thread(problems) == []
    client = connect(stack.mongo_url)
    last = await client.ansvar_onboarding.journal.find().sort("c", -1).limit(1).to_list(1)
    await client.ansvar_onboarding.journal.delete_one({"c": last[0]["c"]})
    before = last[0]["e"][0]["prevhash"]
    back = {"$set": {"head": before, "number": 2}}
    await client.ansvar_onboarding.Party.update_one({"_id": "dk-cvr-1"}, back)
    client.close()
    whole = await asyncio.to_thread(record.verify, [service])
    assert whole[0].problems == [], "the chain itself says that nothing happened"
    assert (
        "the anchor holds 3 facts of 1 chains, and the journal 2 of 1"
        in (await asyncio.to_thread(problems))[0]
    )
