"""Which papers tell of offences: criminal records, and forms and certificates that report one."""

from services.onboarding.domain.said import Understanding
from shared.events.base import is_natural_person
from shared.events.offences import APART, OFFENCES

CRIMINAL_RECORDS = ("de-criminal-record", "pl-krk")
"""Kinds of `policy/documents.json` whose whole content is somebody's criminal record."""


def tells_of_offences(kind: str, said: Understanding | None) -> bool:
    """Whether whoever reads it may read of an offence. One that says that there is none does not
    tell of one."""
    if kind in CRIMINAL_RECORDS:
        return True
    if said is None:
        return False
    return any(one.remark and one.ground in OFFENCES for one in said.findings) or any(
        one.value and one.ground in OFFENCES for one in said.answers
    )


def told_in(document_id: str, kind: str, said: Understanding | None, party_id: str | None) -> str:
    """The person whose key seals the values of a paper: whom it is about, else a name for those of
    whom it tells. Nothing where it tells of no offence (ADR 77)."""
    if not tells_of_offences(kind, said):
        return ""
    named = party_id and is_natural_person(party_id)
    return party_id if named and party_id else f"{APART}{document_id}"
