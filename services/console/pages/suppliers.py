"""Suppliers and all other parties: everything about one on a page, with its whole timeline."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from services.console.courier import Answer, Courier
from services.console.pages.acts import ACTS, DOERS
from services.console.pages.documents import kinds_of
from services.console.pages.door import (
    EVERYONE,
    api,
    command,
    form_of,
    may_see_party,
    onward,
)
from services.console.pages.lines import MOST_LINES, timeline
from services.console.pages.owners import owners_of
from services.console.pages.screenings import screenings_of
from services.console.pages.search import parties_like
from services.console.pages.sheets import in_one, long_sheet, ranked, shown, wants_sheet, whole
from services.console.past import at_the_end_of
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.cases import Case
from services.console.readmodels.claims import Claim
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.hits import Hit
from services.console.readmodels.likenesses import Likeness
from services.console.readmodels.parties import RANKED_LETTERS, Party
from services.console.readmodels.qualifications import Qualifying
from services.console.seeking import fold
from services.console.session import token_in
from services.console.views import view_of
from shared.domain import Forbidden, Unknown
from shared.events.words import Status
from shared.http import Desk, ServiceDesk
from shared.languages import ZONE

SHOWS = ("suppliers", "all")


@api.get("/suppliers", roles=EVERYONE, response_class=Response)
async def suppliers(desk: Desk, q: str = "", show: str = "suppliers") -> Response:
    """Every party that works for the caller's buyers; `q` is part of a name or number."""
    if show not in SHOWS:
        raise Unknown("list", show)
    view = view_of(desk)
    worst: dict[str, Status] = {}
    works_on: dict[str, int] = {}

    async def learn(parties: Sequence[Party]) -> None:
        worst.update(await _worst(desk, parties))
        works_on.update({p.id: len({*p.supplies, *p.works_on}) for p in parties})

    found = [p for p in await parties_like(desk, q) if show == "all" or p.supplies] if q else []
    if wants_sheet(desk):
        return await long_sheet(
            view,
            "suppliers",
            (
                ("col.id", lambda p: p.id),
                ("col.party", lambda p: p.name),
                ("col.number", lambda p: ", ".join(one.value for one in p.identifiers)),
                ("field.country", lambda p: p.country),
                ("col.contracts", lambda p: works_on.get(p.id, 0)),
                ("col.screened", lambda p: p.screened.at if p.screened else None),
                (
                    "col.status",
                    lambda p: view.code("status", worst[p.id]) if p.id in worst else "",
                ),
            ),
            in_one(found) if q else whole(desk, Party, show),
            learn,
        )
    rows = shown(desk, found) if q else await ranked(desk, Party, show)
    parties = rows.rows if q else _by_name(rows.rows)
    await learn(parties)
    return view.page(
        "suppliers.html.j2",
        parties=parties,
        rows=rows,
        worst=worst,
        works_on=works_on,
        q=q,
        show=show,
    )


def _by_name(parties: list[Party]) -> list[Party]:
    """The rank holds the first letters alone: the rest of the order is made here."""
    return sorted(parties, key=lambda p: (p.rank[:RANKED_LETTERS], fold(p.name or p.id)))


async def _worst(desk: ServiceDesk, parties: Sequence[Party]) -> dict[str, Status]:
    """Of each supplier the worst status of the caller's contracts with it."""
    wanted = {id for p in parties for id in p.supplies}
    contracts = await desk.service.store.fetch(Contract, wanted)
    worst: dict[str, Status] = {}
    for party in parties:
        own = [contracts[id] for id in party.supplies if id in contracts]
        if stands := [c.status for c in own if desk.caller.serves(c.buyer_id)]:
            worst[party.id] = max(stands, key=_severity)
    return worst


def _severity(status: Status) -> int:
    return status.severity


@api.get("/suppliers/{party_id}", roles=EVERYONE, response_class=Response)
async def supplier(party_id: str, desk: Desk, as_of: str = "") -> Response:
    """Everything about a party, today or as it was known at the end of the day `as_of`."""
    return await _page(party_id, desk, as_of=as_of)


@api.post("/suppliers/{party_id}/acts/{name}", roles=DOERS, response_class=Response)
async def act(party_id: str, name: str, desk: Desk) -> Response:
    """One of the acts of `services.console.pages.acts`, sent to onboarding."""
    found = ACTS.get(name)
    if found is None:
        raise Unknown("act", name)
    if not set(found.roles) & set(desk.caller.roles):
        raise Forbidden(f"this is for the role {found.roles[0]}")
    await _party(party_id, desk)
    form = await form_of(desk) | {"party_id": party_id}
    path, body = found.path(party_id, form.get("id", "")), found.body(form)
    answer = await command(desk, form, "onboarding", path, body)
    if not answer.done:
        failed = f"{name}/{form.get('id', '')}"
        return await _page(party_id, desk, answer=answer, form=form, failed=failed)
    if name == "open-link":
        # The token is told once, and stands in no address: the page itself shows it.
        return await _page(party_id, desk, opened=answer.result or {})
    return await onward(desk, answer, f"/suppliers/{quote(party_id, safe='')}", said=f"act.{name}")


