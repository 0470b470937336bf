"""Papers that tell of offences: criminal records, and forms and certificates that report one.

Data on convictions and offences takes the role `offence_reader` (GDPR Art 10; ADR 65 and 74). A
paper that says that there is none tells of none. What a form says of a conviction in words is never
taken over (`readers.known.espd`): it stands in the file alone, and the file is kept apart here.
"""

from services.onboarding.domain import Document
from shared.access import OWN_ROLE, note_opened
from shared.domain import Caller, Forbidden

CRIMINAL = "criminal"


def must_see_offences(document: Document, caller: Caller) -> None:
    """Raise `Forbidden` where it is not for this caller; else that it is read is on record."""
    if not document.offences_of:
        return
    role = OWN_ROLE[CRIMINAL]
    if role not in caller.roles:
        raise Forbidden(f"this paper tells of offences: it takes the role {role}")
    note_opened([(CRIMINAL, document.offences_of)])
