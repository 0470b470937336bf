"""What a case had stopped or asked of somebody, which must be told once it ends."""

from typing import Literal

from pydantic import BaseModel

from services.breaches.domain.case import Case
from services.breaches.domain.hearing import HEARING
from shared.events.breaches import Consequence, Track
from shared.events.words import Role, Status

Ended = Literal["block", "hold", "payment", "precaution", "order", "hearing", "enquiry"]

STANDS = (Consequence.TERMINATE, Consequence.EXCLUDE)
"""What does not go with its case: a withdrawal alone ends it."""

ASKS_NOTHING = (Consequence.DIALOGUE, Consequence.NONE, Consequence.DEROGATE)

STOPS = (Status.BLOCKED_LEGAL, Status.REPLACE_REQUIRED, Status.EXCLUDED)
"""Statuses with which a party may not work on the contract."""


class Ending(BaseModel, frozen=True):
    """What ends with a case. `withheld` is an amount with its currency, `heard` whether the
    subcontractor was heard alongside."""

    ended: Ended
    stopped: bool
    heard: bool
    withheld: str = ""
    precaution: str = ""
    order: Consequence | None = None
    stands: Consequence | None = None


def what_ends(case: Case) -> Ending | None:
    """Asked before the case is closed; None where nobody outside was stopped, heard or asked."""
    heard = any(exchange.kind == HEARING for exchange in case.exchanges)
    orders = [
        d.consequence
        for d in reversed(case.decisions)
        if d.in_force and d.consequence not in ASKS_NOTHING
    ]
    order = next((one for one in orders if one not in STANDS), None)
    stands = next((one for one in orders if one in STANDS), None)
    instructed = any(step.what == "contractor instructed" for step in case.steps)
    possible: dict[Ended, bool] = {
        "block": case.track is Track.LEGAL_BLOCK and instructed,
        "hold": case.held,
        "payment": bool(case.withheld),
        "precaution": case.precaution is not None,
        "order": order is not None,
        "hearing": heard,
        "enquiry": bool(case.exchanges),
    }
    ended = next((what for what, there in possible.items() if there), None)
    if ended is None:
        return None
    return Ending(
        ended=ended,
        stopped=case.held,
        heard=heard,
        withheld=in_figures(case.withheld, case.currency) if case.withheld else "",
        precaution=case.precaution.measure if case.precaution else "",
        order=order,
        stands=stands,
    )


def in_figures(amount: float, currency: str) -> str:
    """`DKK 90 000`: written so that it reads alike in every language."""
    number = f"{amount:,.2f}".removesuffix(".00").replace(",", "\N{NO-BREAK SPACE}")
    return f"{currency} {number}"


def still_stopped(case: Case, others: list[Case]) -> bool:
    """Whether another open case keeps this party from the contract: its own, or that of somebody
    above it in the chain, through whom it works there."""
    above = {case.supplier_id, *case.path, case.party_id}
    return any(
        other.id != case.id
        and other.open
        and other.party_id in above
        and other.role is not Role.SUBSTITUTE
        and (other.held or other.status in STOPS)
        for other in others
    )
