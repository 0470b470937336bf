"""From verdicts on owners to what they mean for companies: the way up and down the graph."""

from collections.abc import Iterable

from services.screening.domain import Finding, Flag, Hit, Screening, flag_id, freeze
from services.screening.handlers.surroundings import Surroundings, around, below
from shared.unit import Unit


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
        await judge(await around(company, unit), moved, unit)


async def judge(there: Surroundings, buyers: Iterable[str], unit: Unit) -> None:
    """What the confirmed owners of a company mean for it, for each of these buyers."""
    company, confirmed = there.company, there.confirmed
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
        finding = _found(there, listed)
        hit_ids = sorted({hit for owner in finding.owner_ids for hit in theirs[owner]})
        if flag.conclude(finding, tuple(hit_ids)):
            unit.save(flag)


def _found(there: Surroundings, listed: set[str]) -> Finding:
    """What was ruled out by owners who may no longer be the owners is not ruled out."""
    finding = freeze(there.company, there.graph, listed)
    doubt = there.doubt()
    if not doubt or not finding.owner_ids or finding.verdict != "not_owned":
        return finding
    reason = f"{doubt}; before that: {finding.reason}"
    return finding.model_copy(update={"verdict": "unknown", "reason": reason})


async def buyers_of(there: Surroundings, unit: Unit) -> set[str]:
    """For whom there is something to judge: verdicts on owners, or an earlier flag."""
    flagged = {flag.buyer_id for flag in await unit.find(Flag, party_id=there.company)}
    return flagged | {one.buyer_id for marks in there.confirmed.values() for one in marks}
