"""Taking over the facts of another case about the same party."""

from services.breaches.commands import ReuseFacts, reasoned
from services.breaches.domain import Case
from services.breaches.domain.papers import Borrowed
from services.breaches.domain.reuse import borrow, facts_of, must_be_reusable
from services.breaches.handlers.door import router
from services.breaches.handlers.steps import Told, case_of, told
from shared.domain import Rejected
from shared.events.breaches import FactsReused
from shared.unit import Unit


@router.on(ReuseFacts)
async def reuse(command: ReuseFacts, unit: Unit) -> Told:
    """The case stays in its state: what it wants next is still to be done here."""
    case, _, caller = await case_of(command, unit)
    if not case.open:
        raise Rejected(f"case {case.id} is {case.stage}: it takes no facts any more")
    other = await unit.get(Case, command.from_case_id)
    must_be_reusable(case, other)
    reason, facts = reasoned(command.reason), facts_of(other)
    borrow(
        case,
        Borrowed(
            case_id=other.id,
            buyer_id=other.buyer_id,
            rule=other.rule,
            facts=facts,
            by=caller.subject,
            at=unit.now,
            reason=reason,
        ),
    )
    for fact in facts:
        case.note(f"fact of {other.buyer_id}, whose decision is its own: {fact}", "reuse", unit.now)
    case.announce(
        FactsReused(
            **case.about(),
            from_case_id=other.id,
            from_buyer_id=other.buyer_id,
            facts=facts,
            by=caller.subject,
            reason=reason,
        )
    )
    unit.save(case)
    return told(case)
