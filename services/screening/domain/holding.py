"""What a statement says of the owners of a company, gathered by owner."""

from collections.abc import Mapping

from pydantic import BaseModel

from shared.events.base import is_natural_person
from shared.events.words import PartyKind, Share, Stake

SHARES = frozenset({"shareholding", "rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome"})
"""Interests of BODS 0.4 that are proprietary rights."""
VOTES = frozenset({"votingRights"})
BOARD = frozenset({"appointmentOfBoard"})


class Holding(BaseModel, frozen=True):
    """Everything that a statement says of one owner of a company.

    Without an `owner_id` the owner is unknown for the reason given. `direct` shares and those
    through other companies are kept apart: they must not be counted twice.
    """

    owner_id: str | None = None
    person: bool = False
    direct: Share | None = None
    indirect: Share | None = None
    votes: Share | None = None
    board: bool = False
    influence: tuple[str, ...] = ()
    reason_unknown: str = ""


Graph = Mapping[str, tuple[Holding, ...]]
"""Company id → its declared holdings. A company that is not in it never declared its owners."""


def holdings_of(stakes: tuple[Stake, ...]) -> tuple[Holding, ...]:
    """The stakes of a statement, gathered by owner. Unknown owners stay apart from each other."""
    known: dict[str, list[Stake]] = {}
    holdings = []
    for stake in stakes:
        if stake.owner is None:
            holdings.append(_gathered(None, False, [stake]))
        else:
            known.setdefault(stake.owner.party_id, []).append(stake)
    for owner_id, theirs in known.items():
        owner = theirs[0].owner
        person = is_natural_person(owner_id) or (
            owner is not None and owner.kind is PartyKind.PERSON
        )
        holdings.append(_gathered(owner_id, person, theirs))
    return tuple(holdings)


def _gathered(owner_id: str | None, person: bool, stakes: list[Stake]) -> Holding:
    direct = indirect = votes = None
    board, influence, reason = False, list[str](), ""
    for stake in stakes:
        if stake.interest in VOTES:
            votes = _plus(votes, stake.share)
        elif stake.interest in BOARD:
            board = True
        elif stake.interest not in SHARES:
            influence.append(stake.interest)
        elif stake.direct:
            direct = _plus(direct, stake.share)
        else:
            indirect = _plus(indirect, stake.share)
        reason = reason or stake.reason_unknown or ""
    return Holding(
        owner_id=owner_id,
        person=person,
        direct=direct,
        indirect=indirect,
        votes=votes,
        board=board,
        influence=tuple(dict.fromkeys(influence)),
        reason_unknown=reason,
    )


def _plus(one: Share | None, other: Share) -> Share:
    if one is None:
        return other
    return Share(
        minimum=min(one.minimum + other.minimum, 100.0),
        maximum=min(one.maximum + other.maximum, 100.0),
    )
