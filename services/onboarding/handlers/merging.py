"""Parties that are one, and parties that are two again: decided by people."""

from typing import Any

from services.onboarding.deciding import KeepApart, MergeParties, RegisterParty, SplitParty
from services.onboarding.domain import Document, Likeness, Party, Qualification, Request, asked
from services.onboarding.domain.alike import likeness_id
from services.onboarding.policy import Policy
from shared.domain import Forbidden, Rejected
from shared.events.words import PartyDescription
from shared.identifiers import WrongNumber, country_of, kept, party_id_of, recognise
from shared.persons import PersonKey, without_person_numbers
from shared.unit import Unit

from .asking import around, at_once, keep, same_as, verified
from .decided import reasoned
from .router import router
from .steps import register


@router.on(RegisterParty)
async def register_party(
    command: RegisterParty, unit: Unit, policy: Policy, person_key: PersonKey
) -> dict[str, Any]:
    """Know a party by its number. The same number is the same party, however it came."""
    if unit.caller is None:
        raise Forbidden("a party is entered by a person or the buyer's system")
    try:
        number = recognise(command.number, scheme=command.scheme, country=command.country)
    except WrongNumber as wrong:
        raise Rejected(str(wrong), field="number") from wrong
    party_id = party_id_of([number], person_key)
    if party_id is None:
        raise Rejected("this number names a place or a role, no company", field="scheme")
    known = await unit.load(Party, party_id)
    said = PartyDescription(
        party_id=party_id,
        name=without_person_numbers(command.name.strip()) or party_id,
        country=command.country or country_of([number]),
        address=command.address and without_person_numbers(command.address),
        contact=command.contact and without_person_numbers(command.contact),
        identifiers=kept([number], party_id),
    )
    await register(said, f"by hand, {unit.caller.subject}", unit, policy)
    return {"party_id": party_id, "new": known is None}


@router.on(MergeParties)
async def merge(command: MergeParties, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer finds that two parties are one."""
    by, reason = reasoned(command.reason, unit)
    survivor = await unit.get(Party, command.survivor_id)
    other = await unit.load(Party, command.absorbed_id)
    if other is None:
        raise Rejected(f"no party {command.absorbed_id} is known here", field="absorbed_id")
    id = likeness_id(survivor.id, other.id)
    pair = tuple(sorted((survivor.id, other.id)))
    likeness = await unit.load(Likeness, id) or Likeness(id=id, party_ids=pair)
    gone = other.absorbed
    survivor.absorb(other, by, reason, likeness.merged(by, reason))
    for one in (survivor, other, likeness):
        unit.save(one)
    for deeper in gone:
        below = await unit.get(Party, deeper)
        below.merged_into = survivor.id
        unit.save(below)
    for id in (*survivor.absorbed, survivor.id):
        await _count_anew(id, unit, policy)
    return {"party_id": survivor.id, "absorbed": list(survivor.absorbed)}


@router.on(KeepApart)
async def keep_apart(command: KeepApart, unit: Unit) -> dict[str, Any]:
    likeness = await unit.get(Likeness, command.likeness_id)
    likeness.keep_apart(*reasoned(command.reason, unit))
    unit.save(likeness)
    return {"likeness_id": likeness.id, "state": likeness.state}


@router.on(SplitParty)
async def split(command: SplitParty, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer takes a merger back. What was said meanwhile counts for its own party."""
    by, reason = reasoned(command.reason, unit)
    other = await unit.get(Party, command.party_id)
    if not other.merged_into:
        raise Rejected(f"{other.id} is merged into nobody")
    head = await unit.get(Party, other.merged_into)
    head.let_go(other, by, reason)
    unit.save(head)
    unit.save(other)
    likeness = await unit.load(Likeness, likeness_id(head.id, other.id))
    if likeness is not None:
        likeness.split(by, reason)
        unit.save(likeness)
    for id in (head.id, *head.absorbed, other.id):
        await _count_anew(id, unit, policy)
    return {"party_id": other.id, "split_from": head.id}


async def _count_anew(party_id: str, unit: Unit, policy: Policy) -> None:
    """Which documents and contradictions count for a party now that others are, or are not, it."""
    own = set(await same_as(party_id, unit))
    for one in await unit.find(Qualification, party_id=party_id):
        if one.closed:
            continue
        rule = policy.on(unit.now.date(), one.buyer_id)
        there = await verified(party_id, one.buyer_id, unit)
        known = await around(one, unit, rule)
        fresh: list[Request] = []
        for id in {r.document_id for r in one.requests if r.document_id}:
            document = await unit.load(Document, id)
            if document is not None and document.party_id not in own:
                wanted = at_once(document.kind, rule, unit)
                newer = there.get(document.kind, "")
                reason = f"{document.kind}: it is another party's"
                fresh += asked.lose(one, id, newer, wanted, known, reason)
        for request in one.missing:
            if request.kind in there:
                asked.take(one, request.kind, there[request.kind], known)
        one.review(known)
        await keep(one, fresh, unit, rule)
