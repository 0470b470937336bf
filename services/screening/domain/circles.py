"""Companies that own each other in a circle."""

from services.screening.domain.holding import Graph


def circles_above(company: str, graph: Graph) -> list[frozenset[str]]:
    """Everybody above a company and itself, in groups that own each other, the topmost first.

    Who is in no circle is a group of one. After Tarjan (1972), without recursion: a chain of
    holdings can be longer than Python's stack.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    groups: list[frozenset[str]] = []
    todo = [(company, iter(_owners(company, graph)))]
    number[company] = lowest[company] = 0
    open_.append(company)
    while todo:
        at, owners = todo[-1]
        for owner in owners:
            if owner not in number:
                number[owner] = lowest[owner] = len(number)
                open_.append(owner)
                todo.append((owner, iter(_owners(owner, graph))))
                break
            if owner in open_:
                lowest[at] = min(lowest[at], number[owner])
        else:
            todo.pop()
            if todo:
                below = todo[-1][0]
                lowest[below] = min(lowest[below], lowest[at])
            if lowest[at] == number[at]:
                first = open_.index(at)
                groups.append(frozenset(open_[first:]))
                del open_[first:]
    return groups


def _owners(company: str, graph: Graph) -> list[str]:
    return [h.owner_id for h in graph.get(company, ()) if h.owner_id is not None]
