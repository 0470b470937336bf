"""What people say of complaints whose time is over, and the moments at which it is."""

from datetime import datetime

from shared.events.base import Command, Effect, Internal


class ComplaintKeepingCommand(Command):
    complaint_id: str
    reason: str


class HoldComplaint(ComplaintKeepingCommand):
    """Keep it although its time is over, such as for a court."""


class ReleaseComplaint(ComplaintKeepingCommand):
    pass


class DecideComplaintErasure(ComplaintKeepingCommand):
    """`reference` names the decision in the buyer's records (SE: gallringsbeslut)."""

    reference: str


class ComplaintErasureNear(Internal):
    """It is erased at `due`, and somebody is told now."""

    complaint_id: str
    due: datetime


class ComplaintErasureDue(Internal):
    complaint_id: str


class EraseComplaint(Effect):
    """Destroy the key. `subject` is its name, which says nothing of who it was."""

    complaint_id: str
    subject: str


class ComplaintKeyDestroyed(Internal):
    """`held`: the person behind it is held back (`ansvar persons hold`), and nothing was done."""

    complaint_id: str
    held: bool
