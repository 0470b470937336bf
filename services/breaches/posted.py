"""Which letters lie behind which link, and what shows that they arrived."""

from datetime import timedelta
from typing import Any

from services.breaches.domain import Case
from services.breaches.domain.papers import Served
from services.breaches.handlers.letters import goes_alone
from services.breaches.letters import Letter

SAME_STEP = timedelta(seconds=1)
"""What one step wrote bears one moment, of which a database keeps milliseconds."""


def link_of(letter: Letter, case: Case, letters: list[Letter]) -> str:
    """The link by which a letter goes: its own, that of what it asks, or that of the letter in
    which it lies."""
    if goes_alone(letter.kind, letter.addressee_id, case):
        return f"link-{case.id}-letter-{letter.number}"
    if letter.kind == "instruction":
        return f"link-{case.id}-instruction"
    for exchange in case.exchanges:
        if abs(exchange.sent - letter.dated) < SAME_STEP:
            return exchange.link_id
    covers = (one for one in letters if one.number != letter.number and _together(one, letter))
    return next((f"link-{case.id}-letter-{one.number}" for one in covers), "")


def behind(link_id: str, case: Case, letters: list[Letter]) -> list[Letter]:
    """The letters that whoever holds this link may read."""
    found = (one for one in letters if link_of(one, case, letters) == link_id)
    return sorted(found, key=lambda letter: letter.number)


def proof_of(letter: Letter, case: Case, letters: list[Letter]) -> dict[str, Any]:
    """When, by which way and with which reference a letter arrived; empty where nothing says."""
    link_id = link_of(letter, case, letters)
    served: Served | None = next((s for s in case.served if s.link_id == link_id), None)
    if served is None:
        return {}
    return {"delivered": served.at, "channel": served.channel, "reference": served.reference}


def _together(one: Letter, other: Letter) -> bool:
    same = one.addressee_id == other.addressee_id
    return same and abs(one.dated - other.dated) < SAME_STEP
