"""What a supplier sees and says through a one-time link."""

from datetime import datetime

from pydantic import BaseModel

from services.audits.commands import AnswerProposal, DisputeFinding
from services.audits.domain import ActionState, CorrectiveAction
from services.audits.mending_api import AnswerBody, DisputeBody
from shared.domain import Caller, Forbidden
from shared.http import PUBLIC, Api, Desk, Done
from shared.links import Link, LinkBook

links_api = Api("audits")


class ProposalView(BaseModel):
    """What a party is asked to agree to. Nothing of other parties is shown."""

    contract_id: str
    obligation: str
    state: ActionState
    measure: str
    working_days: int
    answer_due: datetime | None
    due: datetime | None


def opened(token: str, scope: str, desk: Desk) -> tuple[Link, str]:
    """The link, and the id of what it opens. Raises `Forbidden` for a link to something else."""
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    found, _, id = link.scope.partition("/")
    if found != scope:
        raise Forbidden("this link is for something else; open the one in the letter about this")
    return link, id


async def _action(token: str, desk: Desk) -> tuple[Link, CorrectiveAction]:
    link, action_id = opened(token, "action", desk)
    action = await desk.get(CorrectiveAction, action_id)
    if action.link_id != link.link_id:
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    desk.admit(Caller(subject=f"link/{link.link_id}", buyers=(action.buyer_id,)))
    return link, action


@links_api.get("/links/{token}/proposal", roles=PUBLIC)
async def show_proposal(token: str, desk: Desk) -> ProposalView:
    """What the buyer proposes to do about a finding."""
    _, action = await _action(token, desk)
    return ProposalView.model_validate(action.model_dump())


@links_api.post("/links/{token}/proposal", roles=PUBLIC)
async def answer_proposal(token: str, body: AnswerBody, desk: Desk) -> Done:
    """Agree, or propose another measure with its days and the reason. Once."""
    link, action = await _action(token, desk)
    return await desk.send(
        AnswerProposal(action_id=action.id, link_id=link.link_id, **body.model_dump())
    )


@links_api.post("/links/{token}/dispute", roles=PUBLIC)
async def dispute_finding(token: str, body: DisputeBody, desk: Desk) -> Done:
    """Deny the finding behind the proposal: its deadlines rest until the forum has ruled."""
    _, action = await _action(token, desk)
    return await desk.send(DisputeFinding(finding_id=action.finding_id, **body.model_dump()))
