"""Papers that tell of offences: criminal records, and forms and certificates that report one.

Data on convictions and offences takes the role `offence_reader` (GDPR Art 10; ADR 65 and 74). A
paper that says that there is none tells of none. What a form says of a conviction in words is never
taken over (`readers.known.espd`): it stands in the file alone, and the file is kept apart here.
"""

from services.onboarding.domain import Document
from shared.access import OWN_ROLE, note_opened
from shared.domain import Caller, Forbidden
from shared.events.offences import OFFENCES

CRIMINAL = "criminal"
CRIMINAL_RECORDS = ("de-criminal-record", "pl-krk")
"""Kinds of `policy/documents.json` whose whole content is somebody's criminal record."""


def tells_of_offences(document: Document) -> bool:
    """Whether whoever reads it may read of an offence."""
    if document.kind in CRIMINAL_RECORDS:
        return True
    said = document.understood
    if said is None:
        return False
    return any(one.remark and one.ground in OFFENCES for one in said.findings) or any(
        one.value and one.ground in OFFENCES for one in said.answers
    )


def must_see_offences(document: Document, caller: Caller) -> None:
    """Raise `Forbidden` where it is not for this caller; else that it is read is on record."""
    if not tells_of_offences(document):
        return
    role = OWN_ROLE[CRIMINAL]
    if role not in caller.roles:
        raise Forbidden(f"this paper tells of offences: it takes the role {role}")
    note_opened([(CRIMINAL, f"person-offences-{document.id}")])
