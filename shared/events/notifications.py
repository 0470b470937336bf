"""Facts announced by notifications: who was told, who saw it, whom it was passed on to."""

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
    """A letter to a party waits, because nobody knows where to send it. Since 2026-11."""

    letter_id: str
    party_id: str
    buyer_id: str
    words: str


class LetterReleased(NotificationsEvent):
    """An address came, and the letter that waited for one goes out. Since 2026-11."""

    letter_id: str
    party_id: str
    buyer_id: str
