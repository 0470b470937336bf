"""The way from a listed owner down to a company, and the places where it is in doubt."""

from collections import deque
from collections.abc import Iterator, Set

from services.screening.domain.holding import Graph, Holding
from shared.events.words import Share


def above(company: str, graph: Graph) -> frozenset[str]:
    """Everybody on the way up from a company, itself not."""
    seen: set[str] = set()
    todo = [company]
    while todo:
        for holding in graph.get(todo.pop(), ()):
            if holding.owner_id and holding.owner_id not in seen:
                seen.add(holding.owner_id)
                todo.append(holding.owner_id)
    return frozenset(seen - {company})


def path_down(company: str, graph: Graph, listed: Set[str], surely: Set[str]) -> tuple[str, ...]:
    """The way from a listed owner to the company: one of sure links if there is one, the shortest.

    Among equally short ones it is the one with the largest share next to the company.
    """
    return _climb(company, graph, listed, surely) or _climb(company, graph, listed, None)


def _climb(
    company: str, graph: Graph, listed: Set[str], through: Set[str] | None
) -> tuple[str, ...]:
    if not listed:
        return ()
    below: dict[str, str] = {}
    todo = deque([company])
    while todo:
        at = todo.popleft()
        for holding in sorted(graph.get(at, ()), key=_size, reverse=True):
            owner = holding.owner_id
            if owner is None or owner == company or owner in below:
                continue
            if through is not None and owner not in through:
                continue
            below[owner] = at
            if owner in listed:
                path = [owner]
                while path[-1] != company:
                    path.append(below[path[-1]])
                return tuple(path)
            todo.append(owner)
    return ()


def _size(holding: Holding) -> float:
    return max((share.maximum for share in (holding.direct, holding.indirect) if share), default=0)


def doubts(
    company: str, graph: Graph, listed: Set[str], surely: Set[str], possibly: Set[str]
) -> list[str]:
    """Why it cannot be ruled out that the listed own a company: each with the way to the place."""
    found = []
    ways: dict[str, tuple[str, ...]] = {company: (company,)}
    todo = deque([company])
    while todo:
        at = todo.popleft()
        found += [f"{why} ({_way(ways[at])})" for why in _doubts_at(at, graph, surely)]
        for holding in graph.get(at, ()):
            owner = holding.owner_id
            if owner is None or owner in listed or owner not in possibly:
                continue
            if owner in ways[at]:
                circle = _way(ways[at][ways[at].index(owner) :])
                found.append(f"the owners go in a circle ({circle} ← {owner})")
            elif owner not in ways:
                ways[owner] = (*ways[at], owner)
                todo.append(owner)
    return list(dict.fromkeys(found))


def _doubts_at(company: str, graph: Graph, surely: Set[str]) -> Iterator[str]:
    holdings = graph.get(company, ())
    if not holdings:
        yield f"the owners of {company} are not declared"
        return
    for holding in holdings:
        if holding.owner_id is None:
            why = f": {holding.reason_unknown}" if holding.reason_unknown else ""
            yield f"an owner of {company} is not named{why}"
        if holding.influence and holding.owner_id in surely:
            yield f"{holding.owner_id} has influence on {company} ({', '.join(holding.influence)})"
    shares = [share for h in holdings for share in (h.direct, h.indirect) if share]
    ranges = [share for share in shares if share.maximum > share.minimum]
    if ranges:
        yield f"shares in {company} are given as ranges ({', '.join(map(span, ranges))})"
    declared = sum(share.minimum for share in shares)
    if declared < 100 and not ranges:
        yield f"{100 - declared:g} % of {company} is not accounted for"


def span(share: Share) -> str:
    """A share in words: exactly, or from … to …."""
    if abs(share.maximum - share.minimum) < 0.005:
        return f"{share.minimum:g} %"
    return f"{share.minimum:g} to {share.maximum:g} %"


def _way(ids: tuple[str, ...]) -> str:
    return " ← ".join(ids)
