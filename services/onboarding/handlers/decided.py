"""Who decides something, for which buyer, and why."""

from shared.domain import Forbidden, Rejected
from shared.persons import without_person_numbers
from shared.unit import Unit

SHORTEST_REASON, LONGEST_REASON = 3, 2000


def decided(buyer_id: str, reason: str, unit: Unit) -> tuple[str, str]:
    """The person, who must act for the buyer, and the reason. Raises `Forbidden`, `Rejected`."""
    if unit.caller is not None:
        unit.caller.must_serve(buyer_id)
    return reasoned(reason, unit)


def reasoned(reason: str, unit: Unit) -> tuple[str, str]:
    """The person and the reason, fit to be kept, where all buyers are concerned alike."""
    if unit.caller is None:
        raise Forbidden("this is decided by a person")
    reason = without_person_numbers(reason.strip())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        why = f"give the reason in a few words, at most {LONGEST_REASON} letters"
        raise Rejected(why, field="reason")
    return unit.caller.subject, reason
