"""What hangs together with a company: everything declared above it, and what it owns below."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.screening.domain import (
    Confirmed,
    Holding,
    Ownership,
    Screening,
    ownership_id,
)
from services.screening.domain.russia import RUSSIA
from services.screening.domain.watch import Notice, Watch, watch_id
from shared.domain import Rejected
from shared.events.words import PartyKind
from shared.unit import Unit

LARGEST_GRAPH = 2_000
"""Parties around one company. Real structures have a few dozen; more is a fault in the data."""

SUBSIDIARY_ABOVE = 50.0
"""Per cent that a company may hold of another for it to be asked about as its subsidiary."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A company with all that was declared above it, and what is known of everybody there."""

    company: str
    graph: dict[str, tuple[Holding, ...]]
    screenings: dict[str, Screening]
    notices: tuple[Notice, ...]
    heads: Mapping[str, str] = field(default_factory=dict)
    """For ids that are one party with others: the id under which it stands in the graph."""

    @property
    def confirmed(self) -> dict[str, tuple[Confirmed, ...]]:
        """The verdicts against those who have any."""
        found: dict[str, tuple[Confirmed, ...]] = {}
        for id, one in self.screenings.items():
            if one.confirmed:
                head = self.heads.get(id, id)
                found[head] = (*found.get(head, ()), *one.confirmed)
        return found

    @property
    def countries(self) -> dict[str, str | None]:
        """Where each is established. Russia counts wherever it is said: seat or address, and
        under any id of the party."""
        found: dict[str, list[str]] = {}
        for id, one in self.screenings.items():
            said = found.setdefault(self.heads.get(id, id), [])
            said += filter(None, [country_of(one)])
        return {
            head: RUSSIA if RUSSIA in said else next(iter(said), None)
            for head, said in found.items()
        }

    def of(self, party_id: str) -> list[Screening]:
        """What is known of a party under each of its ids."""
        head = self.heads.get(party_id, party_id)
        return [one for id, one in self.screenings.items() if self.heads.get(id, id) == head]

    def doubt(self) -> str:
        """Why what was declared may no longer be true; nothing where there is no reason."""
        said = (
            f"a change of control of {one.party_id} on {one.happened} was noted, and no statement "
            f"of its owners has come since"
            for one in self.notices
        )
        return "; ".join(dict.fromkeys(said))


def country_of(screening: Screening) -> str | None:
    said = [screening.party.country, screening.party.address_country]
    known = [country.upper() for country in said if country]
    return RUSSIA if RUSSIA in known else next(iter(known), None)


async def around(company: str, unit: Unit) -> Surroundings:
    """Read so that our commit is refused if any of it has changed meanwhile.

    Ids of one party stand for one node of the graph: the company's own id, else the first of them.
    """
    nodes, screenings = dict[str, Ownership](), dict[str, Screening]()
    seen, level = {company}, [company]
    while level:
        level = await _with_same(level, screenings, unit)
        seen.update(level)
        await unit.prefetch(Ownership, [ownership_id(one) for one in level], cached=True)
        above: list[str] = []
        for one in level:
            node = await unit.load(Ownership, ownership_id(one))
            if node is not None:
                nodes[one] = node
                above += [owner for owner in node.owner_ids if owner not in seen]
                seen.update(node.owner_ids)
        level = list(dict.fromkeys(above))
        _refuse_endless(seen, company)
    notices = await _notices(sorted(seen), unit)
    heads = _heads(company, screenings)
    if not heads:
        graph = {one: node.holdings for one, node in nodes.items()}
        return Surroundings(company, graph, screenings, notices)
    return Surroundings(company, _joined(nodes, heads, unit), screenings, notices, heads)


