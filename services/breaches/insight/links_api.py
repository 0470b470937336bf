"""Behind one-time links: for a party whose affairs are in the documents, and for the applicant."""

from datetime import datetime
from typing import Literal

from fastapi import Response
from pydantic import BaseModel

from services.breaches.domain.insight import Insight
from services.breaches.insight.bodies import AnswerBody, LetterView, Written
from services.breaches.insight.commands import AnswerInsightHearing
from services.breaches.insight.letters import InsightLetter
from services.breaches.turns_api import api
from shared.domain import Caller, Forbidden, Unknown
from shared.files import called
from shared.http import PUBLIC, Desk, Done, ServiceDesk
from shared.languages import Language
from shared.links import LinkBook

__all__ = ["api"]


class Asked(BaseModel):
    """What a party is asked about documents that concern it."""

    kind: Literal["insight"] = "insight"
    buyer_id: str
    items: tuple[str, ...]
    due: datetime
    answered: bool


async def _behind(token: str, desk: ServiceDesk, wanted: str = "insight") -> tuple[str, Insight]:
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    scope, _, insight_id = link.scope.partition("/")
    if scope != wanted:
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


# ---------------------------------------------------------------- the applicant


@api.get("/links/{token}/access", roles=PUBLIC)
async def show_letters(token: str, desk: Desk) -> Written:
    """What the applicant was written: until and with the letter that brought this link."""
    return Written(
        buyer_id=(await _behind(token, desk, "access"))[1].buyer_id,
        letters=tuple(
            LetterView(**one.model_dump(include=set(LetterView.model_fields)))
            for one in reversed(await _letters_behind(token, desk))
        ),
    )


async def _letters_behind(token: str, desk: ServiceDesk) -> list[InsightLetter]:
    link_id, insight = await _behind(token, desk, "access")
    last = insight.number_of(link_id)
    if last is None:
        raise Forbidden("this link opens nothing")
    ids = [insight.letter_id(number) for number in range(1, last + 1)]
    found = await desk.service.store.fetch(InsightLetter, ids)
    return [found[id] for id in ids if id in found]


@api.get("/links/{token}/access/{number}.pdf", roles=PUBLIC, response_class=Response)
async def read_letter(token: str, number: int, desk: Desk, language: Language = "da") -> Response:
    """The paper itself, for whom it is addressed to."""
    letter = next((o for o in await _letters_behind(token, desk) if o.number == number), None)
    if letter is None:
        raise Unknown("letter", str(number))
    name = f"{letter.id}-{language}.pdf"
    return Response(
        letter.pdf(language), media_type="application/pdf", headers=called(name, shown=True)
    )
