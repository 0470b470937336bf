"""Archives and mails are opened: what lies in them, part by part, in a process of its own."""

from .containers import ARCHIVE, CONTAINERS, MAIL, OUTLOOK, container_of
from .parts import LARGEST_CONTAINER, MailHead, NotOpened, Part

__all__ = [
    "ARCHIVE",
    "CONTAINERS",
    "LARGEST_CONTAINER",
    "MAIL",
    "OUTLOOK",
    "MailHead",
    "NotOpened",
    "Part",
    "container_of",
]
