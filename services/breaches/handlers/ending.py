"""Whoever was stopped or heard is told when that has ended, and what may be done again."""

from datetime import date

from services.breaches.domain import Agreement, Case
from services.breaches.domain.ending import Ending, still_stopped
from services.breaches.handlers.letters import write
from services.breaches.handlers.opening import rule_of
from services.breaches.rulebook import Shelf
from shared.events.words import Role
from shared.unit import Unit

NO_MORE_HERE = ("replaced", "left", "not_approved", "over", "not_awarded")
"""Ends by a fact: the party, or the contract itself, is gone."""

SAYS_NOTHING_OF_WORK = ("settled", *NO_MORE_HERE)
"""What may be done then is what was agreed, or nothing: no letter says that work begins again."""


async def tell_end(
    unit: Unit,
    case: Case,
    agreement: Agreement,
    shelf: Shelf,
    ending: Ending | None,
    outcome: str,
    leaves: date | None = None,
) -> None:
    """The letters about an end. `outcome` is the way out, in the words of the letters; `leaves` the
    day from which the party works there no longer."""
    if ending is None:
        return
    stays = await _stays_stopped(unit, case)
    goes_on = not stays and ending.stands is None and outcome not in SAYS_NOTHING_OF_WORK
    work = goes_on and ending.stopped
    facts = {
        "ended": ending.ended,
        "outcome": outcome,
        "work": _said(work),
        "work_below": _said(work and case.role is Role.SUBCONTRACTOR),
        "stopped": _said(stays and outcome not in NO_MORE_HERE),
        "unstopped": _said(goes_on and not ending.stopped),
        "withheld": ending.withheld,
        "precaution": ending.precaution,
        "order": ending.order or "",
        "stands": ending.stands or "",
        "leaves": str(leaves) if leaves else "",
    }
    rule = rule_of(case, shelf)
    write(unit, case, agreement, rule, "ended", more=facts, heard=ending.heard)


async def tell_licence(
    unit: Unit,
    case: Case,
    agreement: Agreement,
    shelf: Shelf,
    ending: Ending | None,
    *,
    authority: str,
    scope: str,
    until: date,
) -> None:
    """The block stays; within a licence it does not hold. What may be done, and until when."""
    stays = await _stays_stopped(unit, case)
    facts = {
        "authority": authority,
        "scope": scope,
        "until": str(until),
        "work": _said(not stays),
        "stopped": _said(stays),
    }
    rule = rule_of(case, shelf)
    heard = ending is not None and ending.heard
    write(unit, case, agreement, rule, "licence", more=facts, heard=heard)


def _said(whether: bool) -> str:
    """A fact for the `where` of a paragraph: it is there, or it is not."""
    return "yes" if whether else ""


async def _stays_stopped(unit: Unit, case: Case) -> bool:
    others = await unit.find(Case, contract_id=case.contract_id, open=True)
    return still_stopped(case, others)
