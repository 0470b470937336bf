"""What tests of onboarding share: the samples of the project, and a world to drop them into."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.onboarding.commands import ReceiveFile
from services.onboarding.domain import Document, document_id
from services.onboarding.handlers import router
from services.onboarding.policy import Policy
from services.onboarding.readers import Reading, read_document
from services.onboarding.readers.pictures import page_count, picture_of, redacted
from services.onboarding.readers.reading import Region
from services.onboarding.registers import Registers
from services.onboarding.registers.portfolio import StoredPortfolio
from services.onboarding.retention import read_retention
from services.onboarding.scanning import Scanner, Unscanned
from services.onboarding.taking import media_type
from services.onboarding.unpacking import Part
from services.onboarding.unpacking.desk import parts_of
from services.onboarding.unpacking.parts import Budget
from shared.persons import PersonKey
from shared.sealing import HeldBack
from shared.testing import MACHINE, World

from .papers import BUYER, digest


class AtOnce:
    """Reads where it stands: the processes are tested on their own."""

    async def read(self, data: bytes) -> Reading:
        return read_document(data)

    async def count(self, data: bytes) -> int:
        return page_count(data)

    async def picture(self, data: bytes, page: int) -> bytes:
        return picture_of(data, page)

    async def redact(self, data: bytes, regions: tuple[Region, ...]) -> bytes:
        return redacted(data, regions)


class Here:
    """Opens containers where it stands."""

    async def open(self, data: bytes) -> AsyncIterator[Part]:
        for part in parts_of(data, Budget()):
            yield part


class NothingToSweep:
    """The sweep needs a database: it is tested on one."""

    async def away(self) -> tuple[int, int]:
        return 0, 0


class NoFolder:
    """No folder is watched."""

    async def remove(self, digest: str) -> int:
        return 0


class MemoryFiles:
    """Files that last as long as the test."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, sha256: str, data: bytes) -> None:
        self.kept[sha256] = data

    async def get(self, sha256: str) -> bytes | None:
        return self.kept.get(sha256)

    async def erase(self, sha256: str) -> None:
        self.kept.pop(sha256, None)


class Onboarding(World):
    """Onboarding without Kafka, MongoDB and processes."""

    def __init__(self, scanner: Scanner | None = None, registers: Registers | None = None) -> None:
        self.files = MemoryFiles()
        self.reading_room = AtOnce()
        adapters = {
            "files": self.files,
            "reading_room": self.reading_room,
            "person_key": PersonKey(b"k" * 32),
            "policy": Policy.load(),
            "unpacking_room": Here(),
            "scanner": scanner or Unscanned(),
            "sweep": NothingToSweep(),
            "taken": NoFolder(),
            "registers": registers or Registers({}),
            "portfolio": self,
            "retention": read_retention(),
            "persons": self,
        }
        super().__init__(router, adapters=adapters)
        self.held_back: set[str] = set()
        self.destroyed: list[str] = []

    async def destroy(self, subject: str) -> None:
        """It is its own ring of keys too."""
        if subject in self.held_back:
            raise HeldBack(subject)
        await self.store.keyring.destroy(subject)
        self.destroyed.append(subject)

    async def numbers(self, register: str, after: str, limit: int) -> list[tuple[str, str]]:
        """The world is its own portfolio: its store is there only after its adapters."""
        return await StoredPortfolio(self.store).numbers(register, after, limit)

    async def drop(
        self, data: bytes, name: str = "paper.pdf", *, buyer: str = BUYER, **more: Any
    ) -> Document:
        """A file comes in and is read."""
        await self.files.put(digest(data), data)
        await self.tell(
            ReceiveFile(
                buyer_id=buyer,
                sha256=digest(data),
                name=name,
                media_type=media_type(data),
                size=len(data),
                channel="folder",
                **more,
            ),
            by=MACHINE,
        )
        while self.effects:
            await self.do_effects()
        return self.state(Document, document_id(buyer, digest(data)))

    async def drop_sample(self, path: str) -> Document:
        file = Path(__file__).parents[2] / "samples" / path
        return await self.drop(file.read_bytes(), file.name)


@pytest.fixture
def world() -> Onboarding:
    return Onboarding()
