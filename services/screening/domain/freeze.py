"""The asset freeze's question of a company: do listed persons own or control it, together?

EU Best Practices for the effective implementation of restrictive measures, Council 11623/24 of
3 July 2024: an entity is owned where listed persons hold 50 % or more of the proprietary rights
together, and controlled where they hold the majority of votes or may appoint the majority of the
board. The rule cascades: what an owned company owns counts as owned by the listed.

Shares are intervals, owners can be unknown, and companies can own each other. Two sets answer all
of it: who is *surely* listed or owned (the least set that follows from the facts), and who is
*possibly* so (the greatest set that the facts do not rule out). Between the two lies `unknown`.
"""

from collections.abc import Set
from typing import Literal

from pydantic import BaseModel

from services.screening.domain.chains import above, doubts, path_down, span
from services.screening.domain.holding import Graph, Holding
from shared.events.words import Share

FREEZE_RULE = "SAN-AF"
OWNED_FROM = 50.0
"""Per cent of the proprietary rights, aggregated: Best Practices 2024 (before: more than 50)."""
CONTROL_ABOVE = 50.0
"""Per cent of the votes."""

ROUNDING = 1e-9

Verdict = Literal["owned", "not_owned", "unknown"]


class Finding(BaseModel, frozen=True):
    """What the freeze means for a company: the verdict, the share in question, and the way there.

    `path` runs from a listed owner down to the company; empty where no listed owner is above it.
    """

    verdict: Verdict
    share: Share
    owner_ids: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    reason: str


def freeze(company: str, graph: Graph, listed: Set[str]) -> Finding:
    """What the listed ones above a company mean for it. Its own listing is another matter."""
    listed = frozenset(listed) - {company}
    surely = surely_owned(graph, listed)
    possibly = possibly_owned(graph, listed)
    holdings = graph.get(company, ())
    share = Share(
        minimum=_least(holdings, surely),
        maximum=max(_least(holdings, surely), _most(holdings, possibly)),
    )
    path = path_down(company, graph, listed, surely)
    owners = tuple(sorted(above(company, graph) & listed))
    if not owners:
        reason = "no owner has a confirmed hit"
        nobody = Share.exactly(0.0)
        return Finding(verdict="not_owned", share=nobody, reason=reason)
    if company in surely:
        reason = _owned_because(holdings, surely, share)
        return Finding(verdict="owned", share=share, owner_ids=owners, path=path, reason=reason)
    if company in possibly:
        why = "; ".join(doubts(company, graph, listed, surely, possibly))
        reason = f"listed owners hold {span(share)} and it cannot be ruled out: {why}"
        return Finding(verdict="unknown", share=share, owner_ids=owners, path=path, reason=reason)
    reason = (
        f"listed owners hold {span(share)} together, below {OWNED_FROM:g} %, and no control by "
        f"them is known: nothing is frozen"
    )
    return Finding(verdict="not_owned", share=share, owner_ids=owners, path=path, reason=reason)


def _owned_because(holdings: tuple[Holding, ...], surely: Set[str], share: Share) -> str:
    if share.minimum >= OWNED_FROM - ROUNDING:
        return f"listed owners hold {span(share)} together, {OWNED_FROM:g} % or more"
    if _votes(holdings, surely, "minimum") > CONTROL_ABOVE:
        return f"listed owners hold {span(share)}, and the majority of the votes"
    return f"listed owners hold {span(share)}, and may appoint the board"


# ---------------------------------------------------------------- the two sets


def surely_owned(graph: Graph, listed: Set[str], *, more_than_half: bool = False) -> frozenset[str]:
    """The listed, and every company that the facts alone make owned or controlled.

    Half is enough, as in the freeze, unless it takes `more_than_half`.
    """
    sure, owned = set(listed), _owned_by(graph)
    todo = list(graph)
    while todo:
        company = todo.pop()
        if company not in sure and _is_sure(graph[company], sure, more_than_half):
            sure.add(company)
            todo += owned.get(company, ())
    return frozenset(sure)


def _owned_by(graph: Graph) -> dict[str, list[str]]:
    """Owner → companies of which it owns a part: those to look at again when it is another."""
    owned: dict[str, list[str]] = {}
    for company, holdings in graph.items():
        for holding in holdings:
            if holding.owner_id is not None:
                owned.setdefault(holding.owner_id, []).append(company)
    return owned


def _is_sure(holdings: tuple[Holding, ...], sure: Set[str], more_than_half: bool) -> bool:
    return (
        _is_enough(_least(holdings, sure), more_than_half)
        or _votes(holdings, sure, "minimum") > CONTROL_ABOVE + ROUNDING
        or any(h.board and h.owner_id in sure for h in holdings)
    )


def _is_enough(share: float, more_than_half: bool) -> bool:
    return share > OWNED_FROM + ROUNDING if more_than_half else share >= OWNED_FROM - ROUNDING


def possibly_owned(
    graph: Graph, listed: Set[str], *, more_than_half: bool = False
) -> frozenset[str]:
    """The listed, and every company of which the facts do not rule out that they own it.

    It begins with every company and takes out what is proven free, so that companies that own
    each other in a circle stay in: nothing proves who is behind them. So does a company that never
    declared its owners.
    """
    undeclared = {
        h.owner_id
        for holdings in graph.values()
        for h in holdings
        if h.owner_id and not h.person and h.owner_id not in graph
    }
    possible, owned = set(listed) | undeclared | set(graph), _owned_by(graph)
    todo = list(graph)
    while todo:
        company = todo.pop()
        if company in listed or company not in possible:
            continue
        if not _is_possible(graph[company], possible, more_than_half):
            possible.discard(company)
            todo += owned.get(company, ())
    return frozenset(possible)


def _is_possible(holdings: tuple[Holding, ...], possible: Set[str], more_than_half: bool) -> bool:
    return (
        _is_enough(_most(holdings, possible), more_than_half)
        or _votes(holdings, possible, "maximum") > CONTROL_ABOVE + ROUNDING
        or any((h.board or h.influence) and _may_be(h, possible) for h in holdings)
    )


def _may_be(holding: Holding, possible: Set[str]) -> bool:
    return holding.owner_id is None or holding.owner_id in possible


# ---------------------------------------------------------------- shares


def _least(holdings: tuple[Holding, ...], sure: Set[str]) -> float:
    """What the sure ones hold at least. Direct and indirect shares may be the same ones."""
    theirs = [h for h in holdings if h.owner_id in sure]
    direct = sum(h.direct.minimum for h in theirs if h.direct)
    indirect = sum(h.indirect.minimum for h in theirs if h.indirect)
    return min(max(direct, indirect), 100.0)


def _most(holdings: tuple[Holding, ...], possible: Set[str]) -> float:
    """What the possible ones hold at most: all that others are not known to hold.

    So whatever is not accounted for counts as theirs. Indirect shares of others are let be where
    a direct owner is a company: they are a part of what it holds.
    """
    others = [h for h in holdings if not _may_be(h, possible)]
    through = any(h.direct and not h.person for h in holdings)
    held = sum(h.direct.minimum for h in others if h.direct)
    if not through:
        held += sum(h.indirect.minimum for h in others if h.indirect and not h.direct)
    return max(100.0 - held, 0.0)


def _votes(
    holdings: tuple[Holding, ...], who: Set[str], end: Literal["minimum", "maximum"]
) -> float:
    theirs = (
        h.votes
        for h in holdings
        if h.votes and (h.owner_id in who or (end == "maximum" and h.owner_id is None))
    )
    return float(sum(getattr(votes, end) for votes in theirs))
