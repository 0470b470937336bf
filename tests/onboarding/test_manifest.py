"""A manifest: a whole folder is taken as it says, or nothing of it."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.onboarding.commands import CheckManifest, ReceiveFile
from services.onboarding.domain import Consignment, Document, State
from services.onboarding.intake import Intake
from services.onboarding.manifest import WrongManifest, read_manifest
from shared.envelope import Outcome
from shared.persons import PersonKey
from shared.testing import MACHINE

from .conftest import Onboarding
from .papers import BUYER, CONTRACT, NORDLYS, signed

SAMPLES = Path(__file__).parents[2] / "samples"
ISO = (SAMPLES / "pdf/iso-9001-nordlys.pdf").read_bytes()
ATTEST = (SAMPLES / "pdf/serviceattest-nordlys.pdf").read_bytes()


class Killed(BaseException):
    """The process ends here, without a chance to tidy up."""


class Folder:
    """A folder with a manifest, and the world that hears of it."""

    def __init__(self, path: Path, world: Onboarding) -> None:
        self.path, self.world = path / BUYER / "tuesday", world
        self.path.mkdir(parents=True)
        self.dies_at = 0
        self.intake = Intake(
            path,
            world.files,
            self.tell,
            check=self.check,
            settled=0.0,
            sender_id=lambda address: PersonKey(b"k" * 32).person("mail", address),
        )

    async def check(self, command: CheckManifest) -> Outcome:
        return await self.world.tell(command, by=MACHINE)

    async def tell(self, command: ReceiveFile) -> Outcome:
        outcome = await self.world.tell(command, by=MACHINE)
        self.dies_at -= 1
        if self.dies_at == 0:
            raise Killed
        return outcome

    async def look(self) -> int:
        taken = await self.intake.look()
        while self.world.effects:
            await self.world.do_effects()
        return taken

    def lay(self, **files: bytes) -> None:
        for name, data in files.items():
            (self.path / name.replace("_", ".")).write_bytes(data)

    def manifest(self, *files: dict[str, str], **more: str) -> None:
        said = {"files": files} | more
        (self.path / "manifest.json").write_text(json.dumps(said))

    @property
    def documents(self) -> dict[str, Document]:
        found = [d for d in self.world.store.documents.values() if isinstance(d, Document)]
        return {one.name: one for one in found}

    @property
    def answer(self) -> list[dict[str, str]]:
        problems: list[dict[str, str]] = json.loads(
            (self.path / "manifest.answer.json").read_text()
        )["problems"]
        return problems

    @property
    def lying(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir())


@pytest.fixture
def folder(tmp_path: Path, world: Onboarding) -> Folder:
    return Folder(tmp_path / "intake", world)


ABOUT = {"party": NORDLYS.party_id, "contract": CONTRACT}


async def test_what_a_manifest_says_stands_on_the_documents(folder: Folder) -> None:
    await folder.world.tell(signed())
    folder.lay(iso_pdf=ISO, attest_pdf=ATTEST)
    folder.manifest(
        {"file": "iso.pdf", "kind": "iso-9001", **ABOUT},
        {"file": "attest.pdf", "sender": "ola@nordlys.example"},
        sender="post@nordlys.example",
    )
    assert await folder.look() == 2
    iso, attest = folder.documents["iso.pdf"], folder.documents["attest.pdf"]
    assert (iso.expected_kind, iso.contract_id, iso.expected_party_id) == (
        "iso-9001",
        CONTRACT,
        NORDLYS.party_id,
    )
    assert iso.state is attest.state is State.VERIFIED
    found = [d for d in folder.world.store.documents.values() if isinstance(d, Consignment)]
    assert {one.address for one in found} <= {"post@nordlys.example", "ola@nordlys.example"}
    assert folder.lying == []
    taken = [path.name for path in (folder.intake.folder / ".taken" / BUYER).iterdir()]
    assert sorted(name[13:] for name in taken) == ["attest.pdf", "iso.pdf", "manifest.json"]


async def test_a_csv_manifest_says_the_same(folder: Folder) -> None:
    await folder.world.tell(signed())
    folder.lay(iso_pdf=ISO)
    text = f"\ufefffile;party;contract;kind\niso.pdf;{NORDLYS.party_id};{CONTRACT};iso-9001\n"
    (folder.path / "manifest.csv").write_text(text)
    assert await folder.look() == 1
    assert folder.documents["iso.pdf"].contract_id == CONTRACT


async def test_a_kind_that_the_paper_contradicts_is_looked_at(folder: Folder) -> None:
    await folder.world.tell(signed())
    folder.lay(iso_pdf=ISO)
    folder.manifest({"file": "iso.pdf", "kind": "serviceattest"})
    await folder.look()
    document = folder.documents["iso.pdf"]
    assert document.state is State.REVIEW
    assert "it was sent as serviceattest and reads as iso-9001" in document.reasons


@pytest.mark.parametrize(
    ("entries", "file", "field", "reason"),
    [
        ([{"file": "iso.pdf", "kind": "diploma"}], "iso.pdf", "kind", "the kinds of documents are"),
        ([{"file": "iso.pdf", "party": "dk-cvr-0"}], "iso.pdf", "party", "no party dk-cvr-0"),
        ([{"file": "iso.pdf", "contract": "c-0"}], "iso.pdf", "contract", "no contract c-0"),
        ([{"file": "../iso.pdf"}], "entry 1", "file", "without a path"),
        ([{"file": "iso.pdf", "sender": "Ola"}], "entry 1", "sender", "one mail address"),
        ([{"file": "iso.pdf"}, {"file": "iso.pdf"}], "iso.pdf", None, "named twice"),
        ([{"file": "iso.pdf", "colour": "red"}], "entry 1", "colour", "extra inputs"),
        ([], None, "files", "at least 1 item"),
    ],
)
async def test_a_wrong_manifest_is_answered_and_nothing_of_its_folder_is_taken(
    folder: Folder, entries: list[dict[str, str]], file: str | None, field: str | None, reason: str
) -> None:
    folder.lay(iso_pdf=ISO)
    folder.manifest(*entries)
    assert await folder.look() == 0
    (problem,) = folder.answer
    assert (problem.get("file"), problem.get("field")) == (file, field)
    assert reason in problem["reason"]
    assert folder.lying == ["iso.pdf", "manifest.answer.json", "manifest.json"]
    (document,) = folder.documents.values()
    assert (document.name, document.state) == ("manifest.json", State.REVIEW)
    assert reason in document.reasons[0]
    assert await folder.look() == 0


async def test_a_mended_manifest_is_taken(folder: Folder) -> None:
    folder.lay(iso_pdf=ISO)
    folder.manifest({"file": "iso.pdf", "kind": "diploma"})
    await folder.look()
    folder.manifest({"file": "iso.pdf", "kind": "iso-9001"})
    assert await folder.look() == 1
    assert folder.lying == []


async def test_a_file_that_is_named_and_absent_is_waited_for_and_then_missed(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.manifest({"file": "iso.pdf"})
    assert await folder.look() == 0
    assert not (folder.path / "manifest.answer.json").exists()
    monkeypatch.setattr("services.onboarding.listed.MISSING_AFTER", 0.0)
    await folder.look()
    assert "does not lie here" in folder.answer[0]["reason"]


async def test_a_file_that_is_not_named_is_a_mistake(folder: Folder) -> None:
    folder.lay(iso_pdf=ISO, other_pdf=ATTEST)
    folder.manifest({"file": "iso.pdf"})
    assert await folder.look() == 0
    assert folder.answer == [
        {"file": "other.pdf", "reason": "it lies here and the manifest does not name it"}
    ]


@pytest.mark.parametrize("nth", [1, 2])
async def test_a_kill_in_the_middle_of_a_manifest_loses_and_doubles_nothing(
    folder: Folder, nth: int
) -> None:
    folder.lay(iso_pdf=ISO, attest_pdf=ATTEST)
    folder.manifest({"file": "iso.pdf", "kind": "iso-9001"}, {"file": "attest.pdf"})
    folder.dies_at = nth
    with pytest.raises(Killed):
        await folder.look()
    assert await folder.look() == 2
    assert sorted(folder.documents) == ["attest.pdf", "iso.pdf"]
    assert folder.documents["iso.pdf"].expected_kind == "iso-9001"
    assert folder.lying == []


async def test_a_kill_while_files_are_moved_leaves_them_to_be_taken_again(folder: Folder) -> None:
    folder.lay(iso_pdf=ISO, attest_pdf=ATTEST)
    folder.manifest({"file": "iso.pdf"}, {"file": "attest.pdf"})
    put_away = folder.intake._put_away
    moved: list[object] = []

    def dies(found: object, digest: str, shelf: str) -> None:
        if moved:
            raise Killed
        moved.append(found)
        put_away(found, digest, shelf)  # type: ignore[arg-type]

    folder.intake._put_away = dies  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await folder.look()
    folder.intake._put_away = put_away  # type: ignore[method-assign]
    assert folder.lying == ["attest.pdf", "iso.pdf"]
    assert await folder.look() == 2
    assert sorted(folder.documents) == ["attest.pdf", "iso.pdf"]


@given(st.sampled_from(["manifest.json", "manifest.csv"]), st.binary(max_size=300) | st.text())
def test_whatever_a_manifest_holds_it_is_read_or_answered(name: str, noise: bytes | str) -> None:
    data = noise if isinstance(noise, bytes) else noise.encode("utf-8", "surrogatepass")
    for text in (data, b'{"files": ' + data + b"}", b"file;party\n" + data):
        try:
            manifest = read_manifest(name, text)
        except WrongManifest as wrong:
            manifest = None
            said = wrong.problems
        assert manifest or all(problem["reason"] for problem in said)


def test_a_manifest_in_another_time_zone_of_the_disk_is_no_trouble(folder: Folder) -> None:
    """What counts is the change of the file itself, which no copying program sets back."""
    folder.manifest({"file": "iso.pdf"})
    os.utime(folder.path / "manifest.json", (0, 0))
    (listed,) = folder.intake._find()
    assert time.time() - getattr(listed, "changed", 0.0) < 60
