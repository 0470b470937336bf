"""Archives and mails: their files become documents, and a hostile one becomes a question."""

import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.onboarding.domain import Document, State
from services.onboarding.unpacking import ARCHIVE, MAIL, OUTLOOK, NotOpened, Part, container_of
from services.onboarding.unpacking.archive import leads_out
from services.onboarding.unpacking.desk import parts_of
from services.onboarding.unpacking.mail import head_of
from services.onboarding.unpacking.parts import MOST_DEPTH, MOST_PARTS, Budget, plain_name
from services.onboarding.unpacking.room import Unpackers
from shared.events.onboarding import DocumentNeedsReview, DocumentOpened, DocumentReceived

from .compound import message, outlook
from .conftest import Onboarding
from .hostile import macro_workbook
from .mails import archive, declared, forwarded, locked_archive, mail, nested_archive

SAMPLES = Path(__file__).parents[2] / "samples"
PDF = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
ESPD = (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()


def opened(data: bytes) -> list[Part]:
    return list(parts_of(data, Budget()))


def names(data: bytes) -> list[str]:
    return [f"{part.path}{part.name}" for part in opened(data)]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (archive({"a.pdf": PDF}), ARCHIVE),
        (mail(("a.pdf", PDF)).as_bytes(), MAIL),
        (outlook({"a.pdf": PDF}), OUTLOOK),
        (PDF, None),
        (ESPD, None),
        (macro_workbook(), None),
        (b"Subject: only one header\n\nhello", None),
        (b"", None),
    ],
)
def test_what_a_container_is_stands_in_its_bytes(data: bytes, kind: str | None) -> None:
    assert container_of(data) == kind


def test_files_in_archives_mails_and_outlook_messages_are_found_wherever_they_lie() -> None:
    inner = archive({"folder/iso.pdf": PDF, "__MACOSX/x": b"1"})
    letter = forwarded(mail(("all.zip", inner), ("espd.xml", ESPD)))
    assert names(letter.as_bytes()) == ["Dokumenter.eml/all.zip/iso.pdf", "Dokumenter.eml/espd.xml"]
    saved = outlook({"all.zip": inner, "mail": message({"espd.xml": ESPD})})
    assert names(saved) == ["all.zip/iso.pdf", "espd.xml"]
    (first, _) = opened(saved)
    assert first.data == PDF


def test_logos_texts_and_signatures_of_a_mail_are_no_documents() -> None:
    letter = mail(("a.pdf", PDF))
    letter.add_attachment(b"x" * 900, maintype="image", subtype="png", disposition="inline")
    letter.add_attachment(b"signed", maintype="application", subtype="pgp-signature")
    assert names(letter.as_bytes()) == ["a.pdf"]


