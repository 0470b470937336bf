"""From verdicts on owners to what they mean for companies: the way up and down the graph."""

from collections.abc import Iterable

from services.screening.domain import (
    Confirmed,
    Flag,
    Hit,
    Holding,
    Ownership,
    Screening,
    flag_id,
    freeze,
    ownership_id,
)
from shared.domain import Rejected
from shared.unit import Unit

LARGEST_GRAPH = 2_000
"""Parties around one company. Real structures have a few dozen; more is a fault in the data."""


async def hits_changed(screening: Screening, hits: Iterable[Hit], unit: Unit) -> None:
    """Keep a party's confirmed verdicts in step with its hits, and judge what it owns anew."""
    before = screening.confirmed
    for hit in hits:
        if hit.advisory:
            continue
        holds = set(hit.confirmed_for)
        for buyer_id in holds | {one.buyer_id for one in before if one.hit_id == hit.id}:
            screening.record_verdict(buyer_id, hit.id, confirmed=buyer_id in holds)
    moved = {one.buyer_id for one in set(before) ^ set(screening.confirmed)}
    if not moved:
        return
    unit.save(screening)
    for company in sorted(await below(screening.party_id, unit)):
        await judge(company, moved, unit)


async def judge(company: str, buyers: Iterable[str], unit: Unit) -> None:
    """What the confirmed owners of a company mean for it, for each of these buyers."""
    graph, confirmed = await around(company, unit)
    for buyer_id in sorted(set(buyers)):
        theirs = {
            party: tuple(one.hit_id for one in marks if one.buyer_id == buyer_id)
            for party, marks in confirmed.items()
        }
        listed = {party for party, hit_ids in theirs.items() if hit_ids and party != company}
        flag = await unit.load(Flag, flag_id(company, buyer_id))
        if flag is None and not listed:
            continue
        flag = flag or Flag(id=flag_id(company, buyer_id), party_id=company, buyer_id=buyer_id)
        finding = freeze(company, graph, listed)
        hit_ids = sorted({hit for owner in finding.owner_ids for hit in theirs[owner]})
        if flag.conclude(finding, tuple(hit_ids)):
            unit.save(flag)


async def around(
    company: str, unit: Unit
) -> tuple[dict[str, tuple[Holding, ...]], dict[str, tuple[Confirmed, ...]]]:
    """Everything declared above a company, and the verdicts against everybody there.

    Read so that our commit is refused if any of it has changed meanwhile.
    """
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
    confirmed = {}
    for party in sorted(seen):
        screening = await unit.load(Screening, party)
        if screening is not None and screening.confirmed:
            confirmed[party] = screening.confirmed
    return graph, confirmed


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


def _refuse_endless(seen: set[str], party_id: str) -> None:
    if len(seen) > LARGEST_GRAPH:
        raise Rejected(f"more than {LARGEST_GRAPH} parties hang together with {party_id}")
