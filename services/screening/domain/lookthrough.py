"""How much of a company belongs to somebody in the end: multiplied along chains, added over them.

The least is what statements make certain. The most is all that is not certain to belong to others:
ranges, owners without a name, companies that never declared theirs, and what companies in a circle
hold of each other may be anybody's.
"""

from collections import deque
from collections.abc import Callable, Iterator
from enum import Enum

from pydantic import BaseModel

from services.screening.domain.chains import span
from services.screening.domain.circles import circles_above
from services.screening.domain.holding import Graph, Holding
from shared.events.words import Share

MOST_GAPS_SAID = 5


class Belongs(Enum):
    """What an owner's share counts as.

    `WHOLLY` theirs whom we ask about, `NOT` theirs, theirs as far as its owners are (`THROUGH`),
    or that at least and perhaps wholly (`OPEN`).
    """

    WHOLLY = 1
    NOT = 2
    THROUGH = 3
    OPEN = 4


Judge = Callable[[str], Belongs]


class Gap(BaseModel, frozen=True):
    """A place above a company where nothing certain is known, and the way from there down to it."""

    why: str
    path: tuple[str, ...]

    def said(self) -> str:
        return f"{self.why} ({' → '.join(self.path)})" if len(self.path) > 1 else self.why


def look_through(company: str, graph: Graph, judge: Judge) -> Share:
    """The share that belongs to those of whom `judge` says so, in per cent, least and most."""
    open_graph = _without_what_is_settled(company, graph, judge)
    theirs: dict[str, float] = {}
    others: dict[str, float] = {}
    for group in circles_above(company, open_graph):
        counted = {one: _counted(one, group, open_graph, judge, theirs, others) for one in group}
        for one, (least, of_others) in counted.items():
            theirs[one], others[one] = least, of_others
    least = theirs[company]
    return Share(minimum=100 * least, maximum=100 * max(least, 1 - others[company]))


def _without_what_is_settled(company: str, graph: Graph, judge: Judge) -> Graph:
    """Who owns somebody that counts wholly, or not at all, makes no difference."""
    settled = (Belongs.WHOLLY, Belongs.NOT)
    return {c: h for c, h in graph.items() if c == company or judge(c) not in settled}


def _counted(
    company: str,
    circle: frozenset[str],
    graph: Graph,
    judge: Judge,
    theirs: dict[str, float],
    others: dict[str, float],
) -> tuple[float, float]:
    """The parts of a company, 0 to 1, that are surely theirs and surely others'."""

    def parts(holding: Holding) -> tuple[float, float]:
        owner = holding.owner_id
        if owner is None:
            return 0.0, 0.0
        how = judge(owner)
        if how is Belongs.WHOLLY:
            return 1.0, 0.0
        if how is Belongs.NOT:
            return 0.0, 1.0
        if owner in circle:
            return 0.0, 0.0
        of_others = others.get(owner, 0.0) if how is Belongs.THROUGH else 0.0
        return theirs.get(owner, 0.0), of_others

    holdings = graph.get(company, ())
    weighed = [(holding, *parts(holding)) for holding in holdings]
    direct = sum(h.direct.minimum * mine for h, mine, _ in weighed if h.direct)
    indirect = sum(h.indirect.minimum * mine for h, mine, _ in weighed if h.indirect)
    held = sum(h.direct.minimum * other for h, _, other in weighed if h.direct)
    held_indirectly = sum(
        h.indirect.minimum * other for h, _, other in weighed if h.indirect and not h.direct
    )
    if any(h.direct and not h.person for h in holdings):
        held = max(held, held_indirectly)  # may be a part of what a direct owner holds
    else:
        held += held_indirectly
    return min(max(direct, indirect) / 100, 1.0), min(held / 100, 1.0)


def gaps_above(company: str, graph: Graph, judge: Judge) -> list[Gap]:
    """Where it is not certain to whom a company belongs, the nearest first."""
    open_graph = _without_what_is_settled(company, graph, judge)
    circles = {one: group for group in circles_above(company, open_graph) for one in group}
    found: list[Gap] = []
    ways: dict[str, tuple[str, ...]] = {company: (company,)}
    todo = deque([company])
    while todo:
        at = todo.popleft()
        found += [Gap(why=why, path=ways[at]) for why in _gaps_at(at, open_graph, judge)]
        for holding in open_graph.get(at, ()):
            owner = holding.owner_id
            if owner is None or judge(owner) in (Belongs.WHOLLY, Belongs.NOT):
                continue
            if owner in circles[at]:
                why = f"the owners go in a circle, {owner} owns a part of {at} and the other way"
                found.append(Gap(why=why, path=(owner, *ways[at])))
            if owner not in ways:
                ways[owner] = (owner, *ways[at])
                todo.append(owner)
    return list(dict.fromkeys(found))


def in_words(gaps: list[Gap]) -> str:
    """The gaps as one sentence; of very many, the nearest ones."""
    said = [gap.said() for gap in gaps[:MOST_GAPS_SAID]]
    if len(gaps) > MOST_GAPS_SAID:
        said.append(f"and {len(gaps) - MOST_GAPS_SAID} more")
    return "; ".join(said)


def _gaps_at(company: str, graph: Graph, judge: Judge) -> Iterator[str]:
    holdings = graph.get(company, ())
    if not holdings:
        yield f"the owners of {company} are not declared"
        return
    for holding in holdings:
        if holding.owner_id is None:
            why = f": {holding.reason_unknown}" if holding.reason_unknown else ""
            yield f"an owner of {company} is not named{why}"
        elif judge(holding.owner_id) is Belongs.OPEN:
            yield f"the country of {holding.owner_id} is not known"
    shares = [h.direct or h.indirect for h in holdings]
    ranges = [share for share in shares if share and share.maximum > share.minimum]
    if ranges:
        yield f"shares in {company} are given as ranges ({', '.join(map(span, ranges))})"
    declared = sum(share.minimum for share in shares if share)
    if declared < 100 and not ranges:
        yield f"{100 - declared:g} % of {company} is not accounted for"
