"""Contracts: how each stands and why, who works on it, and what the contract system was told."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from markupsafe import Markup

from services.console.courier import Answer, Courier
from services.console.pages.door import (
    EVERYONE,
    api,
    command,
    form_of,
    may_see,
    onward,
)
from services.console.pages.drawing import as_svg, drawn
from services.console.pages.lines import MOST_LINES, timeline
from services.console.pages.sheets import long_sheet, ranked, sheet, shown, wants_sheet, whole
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.cases import Case, Replacement
from services.console.readmodels.contracts import Contract, Member
from services.console.readmodels.documents import Document
from services.console.session import token_in
from services.console.views import View, view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

SEES_DELIVERIES = ("contract_manager", "auditor", "admin", "integration")


SHOWS = ("open", "blocked", "all")
MOST_IN_TABLE = 30
"""Members up to which the table stands below the picture; a longer one has a page of its own, and
its picture comes when the page is there."""


@api.get("/contracts", roles=EVERYONE, response_class=Response)
async def contracts(desk: Desk, show: str = "open") -> Response:
    if show not in SHOWS:
        raise Unknown("list", show)
    view = view_of(desk)

    async def learn(rows: Sequence[Contract]) -> None:
        await view.learn(desk, [id for c in rows for id in c.supplier_ids])

    if wants_sheet(desk):
        return await long_sheet(
            view,
            "contracts",
            (
                ("col.id", lambda c: c.id),
                ("col.contract", lambda c: c.title),
                ("col.supplier", lambda c: ", ".join(view.name(id) for id in c.supplier_ids)),
                ("col.value", lambda c: c.value.amount if c.value else None),
                ("col.currency", lambda c: c.value.currency if c.value else ""),
                ("col.ends", lambda c: c.ends),
                (
                    "col.reasons",
                    lambda c: ", ".join(view.code("rule", code) for code in c.reason_codes),
                ),
                (
                    "col.status",
                    lambda c: (
                        view.words("contract.ended") if c.ended else view.code("status", c.status)
                    ),
                ),
            ),
            whole(desk, Contract, show),
            learn,
        )
    rows = await ranked(desk, Contract, show)
    await learn(rows.rows)
    return view.page("contracts.html.j2", contracts=rows.rows, rows=rows, show=show)


@api.get("/contracts/{contract_id}", roles=EVERYONE, response_class=Response)
async def contract(contract_id: str, desk: Desk) -> Response:
    return await _page(contract_id, desk)


@api.post(
    "/contracts/{contract_id}/chain/{party_id}/{verdict}",
    roles=("officer",),
    response_class=Response,
)
async def judge(contract_id: str, party_id: str, verdict: str, desk: Desk) -> Response:
    """Agree to a subcontractor, or not, with a reason."""
    if verdict not in ("approve", "refuse"):
        raise Unknown("verdict", verdict)
    form = await form_of(desk)
    path = f"/contracts/{quote(contract_id, safe='')}/chain/{quote(party_id, safe='')}/{verdict}"
    body = {"reason": form.get("reason", "")}
    answer = await command(desk, form, "subcontractors", path, body)
    if not answer.done:
        return await _page(contract_id, desk, answer=answer, form=form, failed=party_id)
    return await onward(
        desk, answer, f"/contracts/{quote(contract_id, safe='')}", said=f"chain.{verdict}"
    )


async def _page(
    contract_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
) -> Response:
    found = await desk.get(Contract, contract_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    view.contracts[contract_id] = found
    cases = await desk.find(Case, {"contract_id": contract_id})
    chain = found.chain
    small = len(chain) <= MOST_IN_TABLE
    here = found.members if small else (*found.left, *filter(_asks, chain))
    await view.learn(
        desk,
        [
            *found.supplier_ids,
            *(id for member in here for id in (member.party_id, member.replaces)),
            *(id for e in found.exposures for id in e.path),
            *(c.party_id for c in cases),
        ],
    )
    papers = await _papers(desk, found.everyone) if small else {}
    return view.page(
        "contract.html.j2",
        status=answer.status if answer else 200,
        contract=found,
        cases=sorted(cases, key=lambda c: c.closed),
        replacements=await desk.find(Replacement, {"contract_id": contract_id}),
        findings=await desk.find(FollowUp, {"contract_id": contract_id}),
        papers=papers,
        chain=chain,
        most_in_table=MOST_IN_TABLE,
        picture=_picture(found, view) if small else "",
        **await _live(found, desk),
        lines=await timeline(desk, view, [contract_id], limit=MOST_LINES),
        timeline_at=f"/contracts/{quote(contract_id, safe='')}/timeline",
        problem=answer,
        form=form or {},
        failed=failed,
    )


def _asks(member: Member) -> bool:
    """Whether somebody is to agree to a subcontractor, on the page of the contract."""
    return member.standing == "declared"


def _picture(contract: Contract, view: View) -> Markup:
    return as_svg(view, drawn(contract, {id: view.name(id) for id in contract.everyone}))


@api.get("/contracts/{contract_id}/picture", roles=EVERYONE, response_class=Response)
async def picture(contract_id: str, desk: Desk) -> Response:
    """The picture of a long chain, which its page asks for when it is there itself."""
    found = await desk.get(Contract, contract_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    await view.learn(desk, [*found.supplier_ids, *(m.party_id for m in found.chain)])
    return view.page("picture.html.j2", picture=_picture(found, view))


@api.get("/contracts/{contract_id}/timeline", roles=EVERYONE, response_class=Response)
async def earlier(contract_id: str, desk: Desk, before: str) -> Response:
    """The next piece of the timeline, put below the one that is there."""
    found = await desk.get(Contract, contract_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    lines = await timeline(desk, view, [contract_id], limit=MOST_LINES, before=before)
    place = desk.request.url.path
    return view.page("timeline_more.html.j2", lines=lines, timeline_at=place)


@api.get("/contracts/{contract_id}/chain", roles=EVERYONE, response_class=Response)
async def chain(contract_id: str, desk: Desk) -> Response:
    """Everyone who works on a contract, as a table or a sheet, however many."""
    found = await desk.get(Contract, contract_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    rows = shown(desk, found.chain)
    members = rows.rows
    papers = await _papers(desk, [member.party_id for member in members])
    ids = [id for m in members for id in (m.party_id, m.parent_id, m.replaces)]
    await view.learn(desk, ids)
    if wants_sheet(desk):
        return sheet(
            view,
            f"chain-{contract_id}",
            (
                ("col.id", lambda m: m.party_id),
                ("col.party", lambda m: view.name(m.party_id)),
                ("col.tier", lambda m: m.tier),
                ("col.hired_by", lambda m: view.name(m.parent_id) if m.parent_id else ""),
                ("col.service", lambda m: m.service),
                ("col.share", lambda m: view.share(m.share) if m.share else ""),
                ("col.documents", lambda m: papers.get(m.party_id, (0, 0))[0]),
                ("col.standing", lambda m: view.code("standing", m.standing)),
            ),
            members,
        )
    return view.page("chain.html.j2", contract=found, chain=members, papers=papers, rows=rows)


async def _papers(desk: ServiceDesk, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each party, how many documents are verified and how many are still to come."""
    papers: dict[str, tuple[int, int]] = {}
    for document in await desk.find_any(Document, "party_id", ids):
        if not desk.caller.serves(document.buyer_id):
            continue
        verified, missing = papers.get(document.party_id, (0, 0))
        if document.due is None and document.state == "verified":
            verified += 1
        elif document.due is not None and document.state in ("requested", "late"):
            missing += 1
        papers[document.party_id] = (verified, missing)
    return papers


