"""What hangs together with a company: everything declared above it, and what it owns below."""

from dataclasses import dataclass

from services.screening.domain import (
    Confirmed,
    Holding,
    Ownership,
    Screening,
    ownership_id,
)
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

    @property
    def confirmed(self) -> dict[str, tuple[Confirmed, ...]]:
        """The verdicts against those who have any."""
        return {id: one.confirmed for id, one in self.screenings.items() if one.confirmed}

    @property
    def countries(self) -> dict[str, str | None]:
        """Where each is established. Russia counts wherever it is said: seat or address."""
        return {id: country_of(one) for id, one in self.screenings.items()}

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
    return "RU" if "RU" in known else next(iter(known), None)


async def around(company: str, unit: Unit) -> Surroundings:
    """Read so that our commit is refused if any of it has changed meanwhile."""
    graph: dict[str, tuple[Holding, ...]] = {}
    seen, level = {company}, [company]
    while level:
        await unit.prefetch(Ownership, [ownership_id(one) for one in level], cached=True)
        above: list[str] = []
        for one in level:
            node = await unit.load(Ownership, ownership_id(one))
            if node is not None:
                graph[one] = node.holdings
                above += [owner for owner in node.owner_ids if owner not in seen]
                seen.update(node.owner_ids)
        level = list(dict.fromkeys(above))
        _refuse_endless(seen, company)
    await unit.prefetch(Screening, sorted(seen), cached=True)
    screenings = {}
    for party in sorted(seen):
        screening = await unit.load(Screening, party)
        if screening is not None:
            screenings[party] = screening
    return Surroundings(company, graph, screenings, await _notices(sorted(seen), unit))


async def _notices(parties: list[str], unit: Unit) -> tuple[Notice, ...]:
    await unit.prefetch(Watch, [watch_id(one) for one in parties], cached=True)
    today = unit.now.date()
    found: list[Notice] = []
    for party in parties:
        watch = await unit.load(Watch, watch_id(party))
        found += watch.open_on(today) if watch else ()
    return tuple(found)


async def below(party_id: str, unit: Unit) -> set[str]:
    """The companies that a party owns a part of, and those that they do."""
    seen: set[str] = set()
    level = [party_id]
    while level:
        await unit.prefetch(Screening, level, cached=True)
        owned: list[str] = []
        for one in level:
            screening = await unit.load(Screening, one)
            owned += screening.owns if screening else ()
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
            screening = await unit.load(Screening, one)
            for other in screening.owns if screening else ():
                if other not in ways and await _may_control(one, other, unit):
                    ways[other] = (*ways[one], other)
                    owned.append(other)
        level = owned
        _refuse_endless(set(ways), company)
    del ways[company]
    return ways


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
