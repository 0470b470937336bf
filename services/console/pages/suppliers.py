"""Suppliers and all other parties: everything about one on a page, with its whole timeline."""

from fastapi.responses import Response

from services.console.pages.door import EVERYONE, api, may_see_party, of_buyers
from services.console.pages.lines import timeline
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.cases import Case
from services.console.readmodels.claims import Claim
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.hits import Hit
from services.console.readmodels.parties import Party
from services.console.views import view_of
from shared.domain import Unknown
from shared.events.words import Status
from shared.http import Desk, ServiceDesk

MOST_LINES = 300
"""So many lines of the timeline at once; earlier ones come when they are asked for."""


@api.get("/suppliers", roles=EVERYONE, response_class=Response)
async def suppliers(desk: Desk, q: str = "", show: str = "suppliers") -> Response:
    """Every party that works for the caller's buyers; `q` is part of a name or number."""
    view = view_of(desk)
    found = await of_buyers(desk, Party, field="buyers")
    wanted = [p for p in found if show == "all" or p.supplies]
    if q:
        wanted = [p for p in found if q.casefold() in f"{p.name} {p.id}".casefold()]
    wanted.sort(key=lambda p: (p.name or p.id).casefold())
    contracts = await of_buyers(desk, Contract)
    view.contracts |= {contract.id: contract for contract in contracts}
    worst: dict[str, Status] = {}
    works_on: dict[str, int] = {}
    for contract in contracts:
        members = [m.party_id for m in contract.chain]
        for id in (*contract.supplier_ids, *members):
            works_on[id] = works_on.get(id, 0) + 1
        for id in contract.supplier_ids:
            worst[id] = max(worst.get(id, Status.CLEAR), contract.status, key=_severity)
    return view.page(
        "suppliers.html.j2", parties=wanted, worst=worst, works_on=works_on, q=q, show=show
    )


def _severity(status: Status) -> int:
    return status.severity


@api.get("/suppliers/{party_id}", roles=EVERYONE, response_class=Response)
async def supplier(party_id: str, desk: Desk) -> Response:
    party = await _party(party_id, desk)
    view = view_of(desk)
    serves = desk.caller.serves
    on = {c.id: c for c in await desk.find(Contract, {"supplier_ids": party_id})}
    on |= {c.id: c for c in await desk.find(Contract, {"members_ids": party_id})}
    contracts = [c for c in on.values() if serves(c.buyer_id)]
    cases = {c.id: c for c in await desk.find(Case, {"supplier_id": party_id})}
    cases |= {c.id: c for c in await desk.find(Case, {"party_id": party_id})}
    claims = await desk.find(Claim, {"party_id": party_id})
    documents = await desk.find(Document, {"party_id": party_id})
    findings = await desk.find(FollowUp, {"party_id": party_id})
    hits = await desk.find(Hit, {"party_id": party_id})
    for owner in party.owners:
        hits += await desk.find(Hit, {"party_id": owner.party_id}) if owner.party_id else []
    await view.learn(
        desk,
        [
            *(o.party_id for o in party.owners),
            *party.owner_of,
            *(h.party_id for h in hits),
            *(c.party_id for c in cases.values()),
            *(m.party_id for c in contracts for m in c.members),
            *(id for c in contracts for id in c.supplier_ids),
        ],
        [*on, *(c.contract_id for c in cases.values())],
    )
    statuses = [c.status for c in contracts if not c.ended and party_id in c.supplier_ids]
    return view.page(
        "supplier.html.j2",
        party=party,
        contracts=sorted(contracts, key=lambda c: -c.status.severity),
        stands=max(statuses, key=_severity, default=None),
        cases=sorted((c for c in cases.values() if serves(c.buyer_id)), key=lambda c: c.closed),
        documents=[d for d in documents if serves(d.buyer_id) and _to_show(d)],
        claims=sorted(
            (c for c in claims if serves(c.buyer_id)), key=lambda c: (c.state == "made", c.ground)
        ),
        findings=[f for f in findings if serves(f.buyer_id)],
        hits=hits,
        lines=await timeline(desk, view, await _around(desk, party, contracts), limit=MOST_LINES),
    )


@api.get("/suppliers/{party_id}/timeline", roles=EVERYONE, response_class=Response)
async def earlier(party_id: str, desk: Desk, before: str) -> Response:
    """The next piece of the timeline, put below the one that is there."""
    party = await _party(party_id, desk)
    view = view_of(desk)
    contracts = await desk.find(Contract, {"supplier_ids": party_id})
    ids = await _around(desk, party, [c for c in contracts if desk.caller.serves(c.buyer_id)])
    lines = await timeline(desk, view, ids, limit=MOST_LINES, before=before)
    return view.page("timeline_more.html.j2", lines=lines, party=party)


async def _party(party_id: str, desk: ServiceDesk) -> Party:
    party = await desk.get(Party, party_id)
    if not await may_see_party(desk, party):
        raise Unknown("party", party_id)
    return party


async def _around(desk: ServiceDesk, party: Party, contracts: list[Contract]) -> list[str]:
    """What a timeline gathers: the party and its contracts, everyone on them, and all owners."""
    own = [c for c in contracts if party.id in c.supplier_ids]
    members = [id for contract in own for id in contract.members_ids]
    known = await desk.service.store.fetch(Party, members)
    owners = [o.party_id for one in (party, *known.values()) for o in one.owners]
    return [party.id, *(c.id for c in own), *members, *owners]


def _to_show(document: Document) -> bool:
    """A request that was answered is told by the document that answered it."""
    return document.state != "withdrawn" and (document.due is None or document.state != "verified")
