"""An empty system of the two probe services for each test that asks for `settings`."""

import asyncio
from pathlib import Path

import pytest

from shared.administration.topics import apply
from shared.embedded.stack import Stack
from shared.mongo import connect
from shared.settings import ServiceSettings
from tests.shared.probe import Mended, settings_for


@pytest.fixture
async def settings(stack: Stack, tmp_path: Path) -> ServiceSettings:
    """Settings for a system without a past but the topics'."""
    await asyncio.to_thread(apply, stack.kafka_url, ["onboarding", "screening"])
    client = connect(stack.mongo_url)
    for name in ("ansvar_onboarding", "ansvar_screening"):
        await client.drop_database(name)
    client.close()
    Mended.by_now = False
    return settings_for(stack.kafka_url, stack.mongo_url, tmp_path)
