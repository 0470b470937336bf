"""What a party whose affairs are in the documents reads and answers behind its one-time link."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from services.breaches.domain.insight import Insight
from services.breaches.insight.bodies import AnswerBody
from services.breaches.insight.commands import AnswerInsightHearing
from services.breaches.turns_api import api
from shared.domain import Caller, Forbidden
from shared.http import PUBLIC, Desk, Done, ServiceDesk
from shared.links import LinkBook

__all__ = ["api"]


class Asked(BaseModel):
    """What a party is asked about documents that concern it."""

    kind: Literal["insight"] = "insight"
    buyer_id: str
    items: tuple[str, ...]
    due: datetime
    answered: bool


async def _behind(token: str, desk: ServiceDesk) -> tuple[str, Insight]:
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    scope, _, insight_id = link.scope.partition("/")
    if scope != "insight":
        raise Forbidden("this link is for something else")
    insight = await desk.get(Insight, insight_id)
    buyers = (insight.buyer_id,)
    desk.admit(Caller(subject=f"link/{link.link_id}", name="party", buyers=buyers))
    return link.link_id, insight


@api.get("/links/{token}/insight", roles=PUBLIC)
async def show_link(token: str, desk: Desk) -> Asked:
    """Which documents somebody asks for that concern this party. Not who asks."""
    link_id, insight = await _behind(token, desk)
    hearing = next((one for one in insight.hearings if one.link_id == link_id), None)
    if hearing is None:
        raise Forbidden("this link opens nothing")
    titles = [i.title or i.ref for i in insight.items if hearing.party_id in i.concerns]
    return Asked(
        buyer_id=insight.buyer_id,
        items=tuple(titles),
        due=hearing.due,
        answered=not hearing.is_open,
    )


@api.post("/links/{token}/insight/answer", roles=PUBLIC)
async def answer_by_link(token: str, body: AnswerBody, desk: Desk) -> Done:
    """The party says, once, whether something may not be shown, and what harm it would do."""
    link_id, insight = await _behind(token, desk)
    hearing = next((one for one in insight.hearings if one.link_id == link_id), None)
    if hearing is None:
        raise Forbidden("this link opens nothing")
    return await desk.send(
        AnswerInsightHearing(
            insight_id=insight.id, party_id=hearing.party_id, link_id=link_id, **dict(body)
        )
    )
