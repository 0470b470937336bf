"""Mails are read back as they were kept."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from shared.links import LinkBook
from shared.story.mails import Mails

TOKEN = LinkBook(b"k" * 32).token("link-1", "hearing/case-7", datetime(2030, 1, 1, tzinfo=UTC))


def keep(folder: Path, name: str, to: str, text: str) -> None:
    mail = EmailMessage()
    mail["X-Envelope-To"] = to
    mail["Message-ID"] = f"<{name}@ansvar.example>"
    mail["Subject"] = "Høring"
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p>", subtype="html")
    (folder / f"{name}.eml").write_bytes(bytes(mail))


def test_a_letter_says_what_its_one_time_link_opens(tmp_path: Path) -> None:
    keep(tmp_path, "2", "a@firma.example", f"Svar her: http://localhost:8000/l/{TOKEN}")
    keep(tmp_path, "1", "b@region.example", "Åbn http://localhost:8000/needs/need-1")
    (letter,) = Mails(tmp_path).to("a@firma.example")
    assert (letter.token, letter.opens) == (TOKEN, "hearing/case-7")
    assert "Høring" in letter.whole
    (mail,) = Mails(tmp_path).to("b@region.example")
    assert (mail.link, mail.token, mail.opens) == ("http://localhost:8000/needs/need-1", "", "")


def test_new_mails_are_seen_and_the_oldest_comes_first(tmp_path: Path) -> None:
    mails = Mails(tmp_path)
    keep(tmp_path, "20", "a@firma.example", "the second")
    assert len(mails.to("a@firma.example")) == 1
    keep(tmp_path, "10", "a@firma.example", "the first")
    assert [mail.text.strip() for mail in mails.to("a@firma.example")] == [
        "the first",
        "the second",
    ]
