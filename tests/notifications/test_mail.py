"""Mails are sent to a real mail server and read back."""

import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller

from services.notifications.mail import HERE, SmtpMailer, Writer
from services.notifications.messages import Row, SendMail
from services.notifications.rules import read_rules
from shared.embedded.readiness import free_ports
from shared.languages import LANGUAGES, read_words
from shared.links import LinkBook
from shared.testing import T0
from tests.asked import NEED_KINDS

LINKS = LinkBook(bytes(32), now=lambda: T0)
WRITER = Writer("https://ansvar.region.example/", LINKS)


class Server:
    """Keeps what it takes; refuses some addresses for good and others for now."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("gone"):
            return f"550 no such mailbox {address}"
        if address.startswith("busy"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.raw.append(envelope.content)
        return "250 taken"


@pytest.fixture
def server() -> Iterator[Controller]:
    controller = Controller(Server(), hostname="127.0.0.1", port=free_ports(1)[0])
    controller.start()
    yield controller
    controller.stop()


def mailer(server: Controller) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{server.port}", "ansvar@region.example", WRITER)


def need_mail(to: str = "mette@region.example", **more: Any) -> SendMail:
    return SendMail(
        **{
            "notification_id": "mail-1",
            "to": to,
            "language": "da",
            "words": "need.review-hit",
            "due": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
            "facts": (("kind", "review-hit"),),
            "path": "/needs/need-1",
            "thread": "story-1",
            **more,
        }
    )


def letter() -> SendMail:
    return need_mail(
        "avtal@malardalen.example",
        notification_id="letter-1",
        party_id="se-orgnr-5599874129",
        language="sv",
        words="letter.documents",
        facts=(("document", "skatteverket"), ("contract", "RN-2026-021-K1")),
        path="",
        link_id="link-1",
        link_scope="documents/RN-2026-021-K1",
        link_expires=T0 + timedelta(days=30),
    )


def parts(message: EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    return text.get_content(), html.get_content()


async def test_a_mail_is_received_with_its_words_its_deadline_and_one_link(
    server: Controller,
) -> None:
    assert await mailer(server).send(need_mail()) == ""
    (message,) = server.handler.taken
    text, html = parts(message)
    assert message["Subject"] == (
        "Et muligt sanktionshit skal vurderes (senest 24. nov. 2026 13.00)"
    )
    assert message["To"] == "mette@region.example"
    assert message["Content-Language"] == "da"
    assert text.count("https://") == html.count('href="https://') == 1
    assert "https://ansvar.region.example/needs/need-1" in text
    assert '<html lang="da">' in html


async def test_the_same_notification_has_the_same_message_id(server: Controller) -> None:
    for _ in range(2):
        await mailer(server).send(need_mail())
    one, two = server.handler.taken
    assert one["Message-ID"] == two["Message-ID"] == "<mail-1@region.example>"
    assert one["References"] == two["References"]


async def test_the_link_to_stop_mails_arrives_as_it_is_and_in_one_line(server: Controller) -> None:
    rows = (Row(kind="review-hit", due=T0, path="/needs/n"),) * 3
    several = need_mail(
        subject="mette.lund", words="several", rows=rows, facts=(("count", "3"),), thread=""
    )
    await mailer(server).send(several)
    (raw,) = server.handler.raw
    found = re.search(rb"(?m)^List-Unsubscribe: <https://ansvar[^ =]+/unsubscribe/(\S+)>\r$", raw)
    assert found
    assert LINKS.open(found[1].decode()).scope == "unsubscribe/mette.lund"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert max(map(len, raw.splitlines())) <= 998


async def test_the_link_of_a_letter_opens_what_was_asked_for(server: Controller) -> None:
    await mailer(server).send(letter())
    text, _ = parts(server.handler.taken[0])
    found = re.search(r"https://ansvar\.region\.example/l/(\S+)", text)
    assert found
    link = LINKS.open(found[1])
    assert (link.link_id, link.scope) == ("link-1", "documents/RN-2026-021-K1")
    assert "skatteintyg" in text


async def test_a_mailbox_that_does_not_exist_is_an_answer_and_its_address_is_not_repeated(
    server: Controller,
) -> None:
    assert await mailer(server).send(need_mail("gone@x.example")) == (
        "the mail server refused it with code 550"
    )


async def test_a_mail_server_that_is_busy_or_away_is_tried_again(server: Controller) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await mailer(server).send(need_mail("busy@x.example"))
    nobody = SmtpMailer(f"smtp://127.0.0.1:{free_ports(1)[0]}", "a@b.example", WRITER)
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await nobody.send(need_mail())


def test_an_escalated_need_says_why_it_comes() -> None:
    message = WRITER.write(need_mail(words="escalated", language="en"), "a@b.example")
    text, _ = parts(message)
    assert "passed on to you" in text
    assert message["Subject"].startswith("A possible sanctions hit")


def test_a_kind_of_need_without_words_of_its_own_still_makes_sense() -> None:
    message = WRITER.write(need_mail(words="need.unheard-of", language="en"), "a@b.example")
    assert message["Subject"].startswith("Something waits for you in Ansvar")


def test_the_three_languages_say_the_same_things() -> None:
    catalogues = [read_words(HERE / "words")[language].messages for language in LANGUAGES]
    assert set(catalogues[0]) == set(catalogues[1]) == set(catalogues[2])
    for key in catalogues[0]:
        names = [{n for _, n, _, _ in string.Formatter().parse(c[key]) if n} for c in catalogues]
        assert names[0] == names[1] == names[2], key


@pytest.mark.parametrize("kind", NEED_KINDS)
def test_every_kind_of_need_has_its_words(kind: str) -> None:
    for part in ("title", "what", "why"):
        assert read_words(HERE / "words")["sv"].knows(f"need.{kind}.{part}")


def test_every_letter_of_the_rules_has_its_words() -> None:
    words = read_words(HERE / "words")["en"]
    for letter in read_rules().letters.values():
        for part in ("title", "what", "why"):
            assert words.knows(f"{letter.words}.{part}")


def test_a_line_of_a_table_says_whether_it_is_late_and_whether_it_was_passed_on() -> None:
    rows = (
        Row(kind="review-hit", due=T0, path="/needs/1", escalated=True),
        Row(kind="review-hit", due=T0, path="/needs/2", late=True),
        Row(kind="review-hit", due=T0, path="/needs/3", escalated=True, late=True),
    )
    mail = need_mail(words="several", rows=rows, facts=(("count", "3"),), language="en")
    text = str(WRITER.write(mail, "a@b.example").get_body(("plain",)))
    marks = re.findall(r"^- .*?(?: \((.*?)\))? -", text, re.MULTILINE)
    assert marks == ["passed on to you", "overdue", "passed on to you, overdue"]
