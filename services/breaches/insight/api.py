"""Requests for access to documents over HTTP, and what the public may see of a buyer."""

import asyncio
import base64
import binascii
import hashlib
from typing import Literal
from uuid import uuid4

from fastapi import Response

from services.breaches.api import READERS
from services.breaches.domain import Agreement, Case
from services.breaches.domain.insight import Insight, InsightStage, Item
from services.breaches.handlers.insight import law_of
from services.breaches.insight.bodies import (
    AnswerBody,
    ContactBody,
    DelayBody,
    DocumentsBody,
    ErasureBody,
    FieldView,
    HandedBody,
    HearingBody,
    InsightLine,
    InsightView,
    ItemBody,
    ReasonBody,
    RequestBody,
    RulingBody,
    SentBody,
)
from services.breaches.insight.commands import (
    AnswerInsightHearing,
    Covered,
    DecideInsight,
    DecideInsightErasure,
    DelayInsight,
    GiveContact,
    HandOverLetter,
    HearOnInsight,
    HoldInsight,
    NameItem,
    ReceiveInsight,
    ReleaseInsight,
    RuleOnItem,
    SendInsight,
    WithdrawInsight,
)
from services.breaches.insight.copying import Copy, Sources, copy_of, public_copy
from services.breaches.insight.law import Laws
from services.breaches.insight.letters import InsightLetter
from services.breaches.insight.links_api import api
from services.breaches.insight.showing import Shown, case_fields, contract_fields
from services.breaches.letters import Letter
from shared.domain import Rejected, Unknown
from shared.files import called
from shared.http import Desk, Done, Page, ServiceDesk
from shared.languages import Language

__all__ = ["api"]

HANDLERS = ("officer",)
DECIDERS = ("officer", "approver")
LOOKERS = ("officer", "approver", "auditor")

LARGEST_DOCUMENTS = 60_000_000
"""Bytes of a body in which the files of a request come, in Base64."""

MOST_PUBLIC = 10_000
MOST_LETTERS = 100


@api.post("/insight", roles=HANDLERS)
async def receive(body: RequestBody, desk: Desk) -> Done:
    """Take in a request. Its clock begins when it came."""
    desk.caller.must_serve(body.buyer_id)
    key = desk.request.headers.get("idempotency-key") or str(uuid4())
    own = hashlib.sha256(f"{desk.caller.subject}|{key}".encode()).hexdigest()[:20]
    return await desk.send(
        ReceiveInsight(
            insight_id=f"insight-{own}", applicant_id=f"person-insight-{own}", **dict(body)
        )
    )


