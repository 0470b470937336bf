"""Catches every mail that the embedded system sends and lays it down as a file.

A real SMTP server on a local port: what the services send is sent for good, to nobody but the
person who tries the system, who opens the `.eml` files with any mail program.
"""

import importlib.util
import logging
import os
import time
import uuid
from pathlib import Path
from typing import Any

from shared.embedded import CannotStart
from shared.embedded.readiness import HOST, free_ports


class Mailbox:
    """An SMTP server that writes each mail it is given to `directory`."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.directory = directory
        self.port = port or free_ports(1)[0]
        self._server: Any = None

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def start(self) -> None:
        if importlib.util.find_spec("aiosmtpd") is None:
            raise CannotStart(
                "the embedded mailbox needs the package aiosmtpd: "
                "run `make setup`, or install ansvar[embedded]"
            )
        from aiosmtpd.controller import Controller

        # It would write every address it hears into the log, and every word of the protocol.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._server = Controller(self, hostname=HOST, port=self.port)
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the mail under its time, whole or not at all, with the addresses it was sent to."""
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        recipients = ", ".join(envelope.rcpt_tos)
        content = f"X-Envelope-To: {recipients}\r\n".encode() + bytes(envelope.content)
        writing = self.directory / f".{name}.part"
        writing.write_bytes(content)
        os.replace(writing, self.directory / f"{name}.eml")
        return "250 kept"
