"""Which letters lie behind which link, and what shows that they arrived."""

from typing import Any

from services.breaches.domain import Case
from services.breaches.domain.hearing import ENQUIRY, HEARING
from services.breaches.domain.papers import Served
from services.breaches.handlers.letters import ENCLOSED, TO_AUTHORITY, goes_alone
from services.breaches.letters import Letter

ASKS = {"enquiry": ENQUIRY, "hearing": HEARING, "timetable": HEARING}
"""Letters that ask something, and the kind of exchange that each of them began."""


def link_of(letter: Letter, case: Case, letters: list[Letter]) -> str:
    """The link by which a letter goes: its own, that of what it asks, or that of the letter in
    which it lies."""
    if letter.kind == TO_AUTHORITY:
        return ""
    if goes_alone(letter.kind, letter.addressee_id, case):
        return f"link-{case.id}-letter-{letter.number}"
    if kind := ASKS.get(letter.kind):
        begun = [one.link_id for one in case.exchanges if one.kind == kind]
        nth = sum(
            ASKS.get(one.kind) == kind
            and one.addressee_id == letter.addressee_id
            and one.number < letter.number
            for one in letters
        )
        return begun[nth] if nth < len(begun) else ""
    if letter.kind == ENCLOSED:
        around = [
            one.number
            for one in letters
            if one.kind == "decision"
            and one.addressee_id == letter.addressee_id
            and one.number < letter.number
        ]
        return f"link-{case.id}-letter-{max(around)}" if around else ""
    return f"link-{case.id}-instruction"


def behind(link_id: str, case: Case, letters: list[Letter]) -> list[Letter]:
    """The letters that whoever holds this link may read."""
    found = (one for one in letters if link_id and link_of(one, case, letters) == link_id)
    return sorted(found, key=lambda letter: letter.number)


def proof_of(letter: Letter, case: Case, letters: list[Letter]) -> dict[str, Any]:
    """When, by which way and with which reference a letter arrived; empty where nothing says."""
    link_id = link_of(letter, case, letters)
    served: Served | None = next((s for s in case.served if s.link_id == link_id), None)
    if served is None:
        return {}
    return {"delivered": served.at, "channel": served.channel, "reference": served.reference}
