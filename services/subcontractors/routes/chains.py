"""Chains: who works on a contract, since when, who agreed, and which rules that keeps."""

from datetime import UTC, datetime, timedelta

from services.subcontractors.commands import (
    AgreeToChange,
    ApproveSubcontractor,
    AskForChain,
    DeclareSubcontractor,
    DismissViolation,
    GiveNotice,
    NoteSightings,
    RefuseChange,
    RefuseSubcontractor,
    WithdrawSubcontractor,
)
from services.subcontractors.domain import Chain
from services.subcontractors.domain.roster import Violation
from services.subcontractors.domain.rules import Answer
from services.subcontractors.handlers.judging import what_rules_say
from services.subcontractors.naming import change_of, named_of, seen_of
from services.subcontractors.routes.door import PROPOSERS, READERS, api
from services.subcontractors.terms import day_of, end_of
from services.subcontractors.views import (
    AskedLink,
    Asking,
    ChainView,
    Naming,
    NoticeBody,
    Reason,
    Sightings,
    Withdrawal,
    chain_view,
)
from shared.asked import Day
from shared.http import Desk, Done, ServiceDesk
from shared.links import LinkBook
from shared.unit import Unit

GRACE = timedelta(days=7)
"""A link stays open so long after the answer was due: a late answer is better than none."""


async def _chain(desk: ServiceDesk, contract_id: str) -> Chain:
    chain = await desk.get(Chain, contract_id)
    desk.caller.must_serve(chain.buyer_id)
    return chain


@api.get("/contracts/{contract_id}/chain", roles=READERS)
async def show_chain(contract_id: str, desk: Desk, as_of: Day | None = None) -> ChainView:
    """The chain as it is, or as it was on a day, with everyone who was in it then."""
    chain = await _chain(desk, contract_id)
    desk.tag(chain)
    return chain_view(chain, as_of, day_of(desk.now, chain.country))


@api.post("/contracts/{contract_id}/chain", roles=PROPOSERS)
async def name_subcontractor(contract_id: str, body: Naming, desk: Desk) -> Done:
    """Name somebody who works on the contract, at any tier."""
    return await desk.send(
        DeclareSubcontractor(
            contract_id=contract_id,
            supplier_id=body.supplier_id or "",
            named=named_of(body, contract_id, desk.adapters["persons"]),
        )
    )


@api.post("/contracts/{contract_id}/chain/links", roles=("officer", "contract_manager"))
async def ask_for_chain(contract_id: str, body: Asking, desk: Desk) -> AskedLink:
    """Ask a supplier who works for it. It gets a letter with the link; its address is answered,
    too, for whoever hands it over in another way.
    """
    done = await desk.send(AskForChain(contract_id=contract_id, **body.model_dump()))
    links: LinkBook = desk.adapters["links"]
    until = datetime.fromisoformat(done.result["until"])
    expires = datetime.now(UTC) + (until - desk.now) + GRACE
    token = links.token(done.result["link_id"], f"chain/{contract_id}", expires)
    return AskedLink(until=until, path=f"/links/{token}/chain", events=done.events)


def asked_with(chain: Chain, link_id: str) -> str | None:
    """Which supplier answers by a link: of each supplier only the newest link is in use."""
    newest = {link: supplier_id for supplier_id, link in dict(chain.links).items()}
    return newest.get(link_id)


@api.post("/contracts/{contract_id}/chain/{party_id}/approve", roles=("officer",))
async def approve(contract_id: str, party_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(
        ApproveSubcontractor(contract_id=contract_id, party_id=party_id, reason=body.reason)
    )


@api.post("/contracts/{contract_id}/chain/{party_id}/refuse", roles=("officer",))
async def refuse(contract_id: str, party_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(
        RefuseSubcontractor(contract_id=contract_id, party_id=party_id, reason=body.reason)
    )


@api.post("/contracts/{contract_id}/chain/{party_id}/withdraw", roles=PROPOSERS)
async def withdraw(contract_id: str, party_id: str, body: Withdrawal, desk: Desk) -> Done:
    return await desk.send(
        WithdrawSubcontractor(contract_id=contract_id, party_id=party_id, **body.model_dump())
    )


@api.post("/contracts/{contract_id}/chain/{party_id}/changes", roles=PROPOSERS)
async def give_notice(contract_id: str, party_id: str, body: NoticeBody, desk: Desk) -> Done:
    """Give notice of a change; it waits for an answer where a clause gives the buyer a say."""
    return await desk.send(
        GiveNotice(
            contract_id=contract_id,
            party_id=party_id,
            change=change_of(body, contract_id, desk.adapters["persons"]),
            effective=body.effective,
            reason=body.reason,
        )
    )


@api.post("/contracts/{contract_id}/changes/{notice_id}/approve", roles=("officer",))
async def approve_change(contract_id: str, notice_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(
        AgreeToChange(contract_id=contract_id, notice_id=notice_id, reason=body.reason)
    )


@api.post("/contracts/{contract_id}/changes/{notice_id}/refuse", roles=("officer",))
async def refuse_change(contract_id: str, notice_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(
        RefuseChange(contract_id=contract_id, notice_id=notice_id, reason=body.reason)
    )


# ---------------------------------------------------------------- rules


@api.get("/contracts/{contract_id}/rules", roles=READERS)
async def show_rules(contract_id: str, desk: Desk) -> tuple[Answer, ...]:
    """What each chain rule says today: kept, broken, or not known. Nothing is changed by asking."""
    await _chain(desk, contract_id)
    unit = Unit(desk.service.store)
    unit.now = desk.now
    return await what_rules_say(unit, await unit.get(Chain, contract_id))


@api.get("/contracts/{contract_id}/violations", roles=READERS)
async def show_violations(
    contract_id: str, desk: Desk, all: bool = False, as_of: Day | None = None
) -> tuple[Violation, ...]:
    """The rules that the chain breaks now, or broke at the end of a day; with `all` ever."""
    chain = await _chain(desk, contract_id)
    if all:
        return chain.violations
    if as_of is None:
        return chain.open_violations()
    moment = end_of(as_of, chain.country)
    return tuple(
        v for v in chain.violations if v.found <= moment and (v.ended is None or moment < v.ended)
    )


@api.post("/contracts/{contract_id}/violations/{violation_id}/dismiss", roles=("officer",))
async def dismiss_violation(contract_id: str, violation_id: str, body: Reason, desk: Desk) -> Done:
    """Say with reasons that a paper was wrong or misread, and the chain is not."""
    return await desk.send(
        DismissViolation(contract_id=contract_id, violation_id=violation_id, reason=body.reason)
    )


@api.post(
    "/contracts/{contract_id}/sightings",
    roles=("officer", "auditor", "contract_manager", "integration"),
)
async def note_sightings(contract_id: str, body: Sightings, desk: Desk) -> Done:
    """Companies named on invoices, site lists or other papers: each must be in the chain."""
    return await desk.send(NoteSightings(contract_id=contract_id, seen=seen_of(body.seen)))
