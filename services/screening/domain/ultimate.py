"""The ultimate parent: up from a company by the majority in each, until nobody has one.

A majority is more than half of the proprietary rights or of the votes, or the right to appoint the
board (as in Directive 2013/34/EU Art 22(1)). Where it cannot be told who has it, the way ends in
`unknown`.
"""

from collections.abc import Iterator

from services.screening.domain.conclusion import Conclusion, not_known
from services.screening.domain.freeze import ROUNDING
from services.screening.domain.holding import Graph, Holding, veiled
from services.screening.domain.lookthrough import Gap
from shared.events.words import Share

PARENT = "PARENT"
MAJORITY_ABOVE = 50.0
"""Per cent."""


def ultimate_parent(company: str, graph: Graph) -> Conclusion:
    """Who controls a company in the end.

    `yes`: `owner_ids` names the topmost, a company or a person; `no`: nobody has a majority in it.
    """
    graph = veiled(graph)
    path: tuple[str, ...] = (company,)
    while True:
        at = path[0]
        holdings = graph.get(at)
        if at in _persons(graph):
            break
        if not holdings:
            return not_known(PARENT, [Gap(why=f"the owners of {at} are not declared", path=path)])
        majority = _with_majority(holdings)
        if len(majority) > 1:
            why = f"{' and '.join(majority)} both seem to control {at}"
            return not_known(PARENT, [Gap(why=why, path=path)])
        if not majority:
            gaps = [Gap(why=why, path=path) for why in _doubts(at, holdings)]
            if gaps:
                return not_known(PARENT, gaps)
            break
        (owner,) = majority
        if owner in path:
            why = f"the majorities go in a circle, {at} is controlled by {owner} again"
            return not_known(PARENT, [Gap(why=why, path=(owner, *path))])
        path = (owner, *path)
    if len(path) == 1:
        reason = f"nobody has a majority in {company}"
        return Conclusion(rule=PARENT, verdict="no", reason=reason, path=path)
    reason = f"{path[0]} controls it by majorities all the way down"
    return Conclusion(
        rule=PARENT,
        verdict="yes",
        reason=reason,
        share=_share(graph[path[1]], path[0]),
        owner_ids=(path[0],),
        path=path,
    )


def majority_in(company: str, graph: Graph) -> str | None:
    """Who surely has the majority in a company, if it is one."""
    found = _with_majority(veiled(graph).get(company, ()))
    return found[0] if len(found) == 1 else None


def _persons(graph: Graph) -> set[str]:
    return {h.owner_id for hs in graph.values() for h in hs if h.person and h.owner_id}


def _with_majority(holdings: tuple[Holding, ...]) -> tuple[str, ...]:
    """Who surely controls. Through others only counts where no direct owner does."""
    direct = [h for h in holdings if h.owner_id and _controls(h, h.direct)]
    found = direct or [h for h in holdings if h.owner_id and _controls(h, h.indirect)]
    return tuple(h.owner_id for h in found if h.owner_id)


def _controls(holding: Holding, shares: Share | None) -> bool:
    return holding.board or any(
        share is not None and share.minimum > MAJORITY_ABOVE + ROUNDING
        for share in (shares, holding.votes)
    )


def _doubts(company: str, holdings: tuple[Holding, ...]) -> Iterator[str]:
    """Why somebody might have a majority all the same: who is named may hold more than is said."""
    named = sum(s.minimum for h in holdings if h.owner_id and (s := h.direct or h.indirect))
    for one in holdings:
        if one.owner_id is None:
            continue
        share = one.direct or one.indirect
        most = 100.0 - named + share.minimum if share else 0.0
        if max(most, one.votes.maximum if one.votes else 0.0) > MAJORITY_ABOVE + ROUNDING:
            yield f"{one.owner_id} may have a majority in {company}: not all of it is accounted for"
    unnamed = [h for h in holdings if h.owner_id is None]
    if 100.0 - named > MAJORITY_ABOVE + ROUNDING:
        yield f"{100 - named:.4g} % of {company} is held by nobody who is named"
    elif any(h.board or (h.votes and h.votes.maximum > MAJORITY_ABOVE) for h in unnamed):
        yield f"somebody who is not named may control {company}"


def _share(holdings: tuple[Holding, ...], owner: str) -> Share | None:
    return next((h.direct or h.indirect for h in holdings if h.owner_id == owner), None)
