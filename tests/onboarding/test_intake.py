"""The watched folder: nothing is lost, nothing is taken twice, whatever dies in between."""

import asyncio
import os
from pathlib import Path

import pytest

from services.onboarding.commands import ReceiveFile
from services.onboarding.domain import Document, State
from services.onboarding.intake import Intake
from services.onboarding.readers import LARGEST
from shared.envelope import Outcome
from shared.store import Outage
from shared.testing import MACHINE

from .conftest import Onboarding
from .papers import BUYER

SAMPLES = Path(__file__).parents[2] / "samples"
ESPD = SAMPLES / "espd/nordlys-espd-4.1.0.xml"


class Killed(BaseException):
    """The process ends here, without a chance to tidy up."""


class Folder:
    """A folder that is looked at, and the world that hears of it."""

    def __init__(self, path: Path, world: Onboarding) -> None:
        self.path, self.world = path, world
        self.dies: set[str] = set()
        self.intake = Intake(path, world.files, self.tell, settled=0.0)

    async def tell(self, command: ReceiveFile) -> Outcome:
        if "before the commit" in self.dies:
            raise Killed
        outcome = await self.world.tell(command, by=MACHINE)
        if "after the commit" in self.dies:
            raise Killed
        return outcome

    def lay(self, name: str, data: bytes, *, buyer: str = BUYER) -> Path:
        path = self.path / buyer / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    @property
    def documents(self) -> list[Document]:
        return [d for d in self.world.store.documents.values() if isinstance(d, Document)]

    @property
    def taken(self) -> list[str]:
        return sorted(path.name for path in (self.path / ".taken").rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path: Path, world: Onboarding) -> Folder:
    return Folder(tmp_path / "intake", world)


async def test_a_file_comes_in_and_is_moved_away(folder: Folder) -> None:
    path = folder.lay("nordlys.xml", ESPD.read_bytes())
    assert await folder.intake.look() == 1
    assert not path.exists()
    assert [name[13:] for name in folder.taken] == ["nordlys.xml"]
    (document,) = folder.documents
    assert (document.buyer_id, document.channel, document.name) == (BUYER, "folder", "nordlys.xml")
    assert folder.world.files.kept[document.sha256] == ESPD.read_bytes()
    assert await folder.intake.look() == 0


@pytest.mark.parametrize("when", ["before the commit", "after the commit"])
async def test_a_kill_at_any_step_neither_loses_nor_doubles_a_file(
    folder: Folder, when: str
) -> None:
    path = folder.lay("nordlys.xml", ESPD.read_bytes())
    folder.dies = {when}
    with pytest.raises(Killed):
        await folder.intake.look()
    assert path.exists()
    folder.dies = set()
    await folder.intake.look()
    assert not path.exists()
    assert len(folder.documents) == 1
    assert len(folder.world.announced) == 1


async def test_a_kill_while_the_bytes_are_kept_loses_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.lay("nordlys.xml", ESPD.read_bytes())
    keep = folder.world.files.put

    async def dies(sha256: str, data: bytes) -> None:
        raise Killed

    monkeypatch.setattr(folder.world.files, "put", dies)
    with pytest.raises(Killed):
        await folder.intake.look()
    assert path.exists()
    monkeypatch.setattr(folder.world.files, "put", keep)
    await folder.intake.look()
    assert len(folder.documents) == 1


async def test_the_same_bytes_under_two_names_are_one_document(folder: Folder) -> None:
    folder.lay("a.xml", ESPD.read_bytes())
    folder.lay("b/again.xml", ESPD.read_bytes())
    assert await folder.intake.look() == 2
    assert len(folder.documents) == 1
    assert len(folder.taken) == 2


async def test_a_file_that_is_still_being_written_is_left_alone(folder: Folder) -> None:
    writing = Intake(folder.path, folder.world.files, folder.tell, settled=3600.0)
    folder.lay("nordlys.xml", ESPD.read_bytes()[:100])
    assert await writing.look() == 0
    assert not folder.documents


async def test_a_file_that_changes_while_it_is_taken_stays_and_is_taken_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.lay("nordlys.xml", b"first")
    tell = folder.tell

    async def rewritten_meanwhile(command: ReceiveFile) -> Outcome:
        path.write_bytes(b"second, and longer")
        return await tell(command)

    intake = Intake(folder.path, folder.world.files, rewritten_meanwhile, settled=0.0)
    await intake.look()
    assert path.exists()
    await folder.intake.look()
    assert sorted(document.size for document in folder.documents) == [5, 18]


@pytest.mark.parametrize("name", [".hidden", "~$list.xlsx", "half.part", "x.TMP", "x.crdownload"])
async def test_unfinished_files_are_left_alone(folder: Folder, name: str) -> None:
    folder.lay(name, b"half a file")
    assert await folder.intake.look() == 0


async def test_nothing_outside_a_buyers_folder_is_taken(folder: Folder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"another system's file")
    folder.lay("inside.xml", ESPD.read_bytes())
    (folder.path / BUYER / "link.pdf").symlink_to(secret)
    (folder.path / "stray.pdf").write_bytes(b"whose?")
    (folder.path / "dk-cvr-12345674").symlink_to(tmp_path)
    folder.lay("x.pdf", b"a name like no buyer's", buyer="Not A Buyer")
    os.mkfifo(folder.path / BUYER / "pipe.pdf")
    async with asyncio.timeout(10):
        assert await folder.intake.look() == 1
    assert secret.exists()
    assert [document.name for document in folder.documents] == ["inside.xml"]


async def test_a_file_that_is_too_large_is_told_of_and_not_kept(folder: Folder) -> None:
    with folder.lay("huge.pdf", b"").open("wb") as file:
        file.truncate(LARGEST + 1)
    await folder.intake.look()
    (document,) = folder.documents
    assert document.state is State.REVIEW
    assert "at most" in document.reasons[0]
    assert not folder.world.files.kept


async def test_an_outage_leaves_the_file_where_it_is(folder: Folder) -> None:
    path = folder.lay("nordlys.xml", ESPD.read_bytes())
    asked = asyncio.Event()

    async def away(command: ReceiveFile) -> Outcome:
        asked.set()
        raise Outage("the database is away")

    intake = Intake(folder.path, folder.world.files, away, settled=0.0)
    running = asyncio.create_task(intake.run())
    await asyncio.wait_for(asked.wait(), 10)
    running.cancel()
    assert path.exists()


async def test_a_refused_file_is_set_apart(folder: Folder) -> None:
    async def refuse(command: ReceiveFile) -> Outcome:
        return Outcome(error={"kind": "rejected", "reason": "not here", "field": None})

    folder.lay("nordlys.xml", ESPD.read_bytes())
    await Intake(folder.path, folder.world.files, refuse, settled=0.0).look()
    assert len(list((folder.path / ".refused" / BUYER).iterdir())) == 1
    assert not folder.taken
