"""A broker and a database of its own for each test here: it is going to hurt them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack


@pytest.fixture
async def own_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A broker and database of its own, which kills may disturb."""
    be_patient()
    stack = Stack(tmp_path / "stack")
    await asyncio.to_thread(stack.start)
    yield stack
    await asyncio.to_thread(stack.stop)
