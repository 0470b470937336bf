"""What a supplier sees and says through a link in a letter, without an account."""

from services.subcontractors.commands import DeclareSubcontractor, GiveNotice, WithdrawSubcontractor
from services.subcontractors.domain import Chain, Replacement
from services.subcontractors.naming import change_of, named_of, proposing
from services.subcontractors.routes.chains import asked_with
from services.subcontractors.routes.door import api
from services.subcontractors.views import (
    ChainAsked,
    Demand,
    Naming,
    NoticeBody,
    Proposal,
    Withdrawal,
    asked_of,
)
from shared.domain import Caller, Forbidden
from shared.http import PUBLIC, Desk, Done
from shared.links import Link, LinkBook


@api.post("/links/{token}/substitutes", roles=PUBLIC)
async def propose_by_link(token: str, body: Proposal, desk: Desk) -> Done:
    """The supplier answers a demand through the link in its letter, as often as it must."""
    replacement = await _behind(token, desk)
    return await desk.send(proposing(replacement.id, body))


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
        stands_still=replacement.stands_still,
        proposed=tuple((c.party_id, c.answer) for c in replacement.candidates),
    )


async def _behind(token: str, desk: Desk) -> Replacement:
    """The replacement that a link opens; whoever holds it may speak for the contractor."""
    link, replacement_id = _opened(token, "replacement", desk)
    replacement = await desk.get(Replacement, replacement_id)
    if replacement.link_id != link.link_id:
        raise Forbidden("this link is no longer in use; open the one in the newest letter")
    _admit(link, replacement.buyer_id, desk)
    return replacement


def _opened(token: str, wanted: str, desk: Desk) -> tuple[Link, str]:
    """The link of a token, and the id of what it opens. Raises `Forbidden`."""
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    scope, _, id = link.scope.partition("/")
    if scope != wanted:
        raise Forbidden("this link is for something else")
    return link, id


def _admit(link: Link, buyer_id: str, desk: Desk) -> None:
    desk.admit(Caller(subject=f"link/{link.link_id}", name="supplier", buyers=(buyer_id,)))


# ---------------------------------------------------------------- who works for it


@api.get("/links/{token}/chain", roles=PUBLIC)
async def show_own_chain(token: str, desk: Desk) -> ChainAsked:
    """Who works for the supplier as far as we were told: nobody else's people."""
    chain, supplier_id = await _chain_behind(token, desk)
    return asked_of(chain, supplier_id)


@api.post("/links/{token}/chain", roles=PUBLIC)
async def name_by_link(token: str, body: Naming, desk: Desk) -> Done:
    """The supplier names somebody who works for it."""
    chain, supplier_id = await _chain_behind(token, desk)
    return await desk.send(
        DeclareSubcontractor(
            contract_id=chain.id,
            supplier_id=supplier_id,
            named=named_of(body, chain.id, desk.adapters["persons"]),
            channel="link",
        )
    )


@api.post("/links/{token}/chain/{party_id}/changes", roles=PUBLIC)
async def change_by_link(token: str, party_id: str, body: NoticeBody, desk: Desk) -> Done:
    """The supplier gives notice of a change of somebody who works for it."""
    chain, supplier_id = await _chain_behind(token, desk)
    _must_be_of(chain, supplier_id, party_id)
    return await desk.send(
        GiveNotice(
            contract_id=chain.id,
            party_id=party_id,
            change=change_of(body, chain.id, desk.adapters["persons"]),
            effective=body.effective,
            reason=body.reason,
        )
    )


@api.post("/links/{token}/chain/{party_id}/withdraw", roles=PUBLIC)
async def withdraw_by_link(token: str, party_id: str, body: Withdrawal, desk: Desk) -> Done:
    """The supplier no longer uses somebody."""
    chain, supplier_id = await _chain_behind(token, desk)
    _must_be_of(chain, supplier_id, party_id)
    return await desk.send(
        WithdrawSubcontractor(
            contract_id=chain.id, party_id=party_id, ends=body.ends, reason=body.reason
        )
    )


async def _chain_behind(token: str, desk: Desk) -> tuple[Chain, str]:
    link, contract_id = _opened(token, "chain", desk)
    chain = await desk.get(Chain, contract_id)
    supplier_id = asked_with(chain, link.link_id)
    if supplier_id is None:
        raise Forbidden("this link is no longer in use; open the one in the newest letter")
    _admit(link, chain.buyer_id, desk)
    return chain, supplier_id


def _must_be_of(chain: Chain, supplier_id: str, party_id: str) -> None:
    if chain.path_to(party_id)[0] != supplier_id:
        raise Forbidden(f"{party_id} does not work for {supplier_id} on {chain.id}")
