"""How long documents count: they run out, expire, are suspended or withdrawn."""

from typing import Any

from services.onboarding.commands import ExpiryCame
from services.onboarding.deciding import ChangeStanding, ExpiryNears
from services.onboarding.domain import Contract, Document, Qualification, State, asked, standing
from services.onboarding.policy import Policy
from shared.domain import Rejected
from shared.unit import Unit

from .asking import around, at_once, keep, qualifications, verified
from .decided import decided
from .router import router

STANDINGS = {
    "suspended": standing.suspend,
    "reinstated": standing.reinstate,
    "withdrawn": standing.withdraw,
}
"""What can be told of a certificate, by a person or by a register."""


@router.on(ExpiryNears)
async def runs_out(event: ExpiryNears, unit: Unit, policy: Policy) -> None:
    """A newer one is asked for while it still counts, due on its last day."""
    document = await unit.get(Document, event.document_id)
    if not standing.runs_out(document) or document.party_id is None or document.valid_until is None:
        return
    unit.save(document)
    there = await verified(document.party_id, document.buyer_id, unit)
    if there.get(document.kind) != document.id:
        return
    rule = policy.on(unit.now.date(), document.buyer_id)
    for one in await qualifications(document.party_id, document.buyer_id, unit):
        contract = await unit.load(Contract, one.contract_id)
        country = contract.country if contract else None
        wanted = at_once(document.kind, rule, unit, country)
        await keep(one, asked.renew(one, document.id, wanted), unit, rule)


@router.on(ExpiryCame)
async def expire(event: ExpiryCame, unit: Unit, policy: Policy) -> None:
    """A document no longer counts. A newer one takes its place, else it is asked for again."""
    document = await unit.get(Document, event.document_id)
    if standing.expire(document):
        unit.save(document)
        await lose(document, f"it counted until {document.valid_until}", unit, policy)


@router.on(ChangeStanding)
async def change_standing(command: ChangeStanding, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer tells what became of a certificate."""
    document = await unit.get(Document, command.document_id)
    by, reason = decided(document.buyer_id, command.reason, unit)
    if command.standing not in STANDINGS:
        raise Rejected(f"it can be {', '.join(STANDINGS)}", field="standing")
    since = command.since or unit.now.date()
    if since > unit.now.date():
        raise Rejected(f"{since} has not come yet", field="since")
    told = {"since": since, "source": "officer", "told": reason, "by": by}
    await stand(document, command.standing, told, unit, policy)
    return {"document_id": document.id, "state": document.state}


async def stand(
    document: Document, what: str, told: dict[str, Any], unit: Unit, policy: Policy
) -> None:
    """Take down how a certificate stands, and what follows for whoever rests on it."""
    counted = document.state is State.VERIFIED
    STANDINGS[what](document, told)
    unit.save(document)
    if counted:
        await lose(document, f"{what} since {told['since']}", unit, policy)
    elif document.state is State.VERIFIED and document.party_id:
        rule = policy.on(unit.now.date(), document.buyer_id)
        for one in await qualifications(document.party_id, document.buyer_id, unit):
            asked.take(one, document.kind, document.id, await around(one, unit, rule))
            await keep(one, (), unit)


async def lose(document: Document, reason: str, unit: Unit, policy: Policy) -> None:
    """A document counts no more for those who rest on it."""
    if document.party_id is None:
        return
    rule = policy.on(unit.now.date(), document.buyer_id)
    there = await verified(document.party_id, document.buyer_id, unit)
    for one in await qualifications(document.party_id, document.buyer_id, unit):
        if not _rests_on(one, document.id):
            continue
        fresh = asked.lose(
            one,
            document.id,
            there.get(document.kind, ""),
            at_once(document.kind, rule, unit),
            await around(one, unit, rule),
            f"{document.kind}: {reason}",
        )
        await keep(one, fresh, unit, rule)


def _rests_on(one: Qualification, document_id: str) -> bool:
    return any(request.document_id == document_id for request in one.requests)
