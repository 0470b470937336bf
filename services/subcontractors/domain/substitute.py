"""What has to be known of a substitute before an officer may accept it."""

from collections.abc import Iterator

from services.subcontractors.domain.chain import Chain
from services.subcontractors.domain.footprint import Footprint
from services.subcontractors.domain.reach import Known
from services.subcontractors.domain.told import Buyers
from shared.events.words import Check, Role, Share

UNNAMED_AT_MOST = 50.0
"""Per cent: from here on owners who are not named could make the company a listed person's
(EU Best Practices of 3 July 2024: 50 % or more)."""


def checks_of(
    party_id: str,
    share: Share | None,
    outgoing_id: str,
    chain: Chain,
    known: Known,
) -> tuple[Check, ...]:
    """Every check with its answer: passed, failed, or None while nobody knows.

    Nothing is judged here a second time: screening, onboarding and officers have said so.
    """
    party = known.get(party_id) or Footprint(id=party_id)
    return (
        _screening(party, known),
        _hits(party, chain.buyers),
        _ownership(party, chain.buyers, known),
        _documents(party, chain.id),
        _place_in_chain(party_id, share, outgoing_id, chain),
    )


def open_checks(checks: tuple[Check, ...]) -> tuple[str, ...]:
    return tuple(f"{c.name}: {c.detail}" for c in checks if c.passed is None)


def failed_checks(checks: tuple[Check, ...]) -> tuple[str, ...]:
    return tuple(f"{c.name}: {c.detail}" for c in checks if c.passed is False)


AT_LEAST = ("screening", "hits", "ownership", "chain")
"""What must be known of a provisional substitute before it works: whether it or an owner is on a
list, and whether the chain can take it. Its documents may follow."""


def least_missing(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """What stands against a provisional substitute: it failed, or nobody knows it yet."""
    answered = {check.name: check for check in checks}
    absent = [f"{name}: not checked yet" for name in AT_LEAST if name not in answered]
    open_or_failed = [
        f"{check.name}: {check.detail}"
        for check in checks
        if check.name in AT_LEAST and not check.passed
    ]
    return (*absent, *open_or_failed)


def _check(name: str, passed: bool | None, detail: str) -> Check:
    return Check(name=name, passed=passed, detail=detail)


def _all_owners(party: Footprint, known: Known) -> Iterator[str]:
    """Everyone above the party, each once."""
    seen: set[str] = set()
    level = list(party.owner_ids)
    while level:
        owner_id = level.pop(0)
        if owner_id in seen or owner_id == party.id:
            continue
        seen.add(owner_id)
        yield owner_id
        if owner := known.get(owner_id):
            level.extend(owner.owner_ids)


def _screening(party: Footprint, known: Known) -> Check:
    name = "screening"
    if not party.screened:
        return _check(name, None, "not yet compared with the lists")
    if party.owners is None:
        return _check(name, None, "no statement of its owners has come")
    waiting = [o for o in _all_owners(party, known) if o not in known or not known[o].screened]
    if waiting:
        return _check(name, None, f"owners not yet compared with the lists: {', '.join(waiting)}")
    return _check(name, True, "it and all its owners were compared with the lists")


def _hits(party: Footprint, buyers: Buyers) -> Check:
    name = "hits"
    counting = [h for h in party.hits if h.raised and not h.advisory and h.counts_for(buyers)]
    if any(h.verdict(buyers) for h in counting):
        return _check(name, False, "an officer found that it is on a list")
    if counting:
        return _check(name, None, "it resembles a listed entry; an officer has to look")
    return _check(name, True, "it is on no list")


def _ownership(party: Footprint, buyers: Buyers, known: Known) -> Check:
    name = "ownership"
    verdicts = party.flags_for(buyers)
    for flag in verdicts:
        if flag.verdict == "owned":
            return _check(name, False, flag.reason or "listed owners hold 50 % or more")
        if flag.verdict == "unknown":
            return _check(name, False, flag.reason or "it cannot be said who owns it")
    for conclusion in party.conclusions:
        if conclusion.verdict == "yes":
            return _check(name, False, conclusion.reason)
    if party.owners is None:
        return _check(name, None, "no statement of its owners has come")
    for conclusion in party.conclusions:
        if conclusion.verdict in ("unknown", "review"):
            return _check(name, None, conclusion.reason)
    if not party.owners:
        return _check(name, None, "its statement names nobody who still owns it")
    judged = {hit_id for flag in verdicts for hit_id in flag.hit_ids}
    for owner_id in _all_owners(party, known):
        for hit in known[owner_id].hits if owner_id in known else ():
            if not hit.raised or hit.advisory or not hit.counts_for(buyers):
                continue
            if hit.verdict(buyers) is None:
                return _check(name, None, "an owner resembles a listed entry; an officer looks")
            if hit.hit_id not in judged:
                return _check(name, None, "a listed owner's share has yet to be judged")
    unnamed = sum(o.maximum for o in party.owners if o.party_id is None)
    if unnamed >= UNNAMED_AT_MOST:
        return _check(name, None, f"owners of up to {unnamed:g} % are not named")
    below = [f.reason for f in verdicts if f.reason]
    return _check(name, True, "; ".join(below) or "no owner is on a list")


def _documents(party: Footprint, contract_id: str) -> Check:
    name = "documents"
    found = party.qualification(contract_id, Role.SUBSTITUTE)
    if found is None:
        return _check(name, None, "not everything that its role asks for has been shown")
    if found.lost:
        return _check(name, None, f"no longer shown: {found.lost}")
    return _check(name, True, "everything that its role asks for has been shown")


def _place_in_chain(party_id: str, share: Share | None, outgoing_id: str, chain: Chain) -> Check:
    name = "chain"
    if party_id in chain.party_ids:
        return _check(name, False, "it is on this contract already")
    total = chain.least_share_given_away(without=outgoing_id) + (share.minimum if share else 0)
    if total > 100:
        return _check(name, False, f"subcontractors would have {total:g} % of the value together")
    return _check(name, True, "it fits into the chain")
