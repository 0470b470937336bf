"""What tests of onboarding share: the samples of the project, and a world to drop them into."""

from pathlib import Path

import pytest

from services.onboarding.commands import ReceiveFile
from services.onboarding.domain import Document, document_id
from services.onboarding.handlers import router
from services.onboarding.policy import Policy
from services.onboarding.readers import Reading, media_type_of, read_document
from services.onboarding.registers import Registers
from shared.persons import PersonKey
from shared.testing import MACHINE, World

from .papers import BUYER, digest


class AtOnce:
    """Reads where it stands: the processes are tested on their own."""

    async def read(self, data: bytes) -> Reading:
        return read_document(data)


class MemoryFiles:
    """Files that last as long as the test."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, sha256: str, data: bytes) -> None:
        self.kept[sha256] = data

    async def get(self, sha256: str) -> bytes | None:
        return self.kept.get(sha256)


class Onboarding(World):
    """Onboarding without Kafka, MongoDB and processes."""

    def __init__(self, registers: Registers | None = None) -> None:
        self.files = MemoryFiles()
        adapters = {
            "files": self.files,
            "reading_room": AtOnce(),
            "person_key": PersonKey(b"k" * 32),
            "policy": Policy.load(),
            "registers": registers or Registers({}),
        }
        super().__init__(router, adapters=adapters)

    async def drop(self, data: bytes, name: str = "paper.pdf", *, buyer: str = BUYER) -> Document:
        """A file comes in and is read."""
        await self.files.put(digest(data), data)
        await self.tell(
            ReceiveFile(
                buyer_id=buyer,
                sha256=digest(data),
                name=name,
                media_type=media_type_of(data),
                size=len(data),
                channel="folder",
            ),
            by=MACHINE,
        )
        await self.do_effects()
        return self.state(Document, document_id(buyer, digest(data)))

    async def drop_sample(self, path: str) -> Document:
        file = Path(__file__).parents[2] / "samples" / path
        return await self.drop(file.read_bytes(), file.name)


@pytest.fixture
def world() -> Onboarding:
    return Onboarding()
