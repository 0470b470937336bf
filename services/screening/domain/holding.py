"""What a statement says of the owners of a company, gathered by owner."""

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import BaseModel

from shared.events.base import is_natural_person
from shared.events.words import PartyKind, Share, Stake

SHARES = frozenset({"shareholding", "rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome"})
"""Interests of BODS 0.4 that are proprietary rights."""
VOTES = frozenset({"votingRights"})
BOARD = frozenset({"appointmentOfBoard"})
NOMINEE = "nominee"
"""Who holds for somebody else: whose the shares are is not known."""
OFFICES = frozenset({"boardMember", "boardChair", "seniorManagingOfficial"})
"""Interests that are an office: who has one runs the company, which is not owning it."""


class Interest(BaseModel, frozen=True):
    """One interest of one owner as a statement names it, without the owner's name.

    It holds from `starts` on, and on the day `ends` no longer.
    """

    owner_id: str | None = None
    person: bool = False
    kind: str
    share: Share
    direct: bool = True
    reason_unknown: str = ""
    starts: date | None = None
    ends: date | None = None

    def holds_on(self, day: date | None) -> bool:
        """Without a day, interests that have no end hold."""
        if day is None:
            return self.ends is None
        begun = self.starts is None or self.starts <= day
        return begun and (self.ends is None or day < self.ends)


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


def interests_of(stakes: Iterable[Stake]) -> tuple[Interest, ...]:
    """The stakes of a statement without the names of the owners."""
    return tuple(
        Interest(
            owner_id=stake.owner.party_id if stake.owner else None,
            person=stake.owner is not None
            and (is_natural_person(stake.owner.party_id) or stake.owner.kind is PartyKind.PERSON),
            kind=stake.interest,
            share=stake.share,
            direct=stake.direct,
            reason_unknown=stake.reason_unknown or "",
            starts=stake.starts,
            ends=stake.ends,
        )
        for stake in stakes
    )


def holdings_of(stakes: Iterable[Stake], day: date | None = None) -> tuple[Holding, ...]:
    """The stakes of a statement that hold on a day, gathered by owner."""
    return gathered(interests_of(stakes), day)


def gathered(interests: Iterable[Interest], day: date | None) -> tuple[Holding, ...]:
    """What holds on a day, by owner. Unknown owners stay apart from each other."""
    known: dict[str, list[Interest]] = {}
    holdings = []
    for one in interests:
        if not one.holds_on(day):
            continue
        if one.owner_id is None:
            holdings.append(_gathered(None, [one]))
        else:
            known.setdefault(one.owner_id, []).append(one)
    holdings += [_gathered(owner_id, theirs) for owner_id, theirs in known.items()]
    return tuple(holdings)


def veiled(graph: Graph) -> dict[str, tuple[Holding, ...]]:
    """The graph with whom nominees hold for in their place: somebody who is not named."""
    return {company: tuple(map(_unveiled, holdings)) for company, holdings in graph.items()}


def _unveiled(holding: Holding) -> Holding:
    if NOMINEE not in holding.influence:
        return holding
    reason = f"{holding.owner_id or 'somebody'} holds for somebody else, as a nominee"
    return Holding(
        direct=holding.direct,
        indirect=holding.indirect,
        votes=holding.votes,
        board=holding.board,
        reason_unknown=reason,
    )


def _gathered(owner_id: str | None, interests: list[Interest]) -> Holding:
    direct = indirect = votes = None
    board, influence, reason = False, list[str](), ""
    for one in interests:
        if one.kind in VOTES:
            votes = _plus(votes, one.share)
        elif one.kind in BOARD:
            board = True
        elif one.kind not in SHARES:
            influence.append(one.kind)
        elif one.direct:
            direct = _plus(direct, one.share)
        else:
            indirect = _plus(indirect, one.share)
        reason = reason or one.reason_unknown
    return Holding(
        owner_id=owner_id,
        person=any(one.person for one in interests),
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
