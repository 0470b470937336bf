"""`ansvar doctor` asks the mail server whether it takes a conversation; nothing is sent."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from services.notifications.mail import SmtpMailer
from shared.embedded.readiness import free_ports
from tests.notifications.test_mail import WRITER, Server


@pytest.fixture
def server() -> Iterator[Controller]:
    def knows(server: object, session: object, envelope: object, how: str, data: object) -> object:
        right = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=right, handled=False)

    controller = Controller(
        Server(),
        hostname="127.0.0.1",
        port=free_ports(1)[0],
        authenticator=knows,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


async def test_a_server_that_answers_is_well(server: Controller) -> None:
    found = await SmtpMailer(f"smtp://127.0.0.1:{server.port}", "a@b.example", WRITER).examine()
    assert found.well
    assert not server.handler.taken


async def test_one_that_is_away_is_named_with_its_setting() -> None:
    (port,) = free_ports(1)
    found = await SmtpMailer(f"smtp://127.0.0.1:{port}", "a@b.example", WRITER).examine()
    assert not found.well
    assert "ANSVAR_SMTP_URL" in found.remedy


async def test_a_user_that_it_does_not_know_is_told_without_its_password(
    server: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer = SmtpMailer(f"smtp://me:wrong@127.0.0.1:{server.port}", "a@b.example", WRITER)
    monkeypatch.setattr(mailer, "_starts_tls", False)
    found = await mailer.examine()
    assert not found.well
    assert "user and password" in found.remedy
    assert "wrong" not in found.told
