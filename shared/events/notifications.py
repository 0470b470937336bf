"""Facts announced by notifications: who was told, who saw it, whom it was passed on to."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event


class NotificationsEvent(Event):
    topic: ClassVar[str] = "notifications.v1"


class NotificationDelivered(NotificationsEvent):
    """A message left for a person or party by a channel and was accepted there."""

    notification_id: str
    recipient: str
    channel: str
    about: str
    need_id: str = ""


class NotificationAcknowledged(NotificationsEvent):
    """A person saw it."""

    notification_id: str
    recipient: str
    about: str


class NotificationEscalated(NotificationsEvent):
    """Nobody acted in time, so the next person was told."""

    notification_id: str
    recipient: str
    about: str
    escalated_to: str


class LetterUndeliverable(NotificationsEvent):
    """A letter to a party waits, because nobody knows where to send it, or because it came back
    (`problem`). Since 2026-11.
    """

    letter_id: str
    party_id: str
    buyer_id: str
    words: str
    problem: str = ""


class LetterReleased(NotificationsEvent):
    """An address came, and the letter that waited for one goes out. Since 2026-11."""

    letter_id: str
    party_id: str
    buyer_id: str


class LetterDelivered(NotificationsEvent):
    """A letter reached its party: what it may answer is counted from `delivered_at`. Since 2026-11.

    `channel` is `mail`, where the recipient's server took it, or the name of the post whose receipt
    says so (`digital-post`, `tender-platform`), with its `reference`. `about` is what the letter
    is about, such as the case of a hearing.
    """

    letter_id: str
    party_id: str
    buyer_id: str
    words: str
    about: str
    link_id: str
    channel: str
    delivered_at: datetime
    reference: str = ""


class NotificationFailed(NotificationsEvent):
    """A message was refused for good, or came back. Since 2026-11."""

    notification_id: str
    recipient: str
    channel: str
    about: str
    problem: str


class ChannelFailed(NotificationsEvent):
    """Mail to somebody who works here comes back; they are told otherwise. Since 2026-11."""

    subject: str
    channel: str
    problem: str


class ChannelRestored(NotificationsEvent):
    """Somebody has another address. Since 2026-11."""

    subject: str
    channel: str


class RecordFiled(NotificationsEvent):
    """The records system took a record of a case in, under a number of its own. Since 2026-11."""

    record_id: str
    case_id: str
    buyer_id: str
    number: str
    journal_date: date


class PeopleForgotten(NotificationsEvent):
    """So many people who work here no longer were taken out of the directory. Since 2026-12.

    `held` others stay for now, because somebody holds them back. Who they were is not said.
    """

    people: int
    held: int
    rules: tuple[str, ...]
