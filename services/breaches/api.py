"""What can be read and asked over HTTP: cases, their steps and letters, and the rulebook."""

from fastapi import Response

from services.breaches.bodies import (
    Answer,
    Dismissal,
    Hold,
    Proposal,
    Question,
    Reason,
    Signature,
    Subject,
    Verdict,
)
from services.breaches.commands import (
    AnswerAlongside,
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    ConfirmBreach,
    DismissCase,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    RemedyCase,
    SignDecision,
)
from services.breaches.domain import Agreement, Case, Stage, Tendering
from services.breaches.domain.hearing import HEARING
from services.breaches.handlers.opening import rule_of
from services.breaches.letters import Letter
from services.breaches.letters.paper import Language
from services.breaches.posted import behind
from services.breaches.rulebook import NoRulebook, Shelf
from services.breaches.views import Asked, BookView, CaseLine, CaseView, Paper
from services.breaches.whole import line, of_others, paths, whole
from shared.domain import Caller, Forbidden, Unknown
from shared.events.breaches import Track
from shared.files import called
from shared.http import PUBLIC, Api, Desk, Done, Page
from shared.links import Link, LinkBook

READERS = ("officer", "approver", "auditor", "contract_manager")
ANSWERED_BY = ("enquiry", "hearing")
LETTER = "letter"
"""A link that opens one letter and what was written with it."""

MOST_LETTERS = 1_000
MOST_SIBLINGS = 200

api = Api("breaches")


@api.get("/rulebook", roles=(*READERS, "admin", "integration"))
async def rulebook(desk: Desk, version: str | None = None) -> BookView:
    """The rules that are in force today, or a version by its name, and the lawful ways."""
    shelf: Shelf = desk.adapters["shelf"]
    try:
        book = shelf.version(version) if version else shelf.on(desk.now.date())
    except NoRulebook as none:
        raise Unknown("rulebook", version or "in force today") from none
    fields = {name: getattr(book, name) for name in BookView.model_fields if name != "paths"}
    return BookView(**fields, paths=paths())


