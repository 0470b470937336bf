"""What a contract management system is told of a contract or a party, by whatever way.

The fields are those of the domain reference §6. There is no personal and no criminal data in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from services.contracts.domain import Contract, PartySaid, Standing, StatusSaid, worst_of
from shared.events.words import ListRef, PaymentHold, Status


class StatusPayload(BaseModel):
    """How a contract stands, or a party for one buyer.

    `decision_id` is the newest of `decision_ids`; a party's status has no version of its own.
    `party_id` is whom a party's status is about: after a merging the one that goes on.
    `basis` are the statutes or clauses on which it is acted. `procedure_id` is said where the
    status is EXCLUDED: an exclusion holds in its procedure and nowhere else. `as_of` is the moment
    that was asked for; without one the answer is of now.
    """

    type: Literal["ansvar.contract-status", "ansvar.party-status"] = "ansvar.contract-status"
    buyer_id: str = ""
    party_id: str | None = None
    supplier_ids: tuple[str, ...]
    contract_ids: tuple[str, ...]
    status: Status
    status_version: int
    reason_codes: tuple[str, ...]
    basis: tuple[str, ...] = ()
    payment_holds: tuple[PaymentHold, ...] = ()
    valid_from: datetime | None = None
    excluded_until: date | None = None
    procedure_id: str | None = None
    decision_id: str | None = None
    decision_ids: tuple[str, ...] = ()
    list_as_of: tuple[ListRef, ...] = ()
    rulebook_version: str = ""
    as_of: datetime | None = None


def of_contract(contract: Contract, lists: tuple[ListRef, ...]) -> StatusPayload:
    """How a contract stands since its last change, as of these lists."""
    return StatusPayload(
        buyer_id=contract.buyer_id,
        supplier_ids=contract.supplier_ids,
        contract_ids=(contract.id,),
        status_version=contract.status_version,
        valid_from=contract.status_since,
        list_as_of=lists,
        **_shown(contract.standing, contract.procedure_id),
    )


def of_contract_then(
    said: StatusSaid, procedure_id: str, lists: tuple[ListRef, ...], at: datetime
) -> StatusPayload:
    """How a contract stood at a moment, as was known then."""
    return StatusPayload(
        buyer_id=said.buyer_id,
        supplier_ids=said.supplier_ids,
        contract_ids=(said.contract_id,),
        status_version=said.status_version,
        valid_from=said.since,
        list_as_of=lists,
        as_of=at,
        **_shown(said.standing, procedure_id),
    )


def of_party(
    party_id: str,
    buyer_id: str,
    contracts: Sequence[Contract],
    own: Standing,
    lists: tuple[ListRef, ...],
    *,
    screened: bool,
) -> StatusPayload:
    """The worst of what concerns the party itself and of the contracts that it supplies.

    As the ETag of an answer must move with any of them, the version is the sum of theirs.
    """
    supplied = [one for one in contracts if party_id in one.supplier_ids]
    standing = worst_of([own, *(one.standing for one in supplied)])
    since = [one.status_since for one in contracts if one.status_since is not None]
    return StatusPayload(
        type="ansvar.party-status",
        buyer_id=buyer_id,
        supplier_ids=(party_id,) if supplied else (),
        contract_ids=tuple(sorted(one.id for one in contracts)),
        status_version=sum(one.status_version for one in contracts),
        valid_from=max(since, default=None),
        list_as_of=lists,
        party_id=party_id,
        **_shown(
            _reasoned(standing, screened),
            _procedures({one.procedure_id: one.standing for one in supplied}),
        ),
    )


def nothing_known(
    party_id: str, buyer_id: str, lists: tuple[ListRef, ...], at: datetime | None
) -> StatusPayload:
    """The answer about a party that was screened, and that no contract names yet."""
    return StatusPayload(
        type="ansvar.party-status",
        buyer_id=buyer_id,
        party_id=party_id,
        supplier_ids=(),
        contract_ids=(),
        status_version=0,
        list_as_of=lists,
        as_of=at,
        **_shown(_reasoned(Standing(), screened=True), ""),
    )


def of_party_then(
    party_id: str,
    buyer_id: str,
    supplied: Sequence[StatusSaid],
    touched: Sequence[StatusSaid],
    own: PartySaid | None,
    procedures: Mapping[str, str],
    lists: tuple[ListRef, ...],
    at: datetime,
    *,
    screened: bool,
) -> StatusPayload:
    """How a party stood at a moment. `touched` are the contracts on which something concerned it
    without its being the supplier, `procedures` holds the procedure of each contract.
    """
    standing = worst_of([*((own.standing,) if own else ()), *(one.standing for one in supplied)])
    there = (*supplied, *touched)
    of = {procedures.get(one.contract_id, ""): one.standing for one in supplied}
    return StatusPayload(
        type="ansvar.party-status",
        buyer_id=buyer_id,
        supplier_ids=(party_id,) if supplied else (),
        contract_ids=tuple(sorted(one.contract_id for one in there)),
        status_version=sum(one.status_version for one in there),
        valid_from=max((one.since for one in there), default=own.since if own else None),
        list_as_of=lists,
        as_of=at,
        party_id=party_id,
        **_shown(_reasoned(standing, screened), _procedures(of)),
    )


NO_CONCERN_KNOWN, NOT_SCREENED_YET = "NO-CONCERN-KNOWN", "NOT-SCREENED-YET"
"""What a party's CLEAR rests on: it was compared with the lists, or that is still to come."""


def _reasoned(standing: Standing, screened: bool) -> Standing:
    """A party that is clear says why: nothing is known against it, which is no clean bill."""
    if standing.status is not Status.CLEAR or standing.reason_codes:
        return standing
    code = NO_CONCERN_KNOWN if screened else NOT_SCREENED_YET
    return standing.model_copy(update={"reason_codes": (code,)})


def _shown(standing: Standing, procedure_id: str) -> dict[str, object]:
    excluded = standing.status is Status.EXCLUDED
    return dict(standing) | {
        "decision_id": standing.decision_ids[-1] if standing.decision_ids else None,
        "procedure_id": (procedure_id or None) if excluded else None,
    }


def _procedures(standings: Mapping[str, Standing]) -> str:
    """The procedures in which a party is excluded."""
    names = (id for id, one in standings.items() if one.status is Status.EXCLUDED)
    return ", ".join(sorted(filter(None, names)))
