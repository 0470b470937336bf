"""The mailbox, against a real IMAP server: every message once, and its sender is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.onboarding.commands import ReceiveFile
from services.onboarding.domain import Consignment, Document, State
from services.onboarding.imap import MailAway, Place
from services.onboarding.mailbox import Mailbox, MailboxSettings
from services.onboarding.unpacking import LARGEST_CONTAINER
from shared.envelope import Outcome
from shared.events.onboarding import FilesQuestioned
from shared.persons import PersonKey
from shared.testing import MACHINE

from .conftest import Onboarding
from .imap_server import ImapServer
from .mails import SENDER, archive, forwarded, locked_archive, mail
from .papers import BUYER

SAMPLES = Path(__file__).parents[2] / "samples"
PDF = (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
ESPD = (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()
KEY = PersonKey(b"k" * 32)


class Killed(BaseException):
    """The process ends here, without a chance to tidy up."""


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    running = ImapServer()
    running.start()
    yield running
    running.stop()


class Post:
    """A mailbox that is looked at, and the world that hears of it."""

    def __init__(self, server: ImapServer, world: Onboarding) -> None:
        self.server, self.world = server, world
        self.dies = ""
        self.ids: list[str] = []
        settings = MailboxSettings(url=SecretStr(server.url), buyer_id=BUYER)
        self.mailbox = Mailbox(settings, world.files, KEY, self.tell, own="ansvar@ansvar.example")

    async def tell(self, command: ReceiveFile, id: str) -> Outcome:
        if self.dies == "before the commit":
            raise Killed
        self.ids.append(id)
        outcome = await self.world.tell(command, by=MACHINE)
        if self.dies == "after the commit":
            raise Killed
        return outcome

    async def look(self) -> int:
        taken = await self.mailbox.look()
        while self.world.effects:
            await self.world.do_effects()
        return taken

    @property
    def documents(self) -> dict[str, Document]:
        documents = self.world.store.documents.values()
        return {one.name: one for one in documents if isinstance(one, Document)}

    @property
    def letters(self) -> list[FilesQuestioned]:
        return [event for event in self.world.announced if isinstance(event, FilesQuestioned)]

    def there(self) -> tuple[int, int, int]:
        """Messages that wait, were taken, and were refused."""
        inbox, taken, refused = map(self.server.count, ("INBOX", "Taken", "Refused"))
        return inbox, taken, refused


@pytest.fixture
def post(server: ImapServer, world: Onboarding) -> Post:
    server.empty()
    return Post(server, world)


async def test_what_is_mailed_comes_in_and_is_moved_away(post: Post) -> None:
    post.server.deliver(mail(("espd.xml", ESPD), ("iso.zip", archive({"iso.pdf": PDF}))))
    post.server.deliver(forwarded(mail(("attest.pdf", PDF + b"\n%2"), id="2")))
    assert await post.look() == 2
    assert {name: one.kind for name, one in post.documents.items()} == {
        "mail.eml": "container",
        "espd.xml": "espd",
        "iso.zip/iso.pdf": "iso-9001",
        "Dokumenter.eml/attest.pdf": "iso-9001",
    }
    assert {one.channel for one in post.documents.values()} == {"mail"}
    assert {one.sender_id for one in post.documents.values()} == {KEY.person("mail", SENDER)}
    assert post.there() == (0, 2, 0)
    assert await post.look() == 0


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
async def test_a_message_is_taken_once_whenever_the_process_dies(post: Post, moment: str) -> None:
    post.server.deliver(mail(("iso.pdf", PDF)))
    post.dies = moment
    with pytest.raises(Killed):
        await post.look()
    assert post.there() == (1, 0, 0)
    post.dies = ""
    assert await post.look() == 1
    assert sorted(post.documents) == ["iso.pdf", "mail.eml"]
    assert post.there() == (0, 1, 0)
    assert len(set(post.ids)) == 1


async def test_the_sender_is_told_once_what_cannot_be_used(post: Post) -> None:
    files = [("espd.xml", ESPD), ("a.zip", locked_archive({"a": PDF})), ("b.pdf", PDF[:400])]
    post.server.deliver(mail(*files, sender="Ola <OLA@nordlys.example>"))
    await post.look()
    await post.world.advance(timedelta(minutes=20))
    (letter,) = post.letters
    assert letter.address.startswith("sealed:1:personal:person-")
    documents = post.world.store.documents.values()
    (kept,) = [one for one in documents if isinstance(one, Consignment)]
    assert kept.address == "ola@nordlys.example"
    assert {(one.name, one.reason) for one in letter.problems} == {
        ("a.zip", "locked"),
        ("b.pdf", "damaged"),
        ("espd.xml", "review"),
    }
    await post.world.advance(timedelta(days=2))
    assert len(post.letters) == 1


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({"Auto-Submitted": "auto-replied"}, SENDER),
        ({}, "ansvar@ansvar.example"),
        ({"Precedence": "bulk"}, SENDER),
    ],
)
async def test_nobody_answers_a_machine(post: Post, headers: dict[str, str], sender: str) -> None:
    post.server.deliver(mail(("b.pdf", PDF[:400]), headers=headers, sender=sender))
    post.server.deliver(mail(headers=headers, sender=sender, id="2"))
    await post.look()
    await post.world.advance(timedelta(days=1))
    assert post.letters == []
    assert post.documents["b.pdf"].state is State.REVIEW
    empty = [d for d in post.documents.values() if d.kind == "container" and not d.parts]
    assert [one.state for one in empty] == [State.OPENED]


async def test_a_sender_is_told_at_most_five_times_a_day(post: Post) -> None:
    for nth in range(7):
        bad = PDF[: 400 + nth]
        post.server.deliver(mail((f"{nth}.pdf", bad), id=f"n{nth}"))
    await post.look()
    await post.world.advance(timedelta(hours=1))
    assert len(post.letters) == 5
    await post.world.advance(timedelta(days=2))
    assert len(post.letters) == 7


async def test_a_message_that_the_service_refuses_is_put_aside_and_not_lost(post: Post) -> None:
    async def refuse(command: ReceiveFile, id: str) -> Outcome:
        return Outcome(error={"kind": "rejected", "reason": "no"})

    post.mailbox._tell = refuse
    post.server.deliver(mail(("iso.pdf", PDF)))
    assert await post.look() == 0
    assert post.there() == (0, 0, 1)


async def test_a_mail_beyond_the_limit_is_not_fetched_and_its_sender_is_told(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered: 40 MB through a server in Python take half a minute."""
    assert LARGEST_CONTAINER == 40_000_000
    for place in ("mailbox", "taking"):
        monkeypatch.setattr(f"services.onboarding.{place}.LARGEST_CONTAINER", 20_000)
    monkeypatch.setattr("services.onboarding.mailbox.LONGEST_HEAD", 2_000)
    post.server.deliver(mail(("big.bin", bytes(100_000))))
    await post.look()
    (document,) = post.documents.values()
    assert (document.state, document.stored) == (State.REVIEW, False)
    await post.world.advance(timedelta(hours=1))
    assert [one.reason for letter in post.letters for one in letter.problems] == ["large"]
    assert post.there() == (0, 1, 0)


async def test_a_server_that_is_away_is_said_so(post: Post) -> None:
    settings = MailboxSettings(url=SecretStr("imap://a:b@127.0.0.1:9/INBOX"), buyer_id=BUYER)
    away = Mailbox(settings, post.world.files, KEY, post.tell)
    with pytest.raises(MailAway, match="ConnectionRefused"):
        await away.look()
    wrong = post.server.url.replace("hemmeligt", "forkert")
    settings = MailboxSettings(url=SecretStr(wrong), buyer_id=BUYER)
    with pytest.raises(MailAway) as said:
        await Mailbox(settings, post.world.files, KEY, post.tell).look()
    assert "forkert" not in str(said.value)


def test_the_address_of_a_mailbox_names_no_password() -> None:
    place = Place.parse("imaps://per%40region.example:p%3Aw@mail.example/INBOX/Ansvar")
    assert (place.host, place.port, place.secure) == ("mail.example", 993, True)
    assert (place.user, place.password, place.folder) == (
        "per@region.example",
        "p:w",
        "INBOX/Ansvar",
    )
    assert "p:w" not in place.name
    for wrong in ("https://a:b@c", "imap://host", ""):
        with pytest.raises(ValueError, match="imaps://user:password@host"):
            Place.parse(wrong)
