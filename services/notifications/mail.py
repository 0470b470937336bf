"""Writes mails and hands them to the mail server.

A mail says what happened, why it matters, what to do by when, and carries one link. It holds no
personal data beyond the address: names and accounts stay behind the sign-in or the link.
"""

import hashlib
import json
import logging
import re
import ssl
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.messages import PostLetter, Row, SendMail, Telling
from shared.finding import Finding
from shared.languages import Language, Words, read_words
from shared.links import LinkBook

HERE = Path(__file__).parent
UNSUBSCRIBE = "unsubscribe"
UNSUBSCRIBE_FOR = timedelta(days=400)
"""For so long the link of a mail works."""
TIMEOUT = 15.0
"""Seconds for one step of the conversation with the mail server."""

LONG_LINES = policy.SMTP.clone(max_line_length=900, cte_type="7bit")
"""A header with a long address in it would else be written as encoded words, which nobody who looks
for a link there reads; RFC 5321 allows 998 letters in a line."""

PERMANENT = 500
"""Replies from here on say that trying again cannot help (RFC 5321, 4.2.1)."""

log = logging.getLogger("ansvar.notifications")


class Mailer(Protocol):
    async def send(self, mail: SendMail) -> str:
        """Hand a mail over. Returns why the other side will never take it, or nothing.

        Raises where another try may help.
        """


