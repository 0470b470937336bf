"""What a letter may say of the fact behind it: never personal or criminal data."""

from datetime import datetime

from services.notifications.rules import Letter
from shared.events.base import Event
from shared.events.breaches import ContractorInstructed, EnquiryOpened, HearingOpened
from shared.events.onboarding import DocumentReminded, DocumentRequested
from shared.events.subcontractors import ReplacementDemanded


def until(event: Event, letter: Letter) -> datetime | None:
    """By when an answer is asked for."""
    found = getattr(event, letter.until) if letter.until else None
    return found if isinstance(found, datetime) else None


def letter_facts(event: Event, title: str) -> tuple[tuple[str, str], ...]:
    """The words that the text of the letter fills in. Accounts of what somebody is thought to have
    done stay behind the link.
    """
    match event:
        case DocumentRequested() | DocumentReminded():
            return (("document", event.kind), ("contract", title or event.contract_id))
        case EnquiryOpened() | HearingOpened() | ContractorInstructed() | ReplacementDemanded():
            return (("contract", title or event.contract_id), ("case", event.case_id))
        case _:
            return ()
