"""What a contract management system is told of a contract or a party, by whatever way.

The fields are those of the domain reference §6. There is no personal and no criminal data in it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel

from services.contracts.domain import Contract, Standing, worst_of
from shared.events.words import ListRef, Status


class StatusPayload(BaseModel):
    """`decision_id` is the newest of `decision_ids`; a party's status has no version of its own."""

    supplier_ids: tuple[str, ...]
    contract_ids: tuple[str, ...]
    status: Status
    status_version: int
    reason_codes: tuple[str, ...]
    valid_from: datetime | None = None
    excluded_until: date | None = None
    decision_id: str | None = None
    decision_ids: tuple[str, ...] = ()
    list_as_of: tuple[ListRef, ...] = ()
    rulebook_version: str = ""


def of_contract(contract: Contract, lists: tuple[ListRef, ...]) -> StatusPayload:
    """How a contract stands since its last change, as of these lists."""
    standing = contract.standing
    return StatusPayload(
        supplier_ids=contract.supplier_ids,
        contract_ids=(contract.id,),
        status_version=contract.status_version,
        valid_from=contract.status_since,
        list_as_of=lists,
        decision_id=standing.decision_ids[-1] if standing.decision_ids else None,
        **dict(standing),
    )


def of_party(
    party_id: str, contracts: Sequence[Contract], own: Standing, lists: tuple[ListRef, ...]
) -> StatusPayload:
    """The worst of what concerns the party itself and of the contracts that it supplies.

    As the ETag of an answer must move with any of them, the version is the sum of theirs.
    """
    supplied = [one for one in contracts if party_id in one.supplier_ids]
    standing = worst_of([own, *(one.standing for one in supplied)])
    since = [one.status_since for one in contracts if one.status_since is not None]
    return StatusPayload(
        supplier_ids=(party_id,) if supplied else (),
        contract_ids=tuple(sorted(one.id for one in contracts)),
        status_version=sum(one.status_version for one in contracts),
        valid_from=max(since, default=None),
        list_as_of=lists,
        decision_id=standing.decision_ids[-1] if standing.decision_ids else None,
        **dict(standing),
    )
