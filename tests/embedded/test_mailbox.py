"""A mail that was sent lies in the mailbox, whole."""

import logging
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from shared.embedded.mailbox import Mailbox


def test_each_mail_is_kept_as_a_file_with_the_addresses_it_was_sent_to(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mail")
    mailbox.start()
    try:
        mail = EmailMessage()
        mail["From"] = "ansvar@region.example"
        mail["To"] = "officer@region.example"
        mail["Subject"] = "Frist på torsdag"
        mail.set_content("Åbn sagen.")
        with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as line:
            line.send_message(mail, to_addrs=["officer@region.example", "deputy@region.example"])
    finally:
        mailbox.stop()

    (kept,) = sorted((tmp_path / "mail").iterdir())
    assert kept.suffix == ".eml"
    read = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert read["Subject"] == "Frist på torsdag"
    assert read["X-Envelope-To"] == "officer@region.example, deputy@region.example"
    body = read.get_body()
    assert body is not None
    assert "Åbn sagen." in body.get_content()


def test_no_address_is_written_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    mailbox = Mailbox(tmp_path / "mail")
    mailbox.start()
    try:
        with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as line:
            line.sendmail("ansvar@region.example", ["officer@region.example"], "Subject: x\r\n\r\n")
    finally:
        mailbox.stop()
    assert "officer@region.example" not in caplog.text