async def _page(
    party_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
    opened: Mapping[str, Any] | None = None,
    as_of: str = "",
) -> Response:
    party = await _party(party_id, desk)
    present, no_day = view_of(desk), ""
    try:
        day = _day(as_of, present.now)
    except ValueError:
        day, no_day = None, as_of
    unknown = False
    if day is not None:
        # From here on everything is read as it was; who may look was decided by the present.
        then = await at_the_end_of(day, (party_id, *party.merged), desk)
        desk, unknown = then, not then.past.knows(Party, party_id)
        party = (await desk.service.store.fetch(Party, [party_id])).get(party_id, party)
    view = view_of(desk) if day is not None else present
    serves = desk.caller.serves
    on = {c.id: c for c in await desk.find(Contract, {"supplier_ids": party_id})}
    on |= {c.id: c for c in await desk.find(Contract, {"members_ids": party_id})}
    contracts = [c for c in on.values() if serves(c.buyer_id)]
    cases = {c.id: c for c in await desk.find(Case, {"supplier_id": party_id})}
    cases |= {c.id: c for c in await desk.find(Case, {"party_id": party_id})}
    ids = (party_id, *party.merged)
    claims = await desk.find_any(Claim, "party_id", ids)
    documents = await desk.find_any(Document, "party_id", ids)
    qualifying = await desk.find_any(Qualifying, "party_id", ids)
    alike = await desk.find(Likeness, {"party_ids": party_id})
    registers, links = await _live(party, desk) if day is None else (None, None)
    findings = await desk.find(FollowUp, {"party_id": party_id})
    concerned = (*ids, *(owner.party_id for owner in party.owners if owner.party_id))
    hits = await desk.find_any(Hit, "party_id", concerned)
    await view.learn(
        desk,
        [
            *(o.party_id for o in party.owners),
            *party.owner_of,
            *(h.party_id for h in hits),
            *(c.party_id for c in cases.values()),
            *(m.party_id for c in contracts for m in c.members),
            *(id for c in contracts for id in c.supplier_ids),
            *(id for one in alike for id in one.party_ids),
            *party.merged,
            party.merged_into,
            party_id,
        ],
        [
            *on,
            *(c.contract_id for c in cases.values()),
            *(q.contract_id for q in qualifying),
            *(d.contract_id for d in documents),
        ],
    )
    statuses = [c.status for c in contracts if not c.ended and party_id in c.supplier_ids]
    return view.page(
        "supplier.html.j2",
        status=answer.status if answer else (422 if no_day else 200),
        as_of=day,
        no_day=no_day,
        unknown=unknown,
        today=present.now.astimezone(ZONE).date(),
        owners=await owners_of(desk, view, party, day or view.now.astimezone(ZONE).date()),
        screenings=await screenings_of(desk, party_id),
        qualifying=sorted((q for q in qualifying if serves(q.buyer_id)), key=lambda q: q.id),
        requests=sorted(
            (d for d in documents if d.awaited and serves(d.buyer_id)), key=lambda d: (d.due, d.id)
        ),
        alike=[one for one in alike if one.state == "open"],
        registers=registers,
        links=links,
        wishes=[(c.buyer_id, c.id) for c in contracts if not c.ended],
        buyers=[b for b in party.buyers if serves(b)],
        kinds=kinds_of(view),
        opened=opened or {},
        problem=answer,
        form=form or {},
        failed=failed,
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
        timeline_at=f"/suppliers/{quote(party_id, safe='')}/timeline",
    )


@api.get("/suppliers/{party_id}/timeline", roles=EVERYONE, response_class=Response)
async def earlier(party_id: str, desk: Desk, before: str) -> Response:
    """The next piece of the timeline, put below the one that is there."""
    party = await _party(party_id, desk)
    view = view_of(desk)
    contracts = await desk.find(Contract, {"supplier_ids": party_id})
    ids = await _around(desk, party, [c for c in contracts if desk.caller.serves(c.buyer_id)])
    lines = await timeline(desk, view, ids, limit=MOST_LINES, before=before)
    place = desk.request.url.path
    return view.page("timeline_more.html.j2", lines=lines, timeline_at=place)


def _day(text: str, now: datetime) -> date | None:
    """The day that the address asks for; none for the present. Raises `ValueError`."""
    if not text:
        return None
    day = date.fromisoformat(text)
    return day if day < now.astimezone(ZONE).date() else None


async def _live(
    party: Party, desk: ServiceDesk
) -> tuple[list[dict[str, Any]] | None, list[dict[str, Any]] | None]:
    """What only onboarding knows: the registers' answers with their age, and the open links.

    None where it does not answer, or not to this caller.
    """
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    buyers = [b for b in party.buyers if desk.caller.serves(b)]
    asked = [f"/parties/{quote(party.id, safe='')}/registers"]
    asked += [
        f"/upload-links?{urlencode({'buyer_id': buyer, 'party_id': party.id})}" for buyer in buyers
    ]
    said = await asyncio.gather(*(courier.read("onboarding", one, token=token) for one in asked))
    registers, links = said[0], [one for some in said[1:] if some for one in some]
    known = any(isinstance(some, list) for some in said[1:])
    return registers if isinstance(registers, list) else None, links if known else None


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
    """Files; what is still to come is told with the requests."""
    return document.due is None
