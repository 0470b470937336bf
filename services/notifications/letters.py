"""What a letter may say of the fact behind it: never personal or criminal data."""

import json
from datetime import datetime

from services.notifications.domain import Contact
from services.notifications.rules import Letter
from shared.events.audits import AuditAnnounced
from shared.events.base import Event
from shared.events.breaches import (
    ContractorInstructed,
    EnquiryOpened,
    HearingOpened,
    InsightHearingOpened,
    InsightLetterIssued,
    LetterIssued,
)
from shared.events.onboarding import DocumentReminded, DocumentRequested, FilesQuestioned
from shared.events.subcontractors import (
    ChainUpdateRequested,
    ReplacementDemanded,
    ReplacementExtended,
    ReplacementWithdrawn,
    SubstituteCleared,
    SubstituteRefused,
)
from shared.languages import LANGUAGES, Language


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
        case (
            EnquiryOpened()
            | HearingOpened()
            | ContractorInstructed()
            | ReplacementDemanded()
            | ReplacementExtended()
            | ReplacementWithdrawn()
            | SubstituteCleared()
            | SubstituteRefused()
        ):
            return (("contract", title or event.contract_id), ("case", event.case_id))
        case LetterIssued():
            named = (("contract", title or event.contract_id), ("case", event.case_id))
            return (*named, ("letter", event.kind))
        case InsightHearingOpened() | InsightLetterIssued():
            return (("case", event.insight_id),)
        case AuditAnnounced():
            day = event.planned_for.isoformat()
            return (("contract", title or event.contract_id), ("day", day))
        case ChainUpdateRequested():
            return (("contract", title or event.contract_id),)
        case _:
            return ()


MOST_NAMED = 50
"""Files named in one letter."""


def file_facts(event: FilesQuestioned) -> str:
    """Names and codes of files; they become words when the mail is written."""
    return json.dumps([[one.name, one.reason] for one in event.problems[:MOST_NAMED]])


def language_of_sender(event: FilesQuestioned, contact: Contact) -> Language:
    """That of the mail, else of the country in which the address or the party is."""
    said = event.language[:2].lower()
    country = {".dk": "da", ".se": "sv"}.get(event.address[-3:].lower(), "")
    for one in (said, country):
        if found := next((known for known in LANGUAGES if known == one), None):
            return found
    return contact.language