async def _live(contract: Contract, desk: ServiceDesk) -> dict[str, Any]:
    """What the contracts service says now: the whole status, what may be done, and what was told.

    Each is None where it does not answer, or not to this caller.
    """
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    id, buyer = quote(contract.id, safe=""), quote(contract.buyer_id, safe="")
    asked = {
        "stands": f"/status?contract_id={id}",
        "powers": f"/contracts/{id}/powers",
        "terms": f"/contracts/{id}",
    }
    if set(SEES_DELIVERIES) & set(desk.caller.roles):
        asked["deliveries"] = f"/deliveries?contract_id={id}&buyer_id={buyer}"
        asked["endpoints"] = f"/endpoints?buyer_id={buyer}"
    found = await asyncio.gather(
        *(courier.read("contracts", path, token=token) for path in asked.values())
    )
    live = dict(zip(asked, found, strict=True))
    sent, open_ones = live.get("deliveries"), live.get("endpoints")
    terms = live["terms"] or {}
    return {
        "stands": live["stands"] or None,
        "powers": live["powers"] or None,
        "deliveries": (sent.get("items") if isinstance(sent, dict) else sent) or None,
        "endpoints": {one["id"]: one for one in open_ones or ()},
        "confirmed": terms.get("acknowledged") or (),
    }
