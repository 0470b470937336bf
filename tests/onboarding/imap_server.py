"""A real IMAP server (pymap, in a process of its own) and what a mail server would lay into it."""

import imaplib
import subprocess
import sys
import time
from contextlib import suppress
from email.message import EmailMessage

from shared.embedded.readiness import HOST, free_ports

USER, PASSWORD = "dokumenter", "hemmeligt ord"
START_LIMIT = 30.0


class ImapServer:
    """A mailbox in memory, over TCP on this machine."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@{HOST}:{self.port}/INBOX"

    def start(self) -> None:
        # Its own command imports an optional part where it is installed; the module does not.
        command = [sys.executable, "-c", "from pymap.main import main; main()"]
        options = ["--host", HOST, "--port", str(self.port), "--no-tls"]
        backend = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(
            [*command, *options, *backend], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            with suppress(OSError, imaplib.IMAP4.error):
                self._session().logout()
                return
            time.sleep(0.05)
        raise TimeoutError("the IMAP server does not answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def deliver(self, message: EmailMessage | bytes) -> None:
        data = message if isinstance(message, bytes) else message.as_bytes()
        session = self._session()
        kind, said = session.append("INBOX", "", "", data)
        assert kind == "OK", said
        session.logout()

    def count(self, folder: str) -> int:
        session = self._session()
        kind, said = session.select(folder, readonly=True)
        session.logout()
        return int(said[0] or 0) if kind == "OK" else 0

    def empty(self) -> None:
        for folder in ("INBOX", "Taken", "Refused"):
            session = self._session()
            if session.select(folder)[0] == "OK":
                session.store("1:*", "+FLAGS", r"(\Deleted)")
                session.expunge()
            session.logout()

    def _session(self) -> imaplib.IMAP4:
        session = imaplib.IMAP4(HOST, self.port, timeout=60)
        session.login(USER, PASSWORD)
        return session