class SmtpMailer:
    """Sends by SMTP. The address is `smtp://host:port` or `smtps://user:password@host`."""

    def __init__(self, smtp_url: str, sender: str, writer: "Writer") -> None:
        place = urlsplit(smtp_url)
        if place.scheme not in ("smtp", "smtps") or not place.hostname:
            raise ValueError("the mail server's address has the form smtp://host:port")
        self._secure = place.scheme == "smtps"
        self._host = place.hostname
        self._port = place.port or (465 if self._secure else 25)
        self._user = unquote(place.username or "")
        self._password = unquote(place.password or "")
        self._starts_tls = True if self._user and not self._secure else None
        self._sender = sender
        self._writer = writer

    async def examine(self) -> Finding:
        """Whether the server takes a conversation, and our user if there is one. Sends nothing."""
        part, place = "mail", f"{self._host}:{self._port}"
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._secure,
            start_tls=self._starts_tls,
            tls_context=ssl.create_default_context() if self._secure else None,
            timeout=TIMEOUT / 3,
        )
        try:
            await client.connect()
            if self._user:
                await client.login(self._user, self._password)
            await client.quit()
        except aiosmtplib.SMTPAuthenticationError as error:
            told = f"{place} refused our user with code {error.code}"
            return Finding(part, told, "put the right user and password into ANSVAR_SMTP_URL")
        except (aiosmtplib.SMTPException, OSError) as error:
            told = f"{place} does not answer: {type(error).__name__}"
            return Finding(part, told, "let it be reached from here, or correct ANSVAR_SMTP_URL")
        return Finding(part, f"{place} answers" + (" and knows our user" if self._user else ""))

    async def send(self, mail: SendMail) -> str:
        message = self._writer.write(mail, self._sender)
        try:
            # As bytes: a message it would write anew, with lines that are too short for a link.
            await aiosmtplib.send(
                message.as_bytes(),
                sender=self._sender,
                recipients=[mail.to],
                hostname=self._host,
                port=self._port,
                use_tls=self._secure,
                start_tls=self._starts_tls,
                username=self._user or None,
                password=self._password or None,
                tls_context=ssl.create_default_context() if self._secure else None,
                timeout=TIMEOUT,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(one.code >= PERMANENT for one in refused.recipients):
                return _in_words(refused.recipients[0])
            raise
        except aiosmtplib.SMTPDataError as refused:
            if refused.code >= PERMANENT:
                return _in_words(refused)
            raise
        log.info("mail sent", extra={"notification": mail.notification_id, "words": mail.words})
        return ""


def _in_words(refused: aiosmtplib.SMTPResponseException) -> str:
    """The code only: what servers say beside it often repeats the address."""
    return f"the mail server refused it with code {refused.code}"


class Writer:
    """Turns what is to be said into a mail in the reader's language."""

    def __init__(self, public_url: str, links: LinkBook) -> None:
        self._public_url = public_url.rstrip("/")
        self._links = links
        self._words = read_words(HERE / "words")
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def write(self, mail: SendMail, sender: str) -> EmailMessage:
        words = self._words[mail.language]
        said = self.said(mail, words)
        message = EmailMessage(policy=LONG_LINES)
        message["Subject"] = f"{said['title']} ({said['by']})" if said["by"] else said["title"]
        message["From"] = formataddr(("Ansvar", sender))
        message["To"] = mail.to
        message["Date"] = format_datetime(datetime.now(UTC))
        domain = sender.rpartition("@")[2]
        message["Message-ID"] = f"<{mail.notification_id}@{domain}>"
        if mail.thread:
            thread = hashlib.sha256(mail.thread.encode()).hexdigest()[:24]
            message["References"] = f"<thread-{thread}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if mail.rows and mail.subject:
            message["List-Unsubscribe"] = f"<{self._unsubscribe(mail.subject)}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self._templates.get_template("mail.txt.j2").render(said))
        html = self._templates.get_template("mail.html.j2").render(said)
        message.add_alternative(html, subtype="html")
        # Set last: giving it content moves all Content- headers into the parts.
        message["Content-Language"] = mail.language
        return message

    def page(self, telling: Telling) -> tuple[str, str, str]:
        """Subject, text and HTML of a message that does not go by mail."""
        said = self.said(telling, self._words[telling.language])
        texts = [
            self._templates.get_template(f"mail.{kind}.j2").render(said) for kind in ("txt", "html")
        ]
        return said["title"], texts[0], texts[1]

    def words(self, language: Language) -> Words:
        return self._words[language]

    def said(self, mail: Telling, words: Words) -> dict[str, Any]:
        """Everything that a message says, in words."""
        facts = dict(mail.facts)
        if "document" in facts:
            kind = f"document.{facts['document']}"
            facts["document"] = words(kind) if words.knows(kind) else facts["document"].upper()
        if "letter" in facts:
            name = f"case_letter.{facts['letter']}"
            facts["letter"] = words(name) if words.knows(name) else facts["letter"]
        if "day" in facts:
            facts["day"] = words.day(date.fromisoformat(facts["day"]))
        if "files" in facts:
            facts["files"] = _file_lines(facts["files"], words)
        escalated = mail.words == "escalated"
        base = f"need.{facts['kind']}" if escalated else mail.words
        if not words.knows(f"{base}.title"):
            base = "need.other"
        by = words("by", moment=words.moment(mail.due)) if mail.due else ""
        return {
            "rows": [self._row(row, words) for row in mail.rows],
            "more": words("several.more", count=mail.more) if mail.more else "",
            "columns": (words("several.task"), words("several.by")) if mail.rows else (),
            "language": mail.language,
            "title": words(f"{base}.title", **facts),
            "what": words(f"{base}.what", **facts),
            "why": words("escalated.why" if escalated else f"{base}.why", **facts),
            "by": by,
            "link": self._link(mail),
            "open": words("open_letter" if _has_link(mail) else "open"),
            "greeting": words("greeting"),
            "footer": words(_footer(mail)),
        }

    def _unsubscribe(self, subject: str) -> str:
        """Where one click stops such mails (RFC 8058): the link itself says who asks."""
        expires = datetime.now(UTC) + UNSUBSCRIBE_FOR
        token = self._links.token(subject, f"{UNSUBSCRIBE}/{subject}", expires)
        return f"{self._public_url}/api/notifications/{UNSUBSCRIBE}/{token}"

    def _row(self, row: Row, words: Words) -> dict[str, str]:
        base = f"need.{row.kind}" if words.knows(f"need.{row.kind}.title") else "need.other"
        return {
            "title": words(f"{base}.title", kind=row.kind),
            "by": words.moment(row.due),
            "late": ", ".join(words(f"several.{one}") for one in _marks(row)),
            "link": f"{self._public_url}{row.path}",
        }

    def _link(self, mail: Telling) -> str:
        if not isinstance(mail, SendMail | PostLetter) or not mail.link_id:
            return f"{self._public_url}{mail.path}" if mail.path else ""
        assert mail.link_expires is not None
        token = self._links.token(mail.link_id, mail.link_scope, mail.link_expires)
        return f"{self._public_url}/l/{token}"


def _marks(row: Row) -> list[str]:
    """Passed on is not late: it may be that nobody has looked."""
    return [name for name, so in (("passed_on", row.escalated), ("late", row.late)) if so]


def _has_link(mail: Telling) -> bool:
    return bool(getattr(mail, "link_id", ""))


def _footer(mail: Telling) -> str:
    if _has_link(mail):
        return "footer_letter"
    return "footer" if mail.path else "footer_files"


def _file_lines(files: str, words: Words) -> str:
    """A line for each file. Its name comes from outside: whatever looks like an address is taken
    out of it, so that nobody lets us send theirs.
    """
    lines = []
    for name, code in json.loads(files):
        plain = re.sub(r"(?i)https?:|www\.|[/\\@<>\[\]()]", " ", name)[-80:]
        said = words(f"file.{code}") if words.knows(f"file.{code}") else words("file.review")
        lines.append(f"- {' '.join(plain.split())}: {said}")
    return "\n".join(lines)
