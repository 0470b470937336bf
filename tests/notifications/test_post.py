"""A letter by digital post is delivered when its receipt says so; else it is mailed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from services.notifications.api import api
from services.notifications.domain import Delivery, id_of
from services.notifications.handlers import router
from services.notifications.inlets import Inlet, json_reader, take_in
from services.notifications.messages import PostReceipt, SendMail
from services.notifications.post import DIGITAL_POST, REGISTERED, TENDER_PLATFORM, FolderPost
from shared.events.contracts import ProcedureOpened
from shared.events.notifications import LetterDelivered, NotificationFailed
from shared.events.onboarding import DocumentRequested, PartyRegistered
from shared.testing import T0, World, play
from tests.notifications.people import BUYER, TAKEN
from tests.notifications.test_handlers import HEARING, SUPPLIER, adapters, mailed
from tests.notifications.test_mail import LINKS, WRITER
from tests.serving import Standing

LETTER = id_of("letter", HEARING.link_id)


@pytest.fixture
def post(tmp_path: Path) -> FolderPost:
    return FolderPost(tmp_path / "post", WRITER, REGISTERED)


@pytest.fixture
async def world(post: FolderPost) -> World:
    posts = {DIGITAL_POST: post, TENDER_PLATFORM: FolderPost(post.folder / "tender", WRITER)}
    world = await play(router, TAKEN, adapters=adapters(posts=posts))
    await world.tell(PartyRegistered(party=SUPPLIER), HEARING)
    await world.do_effects()
    return world


def receipt(**more: object) -> dict[str, object]:
    at = (T0 + timedelta(minutes=30)).isoformat()
    return {"letter_id": LETTER, "status": "delivered", "at": at, "reference": "DP-1"} | more


async def carried(world: World, post: FolderPost, tmp_path: Path, said: object) -> int:
    """Put a receipt into the folder and have it taken; how many were refused."""
    post.receipts.mkdir(exist_ok=True)
    (post.receipts / "1.json").write_text(json.dumps(said))
    service = Standing(world, api, tmp_path)
    inlet = Inlet(post.receipts, json_reader(PostReceipt))
    return (await take_in(inlet, service)).refused  # type: ignore[arg-type]


async def test_the_post_gets_a_folder_with_the_letter_and_no_mail_goes_out(
    world: World, post: FolderPost
) -> None:
    assert mailed(world) == []
    (letter,) = (post.folder / "out").iterdir()
    said = json.loads((letter / "message.json").read_text())
    assert (said["letter_id"], said["about"]) == (LETTER, "case-1")
    assert f"{said['recipient']['scheme']}-{said['recipient']['id']}" == SUPPLIER.party_id
    text = (letter / "letter.txt").read_text()
    assert HEARING.subject not in text
    token = text.partition("/l/")[2].split()[0]
    assert LINKS.open(token).link_id == HEARING.link_id
    assert world.state(Delivery, LETTER).state == "handed over"


async def test_it_is_delivered_at_the_moment_of_the_receipt_and_once(
    world: World, post: FolderPost, tmp_path: Path
) -> None:
    await world.advance(timedelta(hours=1))
    for _ in range(2):
        assert await carried(world, post, tmp_path, receipt()) == 0
    (fact,) = [one for one in world.announced if isinstance(one, LetterDelivered)]
    assert fact.delivered_at == T0 + timedelta(minutes=30)
    assert (fact.about, fact.channel, fact.reference) == ("case-1", DIGITAL_POST, "DP-1")
    assert fact.link_id == HEARING.link_id
    await world.advance(timedelta(days=5))
    assert mailed(world) == []


@pytest.mark.parametrize("silent", [True, False])
async def test_what_the_post_refuses_or_says_nothing_of_is_mailed(
    world: World, post: FolderPost, tmp_path: Path, silent: bool
) -> None:
    if silent:
        await world.advance(timedelta(days=3, hours=1))
    else:
        said = receipt(status="refused", problem="not registered", at=T0.isoformat())
        assert await carried(world, post, tmp_path, said) == 0
    (mail,) = [one for one in world.effects if isinstance(one, SendMail)]
    assert mail.link_id == HEARING.link_id
    assert any(isinstance(one, NotificationFailed) for one in world.announced)
    await world.do_effects()
    (fact,) = [one for one in world.announced if isinstance(one, LetterDelivered)]
    assert fact.channel == "mail"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"status": "perhaps"}, "status: "),
        ({"at": (T0 + timedelta(days=2)).isoformat()}, "yet to come"),
        ({"at": (T0 - timedelta(days=2)).isoformat()}, "given to the post later"),
        ({"letter_id": "letter-nobody"}, "letter-nobody"),
    ],
)
async def test_a_wrong_receipt_is_put_aside_and_says_why(
    world: World, post: FolderPost, tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    assert await carried(world, post, tmp_path, receipt(**wrong)) == 1
    assert said in (post.receipts / "wrong" / "1.json.why.txt").read_text()
    assert world.state(Delivery, LETTER).state == "handed over"


def asked(contract_id: str) -> DocumentRequested:
    return DocumentRequested(
        request_id="r-1",
        party_id=SUPPLIER.party_id,
        buyer_id=BUYER,
        contract_id=contract_id,
        kind="espd",
        due=T0 + timedelta(days=10),
        link_id=f"link-{contract_id}",
    )


async def test_what_a_procedure_asks_goes_over_the_tender_platform_and_of_contracts_by_mail(
    world: World, post: FolderPost
) -> None:
    opened = ProcedureOpened(procedure_id="p-1", reference="P1", buyer_id=BUYER, title="P")
    await world.tell(opened, asked("p-1"), asked("k-1"))
    await world.do_effects()
    (letter,) = (post.folder / "tender" / "out").iterdir()
    assert letter.name == id_of("letter", "link-p-1")
    proofs = [one for one in world.announced if isinstance(one, LetterDelivered)]
    assert [(one.channel, one.about) for one in proofs] == [("mail", "k-1")]
