"""Small graphs of owners for tests, truths that fit them, and the sums done by brute force."""

from collections.abc import Mapping

from hypothesis import strategies as st

from services.screening.domain import Holding
from services.screening.domain.lookthrough import Belongs, Judge
from shared.events.words import Share

COMPANIES = ("c", "d", "e", "f")
PERSONS = ("person-l", "person-x", "person-y")
OWNERS: tuple[str | None, ...] = (*PERSONS, *COMPANIES, None)

Owners = Mapping[str, tuple[Holding, ...]]


def holding(owner: str | None, low: float, high: float | None = None, **more: object) -> Holding:
    share = Share(minimum=low, maximum=low if high is None else high)
    person = bool(owner and owner.startswith("person-"))
    return Holding(owner_id=owner, person=person, direct=share, **more)


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[Holding, ...]]:
    """Companies whose declared shares add up to at most 100, some never declared, in any order."""
    graph = {}
    for name in draw(st.sets(st.sampled_from(COMPANIES), min_size=1)) | {"c"}:
        left, holdings = 100, []
        for who in draw(st.lists(st.sampled_from(OWNERS), max_size=4, unique=True)):
            low = draw(st.integers(0, left) | st.just(left))
            high = draw(st.just(low) | st.integers(low, left))
            left -= low
            holdings.append(holding(who, low, high))
        graph[name] = tuple(holdings)
    return graph


def filled(graph: Owners, data: st.DataObject) -> dict[str, tuple[Holding, ...]]:
    """A truth that fits the statements: everybody holds the least, somebody all that is left.

    Whoever is not named is a person, and companies that declared nothing belong to persons.
    """
    truth: dict[str, tuple[Holding, ...]] = {}
    for name in COMPANIES:
        held: dict[str, float] = dict.fromkeys(PERSONS, 0.0)
        most: dict[str, float] = {}
        for one in graph.get(name, ()):
            assert one.direct is not None
            who = one.owner_id or data.draw(st.sampled_from(PERSONS))
            held[who] = held.get(who, 0.0) + one.direct.minimum
            if one.owner_id in COMPANIES:
                most[one.owner_id] = one.direct.maximum
        left = 100.0 - sum(held.values())
        taker = data.draw(st.sampled_from(sorted(held)))
        held[taker] += min(left, most[taker] - held[taker]) if taker in most else left
        held[PERSONS[0]] += 100.0 - sum(held.values())
        truth[name] = tuple(holding(who, percent) for who, percent in held.items())
    return truth


def belongs_in_the_end(company: str, truth: Owners, theirs: set[str]) -> float:
    """Per cent, where everything is known, added up until nothing is left that goes in circles."""
    part = {name: float(name in theirs) for name in (*COMPANIES, *PERSONS)}
    for _ in range(3_000):
        news = {n: _part(truth[n], part) for n in COMPANIES if n not in theirs}
        settled = all(abs(part[n] - value) < 1e-13 for n, value in news.items())
        part |= news
        if settled:
            break
    return 100 * part[company]


def _part(holdings: tuple[Holding, ...], part: Mapping[str, float]) -> float:
    return sum(
        h.direct.minimum / 100 * part[h.owner_id] for h in holdings if h.direct and h.owner_id
    )


def by_paths(company: str, graph: Owners, judge: Judge) -> tuple[float, float]:
    """What is surely theirs and surely others', path by path."""
    theirs = others = 0.0
    for one in graph.get(company, ()):
        assert one.direct is not None
        if one.owner_id is None:
            continue
        how = judge(one.owner_id)
        if how is Belongs.WHOLLY:
            theirs += one.direct.minimum
        elif how is Belongs.NOT:
            others += one.direct.minimum
        elif not reaches(one.owner_id, company, graph, judge):
            above = by_paths(one.owner_id, graph, judge)
            theirs += one.direct.minimum * above[0] / 100
            others += one.direct.minimum * above[1] / 100 if how is Belongs.THROUGH else 0.0
    return min(theirs, 100.0), min(others, 100.0)


def reaches(company: str, wanted: str, graph: Owners, judge: Judge) -> bool:
    """Whether the way up from a company leads to another, past nobody who counts by itself."""
    seen, todo = set[str](), [company]
    while todo:
        at = todo.pop()
        if at == wanted:
            return True
        if at in seen or judge(at) in (Belongs.WHOLLY, Belongs.NOT):
            continue
        seen.add(at)
        todo += [h.owner_id for h in graph.get(at, ()) if h.owner_id]
    return False