async def _with_same(level: list[str], known: dict[str, Screening], unit: Unit) -> list[str]:
    """These parties under all ids that they have; what is known of each is noted."""
    ids, wanted = list[str](), level
    while wanted:
        await unit.prefetch(Screening, sorted(wanted), cached=True)
        others: list[str] = []
        for id in wanted:
            screening = await unit.load(Screening, id)
            if screening is not None:
                known[id] = screening
                others += screening.same_as
        ids += wanted
        wanted = [one for one in dict.fromkeys(others) if one not in ids]
    return ids


def _heads(company: str, screenings: Mapping[str, Screening]) -> dict[str, str]:
    """The id under which a party counts, for those that have several."""
    heads: dict[str, str] = {}
    for id, one in screenings.items():
        if one.same_as:
            ids = (id, *one.same_as)
            heads[id] = company if company in ids else min(ids)
    return heads


def _joined(
    nodes: Mapping[str, Ownership], heads: Mapping[str, str], unit: Unit
) -> dict[str, tuple[Holding, ...]]:
    """The graph of parties instead of ids. What was said last of a company counts."""
    today, graph = unit.now.date(), dict[str, tuple[Holding, ...]]()
    for id in sorted(nodes, key=lambda one: (nodes[one].as_of or date.min, one)):
        if nodes[id].interests or heads.get(id, id) not in graph:
            graph[heads.get(id, id)] = nodes[id].holdings_of_one(heads, today)
    return graph


async def _notices(parties: list[str], unit: Unit) -> tuple[Notice, ...]:
    await unit.prefetch(Watch, [watch_id(one) for one in parties], cached=True)
    today = unit.now.date()
    found: list[Notice] = []
    for party in parties:
        watch = await unit.load(Watch, watch_id(party))
        found += watch.open_on(today) if watch else ()
    return tuple(found)


async def below(party_id: str, unit: Unit) -> set[str]:
    """The companies that a party owns a part of, and those that they do, under all their ids."""
    seen: set[str] = set()
    level = [party_id]
    while level:
        await unit.prefetch(Screening, level, cached=True)
        owned: list[str] = []
        for one in level:
            screening = await unit.load(Screening, one)
            owned += (*screening.owns, *screening.same_as) if screening else ()
        level = [one for one in dict.fromkeys(owned) if one not in seen]
        seen.update(level)
        _refuse_endless(seen, party_id)
    return seen


async def subsidiaries(company: str, unit: Unit) -> dict[str, tuple[str, ...]]:
    """The companies that it may have a majority in, down to the last, and the way to each."""
    ways: dict[str, tuple[str, ...]] = {company: (company,)}
    level = [company]
    while level:
        owned: list[str] = []
        for one in level:
            for id, other in await _owned_by(one, unit):
                if other not in ways and await _may_control(id, other, unit):
                    ways[other] = (*ways[one], other)
                    owned.append(other)
        level = owned
        _refuse_endless(set(ways), company)
    del ways[company]
    return ways


async def _owned_by(party_id: str, unit: Unit) -> list[tuple[str, str]]:
    """The companies that a party owns a part of, each with the id under which it does."""
    screening = await unit.load(Screening, party_id)
    owned = [(party_id, other) for other in screening.owns] if screening else []
    for id in screening.same_as if screening else ():
        same = await unit.load(Screening, id)
        owned += [(id, other) for other in same.owns] if same else []
    return owned


async def _may_control(owner: str, company: str, unit: Unit) -> bool:
    node = await unit.load(Ownership, ownership_id(company))
    theirs = (h for h in (node.holdings if node else ()) if h.owner_id == owner)
    return any(
        h.board or any(s and s.maximum > SUBSIDIARY_ABOVE for s in (h.direct, h.indirect, h.votes))
        for h in theirs
    )


def _refuse_endless(seen: set[str], party_id: str) -> None:
    if len(seen) > LARGEST_GRAPH:
        raise Rejected(f"more than {LARGEST_GRAPH} parties hang together with {party_id}")


def is_company(screening: Screening | None) -> bool:
    return screening is not None and screening.party.kind is PartyKind.COMPANY
