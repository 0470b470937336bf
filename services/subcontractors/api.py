"""What can be read and asked over HTTP: chains, exposures, replacements."""

from datetime import date

from services.subcontractors.commands import (
    ApproveSubcontractor,
    ClearSubstitute,
    DeclareSubcontractor,
    ExtendReplacement,
    ProposeSubstitute,
    RefuseSubcontractor,
    RefuseSubstitute,
    WithdrawReplacement,
    WithdrawSubcontractor,
)
from services.subcontractors.domain import Chain, Exposure, Replacement
from services.subcontractors.naming import described
from services.subcontractors.terms import day_of
from services.subcontractors.views import (
    ChainView,
    Clearing,
    Demand,
    ExposureView,
    Extension,
    Naming,
    Proposal,
    Reason,
    ReplacementView,
    Withdrawal,
    seen,
    seen_by,
)
from shared.domain import Caller, Forbidden
from shared.events.words import NamedSubcontractor
from shared.http import PUBLIC, Api, Desk, Done, Page
from shared.links import LinkBook

READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
PROPOSERS = ("officer", "contract_manager", "integration")
MOST_EXPOSURES = 10_000

api = Api("subcontractors")


# ---------------------------------------------------------------- chains


@api.get("/contracts/{contract_id}/chain", roles=READERS)
async def show_chain(contract_id: str, desk: Desk, as_of: date | None = None) -> ChainView:
    """The chain as it is, or as it was on a day, with everyone who was in it then."""
    chain = await desk.get(Chain, contract_id)
    desk.caller.must_serve(chain.buyer_id)
    desk.tag(chain)
    day = as_of or day_of(desk.now, chain.country)
    return ChainView(
        contract_id=chain.id,
        buyer_id=chain.buyer_id,
        title=chain.title,
        chain_version=chain.chain_version,
        as_of=day,
        over=chain.over,
        supplier_ids=chain.supplier_ids,
        clauses=chain.clauses,
        members=chain.as_of(day) if as_of else chain.members,
    )


@api.post("/contracts/{contract_id}/chain", roles=PROPOSERS)
async def name_subcontractor(contract_id: str, body: Naming, desk: Desk) -> Done:
    named = NamedSubcontractor(
        party=described(body.party, "party"),
        share=body.share,
        service=body.service,
        tier=body.tier,
        starts=body.starts,
    )
    return await desk.send(
        DeclareSubcontractor(contract_id=contract_id, supplier_id=body.supplier_id, named=named)
    )


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


# ---------------------------------------------------------------- exposures


@api.get("/contracts/{contract_id}/exposures", roles=READERS)
async def exposures_of_contract(
    contract_id: str, desk: Desk, all: bool = False
) -> list[ExposureView]:
    """What touches a contract now; with `all` also what did."""
    chain = await desk.get(Chain, contract_id)
    desk.caller.must_serve(chain.buyer_id)
    where = {"contract_id": contract_id}
    return seen_by(desk.caller, await desk.find(Exposure, where, limit=MOST_EXPOSURES), all)


@api.get("/parties/{party_id}/exposures", roles=READERS)
async def exposures_of_party(party_id: str, desk: Desk, all: bool = False) -> list[ExposureView]:
    """Which contracts of the caller's buyers facts about a party touch."""
    where = {"party_id": party_id}
    return seen_by(desk.caller, await desk.find(Exposure, where, limit=MOST_EXPOSURES), all)


@api.get("/exposures/{exposure_id}", roles=READERS)
async def show_exposure(exposure_id: str, desk: Desk) -> ExposureView:
    exposure = await desk.get(Exposure, exposure_id)
    desk.caller.must_serve(exposure.buyer_id)
    return ExposureView.model_validate(exposure.model_dump())


# ---------------------------------------------------------------- replacements


@api.get("/replacements", roles=READERS)
async def list_replacements(
    buyer_id: str,
    desk: Desk,
    contract_id: str | None = None,
    case_id: str | None = None,
    stage: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[ReplacementView]:
    """The replacements of a buyer, newest first."""
    desk.caller.must_serve(buyer_id)
    narrower = {"contract_id": contract_id, "case_id": case_id, "stage": stage}
    where = {"buyer_id": buyer_id, **{k: v for k, v in narrower.items() if v is not None}}
    return await desk.page(
        Replacement,
        where,
        sort="opened",
        descending=True,
        view=seen,
        limit=limit,
        after=after,
    )


@api.get("/replacements/{replacement_id}", roles=READERS)
async def show_replacement(replacement_id: str, desk: Desk) -> ReplacementView:
    replacement = await desk.get(Replacement, replacement_id)
    desk.caller.must_serve(replacement.buyer_id)
    desk.tag(replacement)
    return seen(replacement)


@api.post("/replacements/{replacement_id}/substitutes", roles=PROPOSERS)
async def propose(replacement_id: str, body: Proposal, desk: Desk) -> Done:
    return await desk.send(_proposing(replacement_id, body))


@api.post("/links/{token}/substitutes", roles=PUBLIC)
async def propose_by_link(token: str, body: Proposal, desk: Desk) -> Done:
    """The supplier answers a demand through the link in its letter, as often as it must."""
    replacement = await _behind(token, desk)
    return await desk.send(_proposing(replacement.id, body))


@api.get("/links/{token}", roles=PUBLIC)
async def show_demand(token: str, desk: Desk) -> Demand:
    replacement = await _behind(token, desk)
    return Demand(
        contract_id=replacement.contract_id,
        outgoing_id=replacement.outgoing_id,
        deadline=replacement.deadline,
        basis=replacement.basis,
        reason=replacement.reason,
        stage=replacement.stage,
        proposed=tuple((c.party_id, c.answer) for c in replacement.candidates),
    )


async def _behind(token: str, desk: Desk) -> Replacement:
    """The replacement that a link opens; whoever holds it may speak for the contractor."""
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    scope, _, replacement_id = link.scope.partition("/")
    if scope != "replacement":
        raise Forbidden("this link is for something else")
    replacement = await desk.get(Replacement, replacement_id)
    if replacement.link_id != link.link_id:
        raise Forbidden("this link is no longer in use; open the one in the newest letter")
    subject = f"link/{link.link_id}"
    desk.admit(Caller(subject=subject, name="supplier", buyers=(replacement.buyer_id,)))
    return replacement


def _proposing(replacement_id: str, body: Proposal) -> ProposeSubstitute:
    return ProposeSubstitute(
        replacement_id=replacement_id,
        party=described(body.party, "party"),
        share=body.share,
        service=body.service,
    )


@api.post("/replacements/{replacement_id}/substitutes/{party_id}/clear", roles=("officer",))
async def clear(replacement_id: str, party_id: str, body: Clearing, desk: Desk) -> Done:
    return await desk.send(
        ClearSubstitute(replacement_id=replacement_id, party_id=party_id, **body.model_dump())
    )


@api.post("/replacements/{replacement_id}/substitutes/{party_id}/refuse", roles=("officer",))
async def refuse_substitute(replacement_id: str, party_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(
        RefuseSubstitute(replacement_id=replacement_id, party_id=party_id, reason=body.reason)
    )


@api.post("/replacements/{replacement_id}/extend", roles=("officer",))
async def extend(replacement_id: str, body: Extension, desk: Desk) -> Done:
    return await desk.send(ExtendReplacement(replacement_id=replacement_id, **body.model_dump()))


@api.post("/replacements/{replacement_id}/withdraw", roles=("officer",))
async def withdraw_demand(replacement_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(WithdrawReplacement(replacement_id=replacement_id, reason=body.reason))
