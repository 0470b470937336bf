"""The record is proved, a change in it is found, and parts of it can be heard again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.administration.line import Parcel, read_whole
from shared.administration.topics import apply
from shared.command import journal as journal_commands
from shared.embedded.stack import Stack
from shared.mongo import connect
from shared.runtime import Service
from tests.command.conftest import Installation
from tests.shared.probe import Register, ask, onboarding, running, settings_for

PARTIES = ("dk-cvr-1", "dk-cvr-2")


@pytest.fixture
async def announcer(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    """A service that has announced four facts about two parties and runs no more."""
    await asyncio.to_thread(apply, stack.kafka_url, ["onboarding", "trial"])
    client = connect(stack.mongo_url)
    await client.drop_database("ansvar_onboarding")
    service = onboarding(settings_for(stack.kafka_url, stack.mongo_url, tmp_path))
    async with running(service):
        for number, id in enumerate(PARTIES * 2):
            await ask(service, Register(party_id=id, name="Nordlys A/S"), f"journal/{number}")
    monkeypatch.setattr(journal_commands, "load_services", lambda names: [service])
    monkeypatch.setattr(journal_commands, "service_names", lambda only: ["onboarding"])
    yield service
    await client.drop_database("ansvar_onboarding")
    client.close()


async def say(stack: Stack, installation: Installation, *words: str, expect: int = 0) -> str:
    """Run a command beside this loop, with the settings of the shared stack."""

    def run() -> str:
        return installation.ansvar(
            *words,
            expect=expect,
            ANSVAR_KAFKA_URL=stack.kafka_url,
            ANSVAR_MONGO_URL=stack.mongo_url,
            ANSVAR_EMBEDDED="1",
        )

    return await asyncio.to_thread(run)


async def test_a_whole_record_is_proved_and_a_changed_one_is_found(
    stack: Stack, installation: Installation, announcer: Service
) -> None:
    said = await say(stack, installation, "journal", "verify")
    assert said.splitlines()[1].split() == ["onboarding", "4", "2", "whole"]

    client = connect(stack.mongo_url)
    blocks = client["ansvar_onboarding"]["journal"]
    block = await blocks.find_one({"e.key": "dk-cvr-1"})
    place = next(n for n, entry in enumerate(block["e"]) if entry["key"] == "dk-cvr-1")
    body = bytes(block["e"][place]["body"]).replace(b"Nordlys", b"Sydlys!")
    await blocks.update_one({"_id": block["_id"]}, {"$set": {f"e.{place}.body": body}})
    client.close()

    said = await say(stack, installation, "journal", "verify", expect=1)
    assert said.splitlines()[1].split() == ["onboarding", "4", "2", "broken"]
    assert "onboarding/Party/dk-cvr-1/1: its hash does not fit what it says" in said
    assert said.splitlines()[-1] == "ansvar: the record is not whole: 1 problems"


async def test_the_facts_of_one_aggregate_are_sent_again_as_they_were(
    stack: Stack, installation: Installation, announcer: Service
) -> None:
    before = len(heard_again(stack))
    words = ("journal", "replay", "trial", "--of", "onboarding", "--key", "dk-cvr-2")
    said = await say(stack, installation, *words)
    assert said == "2 facts of onboarding are sent to trial again\n"
    again = heard_again(stack)[before:]
    ids = ["onboarding/Party/dk-cvr-2/1", "onboarding/Party/dk-cvr-2/2"]
    assert [parcel.header("ce_id") for parcel in again] == ids
    sent = [p for p in read_whole(stack.kafka_url, "onboarding.v1") if p.header("ce_id") in ids]
    assert set(again) <= set(sent)


def heard_again(stack: Stack) -> list[Parcel]:
    return list(read_whole(stack.kafka_url, "trial.replay"))


async def test_reconciling_sends_nothing_where_nothing_was_lost(
    stack: Stack, installation: Installation, announcer: Service
) -> None:
    said = await say(stack, installation, "journal", "reconcile")
    assert said.splitlines()[-1].split() == ["onboarding.v1", "4", "0"]
    far = await say(stack, installation, "journal", "reconcile", "--days", "90", expect=1)
    assert "--days must lie between 1 and 29" in far