@api.get("/insight", roles=LOOKERS)
async def list_requests(
    desk: Desk,
    buyer_id: str | None = None,
    stage: InsightStage | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[InsightLine]:
    """The requests of a buyer, newest first. Who asked, and for what, is on the page of each."""
    where = desk.of_buyer(buyer_id) | ({"stage": stage.value} if stage else {})
    return await desk.page(
        Insight, where, sort="received", descending=True, view=_line, limit=limit, after=after
    )


def _line(insight: Insight) -> InsightLine:
    return InsightLine(
        id=insight.id,
        buyer_id=insight.buyer_id,
        stage=insight.stage,
        received=insight.received,
        due=insight.due,
        overdue=insight.overdue,
        items=len(insight.items),
    )


@api.get("/insight/public.zip", roles=READERS, response_class=Response)
async def public(buyer_id: str, country: Literal["DK", "SE"], desk: Desk) -> Response:
    """What anybody may see of a buyer: contracts, who works on them, decisions; with the log of
    everything that is covered, and why."""
    desk.caller.must_serve(buyer_id)
    agreements = await desk.find(Agreement, {"buyer_id": buyer_id}, limit=MOST_PUBLIC)
    cases = await desk.find(Case, {"buyer_id": buyer_id}, limit=MOST_PUBLIC)
    laws: Laws = desk.adapters["laws"]
    law = laws.on(desk.now.date(), country)
    copy = await asyncio.to_thread(public_copy, agreements, cases, law, buyer_id)
    return _zipped(copy, f"public-{desk.now.date()}")


@api.get("/insight/{insight_id}", roles=LOOKERS)
async def show(insight_id: str, desk: Desk) -> InsightView:
    insight = await _of_mine(insight_id, desk)
    desk.tag(insight)
    law = law_of(insight, desk.adapters["laws"], desk.now)
    return InsightView(
        **_line(insight).model_dump(exclude={"items"}),
        items=len(insight.items),
        country=insight.country,
        law=insight.law,
        applicant=insight.applicant,
        contact=insight.contact,
        asked=insight.asked,
        found=[_item_shown(one) for one in insight.items],
        hearings=[one.model_dump(mode="json") for one in insight.hearings],
        letters=insight.letters,
        arrived=[one.model_dump(mode="json") for one in insight.arrived],
        kept=insight.kept,
        decided_by=insight.decided_by,
        decided=insight.decided,
        grounds=law.grounds,
        law_verified=law.answer_verified,
    )


def _item_shown(item: Item) -> dict[str, object]:
    """A passage is shown where it stands, whoever's key seals it: `Covered` to most."""
    withheld = [
        one.model_dump(mode="json", exclude={"offence"}) | {"passage": one.hides}
        for one in item.withheld
    ]
    return item.model_dump(mode="json") | {"withheld": withheld}


async def _of_mine(insight_id: str, desk: ServiceDesk) -> Insight:
    insight = await desk.get(Insight, insight_id)
    desk.caller.must_serve(insight.buyer_id)
    return insight


@api.post("/insight/{insight_id}/items", roles=HANDLERS)
async def name_item(insight_id: str, body: ItemBody, desk: Desk) -> Done:
    """Something that the request covers. Whom a case, letter or contract concerns is found."""
    return await desk.send(NameItem(insight_id=insight_id, **dict(body)))


@api.get("/insight/{insight_id}/items/{number}", roles=LOOKERS)
async def show_item(insight_id: str, number: int, desk: Desk) -> list[FieldView]:
    """What a case, contract or letter says, with the class to think of first."""
    insight = await _of_mine(insight_id, desk)
    item = next((one for one in insight.items if one.number == number), None)
    if item is None:
        raise Unknown("item", f"{insight_id}/{number}")
    fields: list[Shown] = []
    if item.kind == "case":
        case = await desk.get(Case, item.ref)
        fields = case_fields(case, await desk.get(Agreement, case.contract_id))
    elif item.kind == "contract":
        fields = contract_fields(await desk.get(Agreement, item.ref))
    elif item.kind == "letter":
        letter = await desk.get(Letter, item.ref)
        texts = {"da": letter.text_da, "sv": letter.text_sv, "en": letter.text_en}
        fields = [Shown(name, text, "business") for name, text in texts.items() if text]
    return [FieldView(field=f, text=t, confidentiality=c) for f, t, c in fields]


@api.post("/insight/{insight_id}/hearing", roles=HANDLERS)
async def hear(insight_id: str, body: HearingBody, desk: Desk) -> Done:
    """Ask a party whose affairs are in the documents; it gets a letter with a link."""
    return await desk.send(HearOnInsight(insight_id=insight_id, **dict(body)))


@api.post("/insight/{insight_id}/hearing/{party_id}/answer", roles=HANDLERS)
async def answer_for(insight_id: str, party_id: str, body: AnswerBody, desk: Desk) -> Done:
    """An answer that came by another way than the link."""
    return await desk.send(
        AnswerInsightHearing(insight_id=insight_id, party_id=party_id, **dict(body))
    )


@api.post("/insight/{insight_id}/items/{number}/ruling", roles=HANDLERS)
async def rule(insight_id: str, number: int, body: RulingBody, desk: Desk) -> Done:
    """Show an item, show it in part, or withhold it; each thing withheld on a basis, with why."""
    withheld = tuple(Covered(**dict(one)) for one in body.withheld)
    return await desk.send(
        RuleOnItem(insight_id=insight_id, number=number, outcome=body.outcome, withheld=withheld)
    )


@api.post("/insight/{insight_id}/delay", roles=HANDLERS)
async def delay(insight_id: str, body: DelayBody, desk: Desk) -> Done:
    """It takes longer. The applicant gets a letter that says why and until when."""
    return await desk.send(DelayInsight(insight_id=insight_id, **dict(body)))


@api.post("/insight/{insight_id}/decision", roles=DECIDERS)
async def decide(insight_id: str, desk: Desk) -> Done:
    """Answer the request. Whatever is withheld takes an approver who did not rule so."""
    return await desk.send(DecideInsight(insight_id=insight_id))


@api.post("/insight/{insight_id}/withdrawal", roles=HANDLERS)
async def withdraw(insight_id: str, body: ReasonBody, desk: Desk) -> Done:
    return await desk.send(WithdrawInsight(insight_id=insight_id, reason=body.reason))


@api.get("/insight/{insight_id}/letters/{number}.pdf", roles=LOOKERS, response_class=Response)
async def show_letter(
    insight_id: str, number: int, desk: Desk, language: Language = "da"
) -> Response:
    """A letter to the applicant, as it was written."""
    await _of_mine(insight_id, desk)
    letter = await desk.get(InsightLetter, f"{insight_id}-letter-{number}")
    name = f"{insight_id}-{number}-{language}.pdf"
    return Response(
        letter.pdf(language),
        media_type="application/pdf",
        headers=called(name, shown=True),
    )


@api.post("/insight/{insight_id}/contact", roles=HANDLERS)
async def give_contact(insight_id: str, body: ContactBody, desk: Desk) -> Done:
    """Where letters to the applicant go; those that waited for an address go out."""
    insight = await _of_mine(insight_id, desk)
    return await desk.send(
        GiveContact(insight_id=insight_id, applicant_id=insight.applicant_id, **dict(body))
    )


@api.post("/insight/{insight_id}/letters/{number}/handed", roles=HANDLERS)
async def hand_over(insight_id: str, number: int, body: HandedBody, desk: Desk) -> Done:
    """The applicant got a letter by another way than mail or post."""
    return await desk.send(HandOverLetter(insight_id=insight_id, number=number, **dict(body)))


@api.post("/insight/{insight_id}/hold", roles=DECIDERS)
async def hold(insight_id: str, body: ReasonBody, desk: Desk) -> Done:
    """Keep who asked although the time is over, such as for a court."""
    return await desk.send(HoldInsight(insight_id=insight_id, **dict(body)))


@api.post("/insight/{insight_id}/release", roles=DECIDERS)
async def release(insight_id: str, body: ReasonBody, desk: Desk) -> Done:
    """What was over meanwhile is erased at once."""
    return await desk.send(ReleaseInsight(insight_id=insight_id, **dict(body)))


@api.post("/insight/{insight_id}/erasure", roles=HANDLERS)
async def decide_erasure(insight_id: str, body: ErasureBody, desk: Desk) -> Done:
    """Record the decision by which it may be erased, where the law wants one."""
    return await desk.send(DecideInsightErasure(insight_id=insight_id, **dict(body)))


@api.post(
    "/insight/{insight_id}/copy",
    roles=DECIDERS,
    response_class=Response,
    max_body=LARGEST_DOCUMENTS,
)
async def make_copy(insight_id: str, body: DocumentsBody, desk: Desk) -> Response:
    """The copy for the applicant, as a ZIP: what is withheld is not in it. Changes nothing.

    The header `Ansvar-Sha256` names the copy when it is said to be sent.
    """
    insight = await _of_mine(insight_id, desk)
    if insight.stage not in (InsightStage.ANSWERED, InsightStage.DONE):
        raise Rejected("the copy is made when the request has been decided")
    sources = await _sources(insight, body, desk)
    law = law_of(insight, desk.adapters["laws"], insight.decided or desk.now)
    copy = await asyncio.to_thread(copy_of, insight, sources, law)
    return _zipped(copy, insight.id)


async def _sources(insight: Insight, body: DocumentsBody, desk: ServiceDesk) -> Sources:
    refs = {
        kind: [one.ref for one in insight.items if one.kind == kind]
        for kind in ("case", "contract", "letter")
    }
    store = desk.service.store
    cases = await store.fetch(Case, refs["case"])
    needed = {*refs["contract"], *(case.contract_id for case in cases.values())}
    return Sources(
        cases=cases,
        agreements=await store.fetch(Agreement, sorted(needed)),
        letters=await store.fetch(Letter, refs["letter"]),
        documents={ref: _bytes(ref, text) for ref, text in body.documents.items()},
    )


def _bytes(ref: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Rejected(f"the file {ref} is not in Base64", field="documents") from error


@api.post("/insight/{insight_id}/sent", roles=HANDLERS)
async def sent(insight_id: str, body: SentBody, desk: Desk) -> Done:
    """The copy has left the house."""
    return await desk.send(SendInsight(insight_id=insight_id, **dict(body)))


def _zipped(copy: Copy, name: str) -> Response:
    return Response(
        copy.data,
        media_type="application/zip",
        headers={
            **called(f"{name}-{copy.sha256}.zip"),
            "Ansvar-Sha256": copy.sha256,
            "Ansvar-Withheld": str(copy.withheld),
        },
    )
