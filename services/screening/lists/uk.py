"""What both formats of the United Kingdom's list have in common."""

from services.screening.domain import EntryKind

KINDS = {
    "individual": EntryKind.PERSON,
    "entity": EntryKind.ORGANISATION,
    "ship": EntryKind.VESSEL,
}

PUBLICATION = "https://www.gov.uk/government/publications/the-uk-sanctions-list"

NAME_PARTS = (1, 2, 3, 4, 5, 6)
"""The sixth part is the family name, or the whole name of an organisation."""


def is_weak(strength: str) -> bool:
    return strength.strip().lower().startswith("low")
