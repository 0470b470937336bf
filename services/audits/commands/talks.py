"""What is asked about complaints and talks."""

from datetime import date
from typing import ClassVar

from services.audits.domain.complaints import Category, Channel, Outcome
from services.audits.domain.dialogues import Form
from shared.events.base import Command, Personal


class ReceiveComplaint(Command):
    """Somebody says that something is wrong. `source_id` names the key that seals who and what."""

    subject_field: ClassVar[str] = "source_id"

    complaint_id: str
    source_id: str
    buyer_id: str
    channel: Channel
    category: Category
    text: Personal[str]
    contract_id: str = ""
    party_id: str = ""
    source: Personal[str] = ""
    contact: Personal[str] = ""


class AssessComplaint(Command):
    complaint_id: str
    outcome: Outcome
    told: str
    contract_id: str = ""
    party_id: str = ""
    answer: str = ""


class NoteDialogue(Command):
    """Log a talk, about a finding or a clause where it was about one. On `follow_on` somebody looks
    whether what was agreed was done.
    """

    dialogue_id: str
    contract_id: str
    party_id: str
    form: Form
    held_on: date
    subject: str
    agreed: str
    finding_id: str = ""
    obligation: str = ""
    follow_on: date | None = None


class FollowDialogue(Command):
    dialogue_id: str
    kept: bool
    reason: str
