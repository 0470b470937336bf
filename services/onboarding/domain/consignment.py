"""What somebody sent at once, and what they must be told of it."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.base import Personal
from shared.events.onboarding import FilesQuestioned
from shared.events.words import FileProblem

MOST_LETTERS_A_DAY = 5
"""To one sender: two machines that answer each other end here, whatever their mails say."""


def consignment_id(buyer_id: str, channel: str, what: str) -> str:
    """The same sending through the same door is one consignment: `con-1f3c…`."""
    return f"con-{sha256(f'{buyer_id}|{channel}|{what}'.encode()).hexdigest()[:24]}"


class Consignment(Aggregate):
    """The files of one mail, or of one day through one link, and whoever sent them.

    `sender_id` is a party, or the person behind the mail `address`. An `automatic` consignment was
    sent by no person: nobody is told anything, or two machines would talk for ever (RFC 3834).
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "sender_id", "began")
    subject_field: ClassVar[str] = "sender_id"

    buyer_id: str
    channel: str
    began: str
    sender_id: str
    address: Personal[str] = ""
    language: str = ""
    automatic: bool = False
    waiting: tuple[FileProblem, ...] = ()
    told: tuple[FileProblem, ...] = ()
    told_at: datetime | None = None

    def question(self, document_id: str, name: str, reason: str) -> bool:
        """Note what is to be told of a file. Says whether it is the first that waits."""
        known = {(one.document_id, one.reason) for one in (*self.waiting, *self.told)}
        if self.automatic or (document_id, reason) in known:
            return False
        self.waiting = (
            *self.waiting,
            FileProblem(document_id=document_id, name=name, reason=reason),
        )
        return len(self.waiting) == 1

    def tell(self, now: datetime, told_today: int) -> bool:
        """Say what waits, all at once, unless the sender was told too often already."""
        if not self.waiting or told_today >= MOST_LETTERS_A_DAY:
            return False
        self.announce(
            FilesQuestioned(
                consignment_id=self.id,
                buyer_id=self.buyer_id,
                party_id=self.sender_id,
                address=self.address,
                language=self.language,
                problems=self.waiting,
            )
        )
        self.told, self.waiting, self.told_at = (*self.told, *self.waiting), (), now
        return True