def linked() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("passwd.pdf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    return out.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory for the same bytes, said to be larger than the file."""
    data = bytearray(archive({"a": b"a" * 50}))
    at = data.find(b"PK\x01\x02")
    data[at + 20 : at + 24] = (10_000).to_bytes(4, "little")
    return bytes(data)


HOSTILE = {
    "bomb": (archive({"a.txt": b"0" * 90_000_000}), "would unpack to"),
    "2 GB declared": (declared(archive({"a.pdf": PDF}), 2**31), "would unpack to 2147483648"),
    "path out": (archive({"../../etc/cron.d/evil": b"x"}), "leads out of it"),
    "absolute path": (archive({"/etc/passwd": b"x"}), "leads out of it"),
    "Windows path": (archive({"C:\\Windows\\evil.dll": b"x"}), "leads out of it"),
    "link": (linked(), "a link to another file"),
    "locked": (locked_archive({"a.pdf": PDF}), "password"),
    "many": (archive({f"{n}.txt": b"x" for n in range(MOST_PARTS + 1)}), "more than 500 parts"),
    "overlapping": (overlapping(), "over each other|damaged"),
    "cut": (archive({"a.pdf": PDF})[:-40], "damaged or cut off"),
    "cut Outlook": (outlook({"a": PDF})[:-500], "damaged"),
    "multiparts": (
        b"From: a@b.c\nTo: a@b.c\nDate: x\nMIME-Version: 1.0\n"
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2000)
        ),
        "nested deeper",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_container_is_not_opened(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(NotOpened, match=reason):
        opened(data)


def test_an_archive_that_is_nested_too_deep_is_handed_over_unopened() -> None:
    (part,) = opened(nested_archive(archive({"a.pdf": PDF}), MOST_DEPTH))
    assert "one in the other" in part.problem
    assert container_of(part.data) == ARCHIVE
    (part,) = opened(nested_archive(archive({"a.pdf": PDF}), MOST_DEPTH - 1))
    assert (part.name, part.problem) == ("a.pdf", "")


def test_a_bad_archive_in_a_mail_does_not_cost_the_good_paper_beside_it() -> None:
    bomb = HOSTILE["bomb"][0]
    good, bad = opened(mail(("a.pdf", PDF), ("list.zip", bomb)).as_bytes())
    assert (good.name, good.problem) == ("a.pdf", "")
    assert bad.name == "list.zip"
    assert "would unpack" in bad.problem


def test_the_budget_counts_all_parts_however_they_are_nested() -> None:
    half = archive({f"{n}.txt": b"x" for n in range(300)})
    first, *_, last = opened(archive({"one.zip": half, "two.zip": half}))
    assert first.problem == ""
    assert "more than 500 parts" in last.problem


MAKERS = (
    lambda noise: archive({"a": noise}),
    lambda noise: mail(("a", noise)).as_bytes(),
    lambda noise: outlook({"a": noise}),
    lambda noise: noise,
)


@given(st.binary(max_size=400), st.sampled_from(MAKERS))
def test_whatever_comes_is_opened_or_refused(noise: bytes, make: Callable[[bytes], bytes]) -> None:
    """Any other exception would be a defect, and is raised by this test."""
    whole = make(noise)
    cut = whole[: max(1, len(whole) * 2 // 3)]
    for data in (whole, cut, whole[:60] + noise + whole[60:]):
        with suppress(NotOpened):
            assert all(part.name for part in opened(data))


@given(st.text(max_size=60))
def test_a_name_from_outside_is_only_a_name(name: str) -> None:
    plain = plain_name(name)
    assert plain
    assert "/" not in plain
    assert plain.isprintable() or plain == "without a name"
    assert not leads_out(plain) or plain in ("..",) or plain.endswith(":")


@pytest.mark.parametrize(
    ("headers", "sender", "automatic"),
    [
        ({}, "post@nordlys.example", False),
        ({"Auto-Submitted": "no"}, "post@nordlys.example", False),
        ({"Auto-Submitted": "auto-replied (vacation)"}, "post@nordlys.example", True),
        ({"Precedence": "bulk"}, "post@nordlys.example", True),
        ({"List-Id": "<news.example>"}, "post@nordlys.example", True),
        ({"Return-Path": "<>"}, "post@nordlys.example", True),
        ({}, "MAILER-DAEMON@nordlys.example", True),
        ({}, "no-reply@nordlys.example", True),
    ],
)
def test_a_mail_that_no_person_sent_is_known(
    headers: dict[str, str], sender: str, automatic: bool
) -> None:
    head = head_of(mail(sender=sender, headers=headers).as_bytes())
    assert (head.automatic, head.sender) == (automatic, sender.lower())
    assert head.message_id == "<1@nordlys.example>"


async def test_every_file_of_a_mail_becomes_a_document_of_its_own(world: Onboarding) -> None:
    data = mail(("espd.xml", ESPD), ("all.zip", archive({"iso.pdf": PDF}))).as_bytes()
    container = await world.drop(data, "mail.eml")
    assert container.state is State.OPENED
    parts = [world.state(Document, id) for id in container.parts]
    assert [(part.name, part.kind) for part in parts] == [
        ("espd.xml", "espd"),
        ("all.zip/iso.pdf", "iso-9001"),
    ]
    assert {part.part_of for part in parts} == {container.id}
    assert world.told.count(DocumentReceived) == 3
    (fact,) = [event for event in world.announced if isinstance(event, DocumentOpened)]
    assert fact.parts == container.parts


async def test_the_same_archive_again_changes_nothing(world: Onboarding) -> None:
    data = archive({"iso.pdf": PDF})
    await world.drop(data)
    before = len(world.announced)
    await world.drop(data)
    assert len(world.announced) == before


async def test_a_locked_archive_and_a_mail_without_files_wait_for_a_person(
    world: Onboarding,
) -> None:
    locked = await world.drop(locked_archive({"a.pdf": PDF}))
    assert locked.state is State.REVIEW
    assert "password" in locked.reasons[0]
    empty = await world.drop(mail().as_bytes())
    assert empty.state is State.REVIEW
    assert "carries no file" in empty.reasons[0]
    assert world.told.count(DocumentNeedsReview) == 2


async def test_a_container_in_review_can_be_opened_again(world: Onboarding) -> None:
    from services.onboarding.commands import ReadAgain

    locked = await world.drop(locked_archive({"a.pdf": PDF}))
    await world.tell(ReadAgain(document_id=locked.id))
    await world.do_effects()
    assert world.state(Document, locked.id).state is State.REVIEW
    assert world.state(Document, locked.id).attempts == 2


async def test_what_belongs_to_a_case_is_kept_and_not_read(world: Onboarding) -> None:
    paper = await world.drop(PDF, kept_for="case/c-3")
    assert (paper.state, paper.kind) == (State.KEPT, "")
    packed = await world.drop(archive({"espd.xml": ESPD}), kept_for="audit/a-17")
    (part,) = [world.state(Document, id) for id in packed.parts]
    assert (part.state, part.kept_for) == (State.KEPT, "audit/a-17")


async def test_containers_are_opened_in_a_process_of_their_own() -> None:
    room = Unpackers(2)
    found = [p async for p in room.open(mail(("a.pdf", PDF), ("b.xml", ESPD)).as_bytes())]
    assert [(part.name, part.data) for part in found] == [("a.pdf", PDF), ("b.xml", ESPD)]
    with pytest.raises(NotOpened, match="would unpack"):
        [part async for part in room.open(HOSTILE["bomb"][0])]


async def test_a_container_that_takes_too_long_is_given_up() -> None:
    room = Unpackers(1, longest=0.001)
    with pytest.raises(NotOpened, match="took longer"):
        [part async for part in room.open(archive({"a.pdf": PDF}))]