@api.get("/cases", roles=READERS)
async def list_cases(
    buyer_id: str,
    desk: Desk,
    open: bool | None = None,
    contract_id: str | None = None,
    party_id: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[CaseLine]:
    """The cases of a buyer, newest first."""
    desk.caller.must_serve(buyer_id)
    narrower = {"open": open, "contract_id": contract_id, "party_id": party_id}
    where = {"buyer_id": buyer_id, **{k: v for k, v in narrower.items() if v is not None}}
    return await desk.page(
        Case, where, sort="opened", descending=True, view=line, limit=limit, after=after
    )


@api.get("/cases/{case_id}", roles=READERS)
async def show_case(case_id: str, desk: Desk) -> CaseView:
    """State, whose turn, the clock, what the law wants next, bases, decisions, letters, steps.

    Whoever has taken the contract over reads what its predecessor had closed.
    """
    case = await desk.get(Case, case_id)
    agreement = await desk.get(Agreement, case.contract_id)
    if not desk.caller.serves(agreement.buyer_id):
        desk.caller.must_serve(case.buyer_id)
    desk.tag(case)
    rule = rule_of(case, desk.adapters["shelf"])
    letters = await desk.find(Letter, {"case_id": case_id}, limit=MOST_LETTERS)
    terms, forums = desk.adapters["terms"], desk.adapters["forums"]
    found = await desk.find(Case, {"party_id": case.party_id}, limit=MOST_SIBLINGS)
    others = of_others(case, found, desk.caller)
    known = await desk.service.store.fetch(Tendering, [agreement.procedure_id])
    tendering = known.get(agreement.procedure_id)
    if tendering is None and agreement.procedure_id:
        # Contract systems name the procedure by the buyer's own number.
        there = await desk.find(Tendering, {"reference": agreement.procedure_id})
        tendering = next((one for one in there if one.buyer_id == agreement.buyer_id), None)
    return whole(case, rule, agreement, letters, terms, forums, desk.now, others, tendering)


@api.get("/cases/{case_id}/letters/{number}.pdf", roles=READERS, response_class=Response)
async def show_letter(case_id: str, number: int, desk: Desk, language: Language = "da") -> Response:
    """A letter as it was written. It is there some moments after its step."""
    letter = await desk.get(Letter, f"letter-{case_id}-{number}")
    desk.caller.must_serve(letter.buyer_id)
    if not letter.pdf(language):
        raise Unknown("letter in this language", f"{case_id}-{number}-{language}")
    return _paper(letter, language)


def _paper(letter: Letter, language: Language) -> Response:
    name = f"{letter.case_id}-{letter.number}-{language}.pdf"
    return Response(
        letter.pdf(language),
        media_type="application/pdf",
        headers=called(name, shown=True),
    )


@api.post("/cases/{case_id}/hold", roles=("officer",))
async def hold(case_id: str, body: Hold, desk: Desk) -> Done:
    """One officer, at once; the clock for the verdict runs."""
    return await desk.send(OrderHold(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/confirm", roles=("officer",))
async def confirm(case_id: str, body: Verdict, desk: Desk) -> Done:
    return await desk.send(ConfirmBreach(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/second-approval", roles=("approver",))
async def approve(case_id: str, body: Reason, desk: Desk) -> Done:
    """Another person than the one who confirmed."""
    return await desk.send(ApproveBlock(case_id=case_id, reason=body.reason))


@api.post("/cases/{case_id}/enquiry", roles=("officer",))
async def ask(case_id: str, body: Question, desk: Desk) -> Done:
    return await desk.send(OpenEnquiry(case_id=case_id, question=body.question))


@api.post("/cases/{case_id}/enquiry/answer", roles=("officer",))
async def answer_enquiry(case_id: str, body: Answer, desk: Desk) -> Done:
    """An answer that came by another way than the link."""
    return await desk.send(
        AnswerEnquiry(case_id=case_id, answer=body.text, document_ids=body.document_ids)
    )


@api.post("/cases/{case_id}/hearing", roles=("officer",))
async def hear(case_id: str, body: Subject, desk: Desk) -> Done:
    return await desk.send(OpenHearing(case_id=case_id, subject=body.subject))


@api.post("/cases/{case_id}/hearing/answer", roles=("officer",))
async def answer_hearing(case_id: str, body: Answer, desk: Desk) -> Done:
    return await desk.send(
        AnswerHearing(
            case_id=case_id,
            answer=body.text,
            document_ids=body.document_ids,
            self_cleaning=body.self_cleaning,
        )
    )


@api.post("/cases/{case_id}/decision", roles=("officer",))
async def propose(case_id: str, body: Proposal, desk: Desk) -> Done:
    """Prepare a decision. One that lacks signatures gives way to the new one."""
    return await desk.send(ProposeDecision(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/decision/sign", roles=("approver",))
async def sign(case_id: str, body: Signature, desk: Desk) -> Done:
    """Two persons, neither of them the one who prepared it."""
    return await desk.send(SignDecision(case_id=case_id, no_conflict=body.no_conflict))


@api.post("/cases/{case_id}/dismiss", roles=("officer", "approver"))
async def dismiss(case_id: str, body: Dismissal, desk: Desk) -> Done:
    return await desk.send(DismissCase(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/remedy", roles=("officer",))
async def remedy(case_id: str, body: Reason, desk: Desk) -> Done:
    """It has been put right, as an officer saw."""
    return await desk.send(RemedyCase(case_id=case_id, reason=body.reason))


# ---------------------------------------------------------------- one-time links


async def _behind(token: str, desk: Desk) -> tuple[Link, str, Case]:
    """The link, what it is for, and the case that it opens."""
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    scope, _, case_id = link.scope.partition("/")
    if scope == LETTER:
        case_id = case_id.removeprefix("letter-").rpartition("-")[0]
    elif scope not in (*ANSWERED_BY, "instruction"):
        raise Forbidden("this link is for something else")
    case = await desk.get(Case, case_id)
    subject = f"link/{link.link_id}"
    desk.admit(Caller(subject=subject, name="supplier", buyers=(case.buyer_id,)))
    return link, scope, case


@api.get("/links/{token}", roles=PUBLIC)
async def show_link(token: str, desk: Desk) -> Asked:
    """What the supplier is asked or told, for whoever holds the link."""
    link, scope, case = await _behind(token, desk)
    papers = behind(link.link_id, case, await _letters_of(case, desk))
    said = Asked(
        kind=scope,
        contract_id=case.contract_id,
        text="",
        due=None,
        answered=False,
        letters=tuple(Paper.model_validate(one, from_attributes=True) for one in papers),
    )
    cleans = case.track is Track.EXCLUSION
    for exchange in case.exchanges:
        if exchange.link_id == link.link_id:
            update = {
                "text": exchange.text,
                "due": exchange.due,
                "answered": not exchange.is_open,
                "answerable": exchange.is_open,
                "self_cleaning": scope == HEARING and cleans,
            }
            return said.model_copy(update=update)
    if scope == LETTER:
        heard = next((e for e in reversed(case.exchanges) if e.kind == HEARING), None)
        if heard is None or not any(one.kind == HEARING for one in papers):
            return said
        listens = case.stage in (Stage.HEARING, Stage.HEARD) and not heard.alongside
        update = {
            "due": heard.due,
            "answered": bool(heard.alongside),
            "answerable": listens,
            "self_cleaning": listens and cleans,
        }
        return said.model_copy(update=update)
    text = next((s.detail for s in case.steps if s.what == "contractor instructed"), "")
    return said.model_copy(update={"text": text})


@api.get("/links/{token}/letters/{number}.pdf", roles=PUBLIC, response_class=Response)
async def read_by_link(token: str, number: int, desk: Desk, language: Language = "da") -> Response:
    """The paper itself, for whom it is addressed to."""
    link, _, case = await _behind(token, desk)
    papers = behind(link.link_id, case, await _letters_of(case, desk))
    letter = next((one for one in papers if one.number == number), None)
    if letter is None or not letter.pdf(language):
        raise Unknown("letter", str(number))
    return _paper(letter, language)


async def _letters_of(case: Case, desk: Desk) -> list[Letter]:
    return list(await desk.find(Letter, {"case_id": case.id}, limit=MOST_LETTERS))


@api.post("/links/{token}/answer", roles=PUBLIC)
async def answer_by_link(token: str, body: Answer, desk: Desk) -> Done:
    """The supplier answers a question or a hearing, once."""
    link, scope, case = await _behind(token, desk)
    if scope == LETTER:
        papers = behind(link.link_id, case, await _letters_of(case, desk))
        if not any(one.kind == HEARING for one in papers):
            raise Forbidden("this link shows a letter; there is nothing to answer")
        return await desk.send(
            AnswerAlongside(
                case_id=case.id,
                answer=body.text,
                document_ids=body.document_ids,
                self_cleaning=body.self_cleaning,
            )
        )
    if scope not in ANSWERED_BY:
        raise Forbidden("this link shows an instruction; there is nothing to answer")
    said = {
        "case_id": case.id,
        "answer": body.text,
        "document_ids": body.document_ids,
        "link_id": link.link_id,
    }
    if scope == HEARING:
        return await desk.send(AnswerHearing(**said, self_cleaning=body.self_cleaning))
    return await desk.send(AnswerEnquiry(**said))
