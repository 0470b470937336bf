"""The mailbox: what is sent to a buyer's address comes in by itself.

A message lies in its folder until it is committed, and is moved away only then: a kill at any step
leaves it there, and taking it again changes nothing, because the same bytes are the same document.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, SecretStr

from services.onboarding.commands import ReceiveFile
from services.onboarding.files import FileStore
from services.onboarding.imap import MailAway, Place, Session
from services.onboarding.taking import take, too_large
from services.onboarding.unpacking import LARGEST_CONTAINER, MailHead
from services.onboarding.unpacking.mail import head_of
from shared.envelope import Outcome
from shared.persons import PersonKey
from shared.store import Outage

log = logging.getLogger("ansvar.onboarding.mailbox")

AT_ONCE = 50
"""Messages of one look; the rest waits for the next."""

LONGEST_HEAD = 65_536
"""Bytes in which a message says who sent it."""

LONGEST_PAUSE = 300.0
"""Seconds between two attempts to reach a mail server that is away."""


class MailboxSettings(BaseModel, frozen=True):
    """One mailbox, which belongs to one buyer: `imaps://user:password@host:993/INBOX`.

    `taken` and `refused` are the folders to which messages are moved, `look` the seconds between
    two looks.
    """

    url: SecretStr
    buyer_id: str
    taken: str = "Taken"
    refused: str = "Refused"
    look: float = 15.0


@dataclass
class MailboxState:
    """How a mailbox does, for people."""

    buyer_id: str
    name: str
    looked: datetime | None = None
    problem: str = ""
    taken: int = 0
    refused: int = 0


Tell = Callable[[ReceiveFile, str], Awaitable[Outcome]]
"""Has a command handled, under the id of the message that it is about."""


class Mailbox:
    """One mailbox of one buyer. `own` is the address that the system itself writes from."""

    def __init__(
        self,
        settings: MailboxSettings,
        files: FileStore,
        person_key: PersonKey,
        tell: Tell,
        *,
        own: str = "",
    ) -> None:
        self._settings = settings
        self._place = Place.parse(settings.url.get_secret_value())
        self._files, self._key, self._tell = files, person_key, tell
        self._own = own.lower()
        self.state = MailboxState(settings.buyer_id, self._place.name)

    async def run(self) -> None:
        """Look for ever. A server or a database that is away is waited out."""
        pause = self._settings.look
        while True:
            try:
                await self.look()
                self.state.problem, pause = "", self._settings.look
            except MailAway as away:
                self.state.problem = str(away)
                log.warning("a mailbox waits for its server", extra={"reason": str(away)})
                pause = min(pause * 2, LONGEST_PAUSE)
            except Outage as outage:
                log.warning("a mailbox waits for the database", extra={"outage": str(outage)})
            self.state.looked = datetime.now(UTC)
            await asyncio.sleep(pause)

    async def look(self) -> int:
        """Take what lies in the folder; returns how many messages were taken."""
        session = await asyncio.to_thread(Session, self._place)
        try:
            taken = 0
            for uid in await asyncio.to_thread(session.waiting, AT_ONCE):
                taken += await self._take(session, uid)
            return taken
        finally:
            await asyncio.to_thread(session.close)

    async def _take(self, session: Session, uid: int) -> bool:
        size = await asyncio.to_thread(session.size, uid)
        # What the server says of the size is believed only where it is too large.
        most = LONGEST_HEAD if size > LARGEST_CONTAINER else LARGEST_CONTAINER + 1
        data = await asyncio.to_thread(session.fetch, uid, most)
        if data is None:
            return False
        head = await asyncio.to_thread(head_of, data[:LONGEST_HEAD])
        outcome = await self._receive(data, max(size, len(data)), head, session.validity, uid)
        refused = outcome.error is not None
        if outcome.error is not None:
            log.error("a mail was refused", extra={"reason": outcome.error["reason"]})
        folder = self._settings.refused if refused else self._settings.taken
        await asyncio.to_thread(session.put_away, uid, folder)
        self.state.refused += refused
        self.state.taken += not refused
        return not refused

    async def _receive(
        self, data: bytes, size: int, head: MailHead, validity: int, uid: int
    ) -> Outcome:
        async def tell(command: ReceiveFile) -> Outcome:
            if size > LARGEST_CONTAINER:
                why = too_large(size, LARGEST_CONTAINER)
                command = command.model_copy(update={"refused": why, "size": size})
            # A server that numbers its messages anew gives another one the same number.
            return await self._tell(command, f"mail/{validity}/{uid}/{command.sha256}")

        known = {
            "sender": head.sender,
            "sender_id": self._key.person("mail", head.sender) if head.sender else "",
            "language": head.language,
            "consignment": head.message_id,
            "automatic": head.automatic or head.sender == self._own,
        }
        return await take(
            data,
            name="mail.eml",
            buyer_id=self._settings.buyer_id,
            channel="mail",
            files=self._files,
            tell=tell,
            **known,
        )
