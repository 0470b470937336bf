"""A contract as it was on a day, told from its chapters (ADR-0023)."""

from datetime import UTC, date, datetime

from services.contracts.domain.chapters import until
from services.contracts.domain.contract import Contract
from services.contracts.domain.deal import TERMS, Deal
from services.contracts.domain.terms import Stage
from services.contracts.domain.told import Tidings

DAY_ZERO: dict[str, object] = {
    "contract_id": "",
    "buyer_id": "",
    "release_id": "",
    "at": datetime(1, 1, 1, tzinfo=UTC),
    "tidings": Tidings.AMENDED,
}
"""What a deal needs besides its terms, where only these are read."""


def as_of(contract: Contract, day: date) -> Contract | None:
    """The contract as it was on a day; None before it was signed.

    What was told later of that day counts: the question is what held, not what was known.
    """
    held = until(contract.history, day)
    if not any(one.what == "signed" for one in held):
        return None
    was = contract.copy_to_change()
    was.stage = Stage.SIGNED
    was.clauses, was.omitted, was.clauses_from = (), (), ""
    terms: dict[str, object] = {}
    for one in held:
        terms |= one.terms
        was.buyer_id = one.buyer_id or was.buyer_id
        if one.suppliers is not None:
            was.supplied_by(one.suppliers)
        if one.clauses is not None:
            was.clauses, was.clauses_from = one.clauses, one.clauses_from
            was.omitted = one.omitted or ()
        if one.what == "ended":
            was.stage = Stage.ENDED
    read = Deal.model_validate(DAY_ZERO | terms)
    for name in TERMS:
        default = Contract.model_fields[name].get_default(call_default_factory=True)
        value = getattr(read, name)
        setattr(was, name, default if value is None else value)
    was.bought_by(was.buyer_id)
    return was
