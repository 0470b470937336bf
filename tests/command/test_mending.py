"""A broker that was killed and forgot everything: the next `ansvar up` sends it again."""

import os
import shutil
import signal

import pytest

from shared.administration.line import read_whole
from shared.administration.topics import apply
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack
from tests.command.conftest import Installation
from tests.shared.probe import Register, ask, onboarding, running, settings_for

pytestmark = pytest.mark.integration

FACTS = 4


async def announce(installation: Installation) -> None:
    be_patient()
    with Stack(installation.data) as stack:
        apply(stack.kafka_url, ["onboarding", "screening"])
        settings = settings_for(stack.kafka_url, stack.mongo_url, installation.folder)
        service = onboarding(settings)
        async with running(service):
            for number in range(FACTS):
                party = Register(party_id=f"dk-cvr-{number}", name="Nordlys A/S")
                await ask(service, party, f"mending/{number}")
        os.kill(stack.pids["broker"], signal.SIGKILL)
    shutil.rmtree(installation.data / "kafka")
    (installation.data / "kafka").mkdir()


async def test_what_a_killed_broker_forgot_is_sent_again_at_the_next_start(
    installation: Installation,
) -> None:
    await announce(installation)
    up = installation.up("--only", "alpha")
    assert f"{FACTS} facts were sent again from the journals" in up.said
    port = installation.ansvar("topics", "list")
    assert "onboarding.v1" in port
    up.stop()
    with Stack(installation.data) as stack:
        assert not stack.broke_off
        there = list(read_whole(stack.kafka_url, "onboarding.v1"))
        assert len(there) == FACTS
    again = installation.up("--only", "alpha")
    assert "sent again" not in again.said
    again.stop()
