"""Whoever sent files is told what cannot be used: once, in their language, without a link."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from services.notifications.domain import Delivery
from services.notifications.mail import Writer
from services.notifications.messages import SendMail
from shared.events.onboarding import FilesQuestioned, PartyRegistered
from shared.events.words import FileProblem
from shared.links import LinkBook

from .test_handlers import SUPPLIER, started

BUYER = "dk-cvr-29190623"

PROBLEMS = (
    FileProblem(document_id="doc-1", name="all.zip", reason="locked"),
    FileProblem(document_id="doc-2", name="https://evil.example/b.pdf", reason="damaged"),
)


def questioned(**more: object) -> FilesQuestioned:
    values: dict[str, object] = {
        "consignment_id": "con-1",
        "buyer_id": BUYER,
        "party_id": "person-1",
        "address": "ola@nordlys.example.dk",
        "problems": PROBLEMS,
    }
    return FilesQuestioned.model_validate(values | more)


def written(mail: SendMail) -> EmailMessage:
    writer = Writer("https://ansvar.region.example", LinkBook(b"l" * 32))
    return writer.write(mail, "ansvar@region.example")


async def test_the_sender_is_told_at_the_address_the_files_came_from() -> None:
    world = await started()
    await world.tell(questioned(), questioned())
    (mail,) = world.effects
    assert isinstance(mail, SendMail)
    assert (mail.to, mail.language) == ("ola@nordlys.example.dk", "da")
    message = written(mail)
    assert message["Auto-Submitted"] == "auto-generated"
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body
        text = body.get_content()
        assert "all.zip: den er låst eller krypteret" in text
        assert "evil.example b.pdf: den er beskadiget" in text
        assert "http" not in text
        assert "person-1" not in text


@pytest.mark.parametrize(
    ("more", "language"),
    [
        ({"language": "sv-SE"}, "sv"),
        ({"address": "a@firma.se"}, "sv"),
        ({"address": "a@firma.de"}, "en"),
        ({"language": "pl", "address": "a@firma.dk"}, "da"),
    ],
)
async def test_the_language_is_that_of_the_mail_or_of_its_country(
    more: dict[str, object], language: str
) -> None:
    world = await started()
    await world.tell(questioned(**more))
    (mail,) = world.effects
    assert isinstance(mail, SendMail)
    assert mail.language == language
    assert written(mail)["Content-Language"] == language


async def test_a_party_is_told_at_its_own_address_and_one_without_is_kept_in_sight() -> None:
    world = await started()
    await world.tell(PartyRegistered(party=SUPPLIER))
    await world.tell(questioned(party_id=SUPPLIER.party_id, address=""))
    (mail,) = world.effects
    assert isinstance(mail, SendMail)
    assert (mail.to, mail.language) == (SUPPLIER.contact, "sv")
    await world.tell(questioned(party_id="person-2", address="", consignment_id="con-2"))
    kept = [d for d in world.store.documents.values() if isinstance(d, Delivery)]
    assert sorted(one.state for one in kept) == ["no address", "queued"]
    await world.advance(timedelta(days=1))
    assert len(world.effects) == 1
