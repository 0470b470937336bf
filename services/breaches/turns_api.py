"""The turns that a case may take, over HTTP: more time, rests, self-cleaning, what comes after."""

import asyncio

from fastapi import Response

from services.breaches.api import MOST_LETTERS, api
from services.breaches.bodies import (
    Conflict,
    Correction,
    Delivery,
    Extension,
    Involvement,
    Licence,
    OpinionGiven,
    Precaution,
    Reason,
    Release,
    Report,
    Resting,
    Reuse,
    Secured,
    SelfCleaning,
    Settlement,
    Stock,
    Timetable,
)
from services.breaches.bundle.packing import Evidence, ids_of, pack
from services.breaches.commands import (
    AssessCleaning,
    AssessSupply,
    CorrectDecision,
    DeclareConflict,
    DeclareInterest,
    EndInterest,
    ExtendDeadline,
    HearTimetable,
    LiftPrecaution,
    NoteDelivery,
    NoteLicence,
    ReceiveOpinion,
    ReleasePayment,
    ReportBlock,
    RequestOpinion,
    RestCase,
    ResumeCase,
    ReuseFacts,
    SecureSupply,
    SettleCase,
    TakePrecaution,
    WithdrawDecision,
)
from services.breaches.domain import Case
from services.breaches.domain.delegation import Interest
from services.breaches.letters import Letter
from services.breaches.views import Involved
from shared.files import called
from shared.http import Desk, Done

MOST_INTERESTS = 1_000


@api.post("/cases/{case_id}/extension", roles=("officer",))
async def extend(case_id: str, body: Extension, desk: Desk) -> Done:
    """More time to answer or to comply, with reasons."""
    return await desk.send(ExtendDeadline(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/dispute", roles=("officer",))
async def rest(case_id: str, body: Resting, desk: Desk) -> Done:
    """The case rests: disputed, awaiting a ruling, or suspended."""
    return await desk.send(RestCase(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/licence", roles=("officer",))
async def note_licence(case_id: str, body: Licence, desk: Desk) -> Done:
    """An authority allows something in spite of a block."""
    return await desk.send(NoteLicence(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/timetable", roles=("officer",))
async def hear_timetable(case_id: str, body: Timetable, desk: Desk) -> Done:
    """In a legal block the contractor is heard about its timetable, and about nothing else."""
    return await desk.send(HearTimetable(case_id=case_id, subject=body.subject))


@api.post("/cases/{case_id}/precaution", roles=("officer",))
async def take_precaution(case_id: str, body: Precaution, desk: Desk) -> Done:
    """Something that holds for the time of the procedure, on a basis, and ends by itself."""
    return await desk.send(TakePrecaution(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/precaution/lift", roles=("officer",))
async def lift_precaution(case_id: str, body: Reason, desk: Desk) -> Done:
    """The precaution ends before its day, with reasons."""
    return await desk.send(LiftPrecaution(case_id=case_id, reason=body.reason))


@api.post("/cases/{case_id}/delivery", roles=("officer",))
async def note_delivery(case_id: str, body: Delivery, desk: Desk) -> Done:
    """What is asked arrived by another way: its time counts from that day."""
    return await desk.send(NoteDelivery(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/facts", roles=("officer",))
async def reuse_facts(case_id: str, body: Reuse, desk: Desk) -> Done:
    """Take over the facts of another case about the party. Its decision stays its buyer's own."""
    return await desk.send(ReuseFacts(case_id=case_id, **body.model_dump()))


@api.get(
    "/cases/{case_id}/bundle.zip",
    roles=("officer", "approver", "auditor"),
    response_class=Response,
)
async def download_bundle(case_id: str, desk: Desk, redacted: bool = False) -> Response:
    """What this service recorded of a case: its facts with their hashes, letters, and a script
    that checks them. `ansvar bundle` also packs what the other services recorded."""
    case = await desk.get(Case, case_id)
    desk.caller.must_serve(case.buyer_id)
    letters = await desk.find(Letter, {"case_id": case_id}, limit=MOST_LETTERS)
    evidence = Evidence(
        case=case,
        made=desk.now,
        chains={"breaches": await desk.service.store.chains(ids_of(case))},
        letters=letters,
    )
    data = await asyncio.to_thread(pack, evidence, redacted=redacted)
    name = f"{case_id}{'-redacted' if redacted else ''}.zip"
    return Response(data, media_type="application/zip", headers=called(name))


@api.post("/cases/{case_id}/resumption", roles=("officer",))
async def resume(case_id: str, body: Reason, desk: Desk) -> Done:
    """A case that rests goes on where it stood."""
    return await desk.send(ResumeCase(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/settlement", roles=("approver",))
async def settle(case_id: str, body: Settlement, desk: Desk) -> Done:
    """The parties agreed, and the case ends with that."""
    return await desk.send(SettleCase(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/self-cleaning", roles=("officer",))
async def assess_cleaning(case_id: str, body: SelfCleaning, desk: Desk) -> Done:
    """What the party did to be reliable again, weighed."""
    return await desk.send(AssessCleaning(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/opinion", roles=("officer",))
async def request_opinion(case_id: str, desk: Desk) -> Done:
    """Ask for the competition authority's opinion (udbudsloven § 138)."""
    return await desk.send(RequestOpinion(case_id=case_id))


@api.post("/cases/{case_id}/opinion/answer", roles=("officer",))
async def receive_opinion(case_id: str, body: OpinionGiven, desk: Desk) -> Done:
    """What the authority said. It does not bind."""
    return await desk.send(ReceiveOpinion(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/decision/correction", roles=("officer",))
async def correct(case_id: str, body: Correction, desk: Desk) -> Done:
    """An error in the words; what is ordered stays."""
    return await desk.send(CorrectDecision(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/decision/withdrawal", roles=("approver",))
async def withdraw(case_id: str, body: Reason, desk: Desk) -> Done:
    """The decision holds no longer; everybody who was told is told so."""
    return await desk.send(WithdrawDecision(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/payment-release", roles=("officer",))
async def release(case_id: str, body: Release, desk: Desk) -> Done:
    """On proof of back-pay."""
    return await desk.send(ReleasePayment(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/report", roles=("officer",))
async def report(case_id: str, body: Report, desk: Desk) -> Done:
    """The block was reported to the authority that watches the freeze."""
    return await desk.send(ReportBlock(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/conflict", roles=("officer", "approver"))
async def declare_conflict(case_id: str, body: Conflict, desk: Desk) -> Done:
    """Somebody has an interest; another person acts instead."""
    return await desk.send(DeclareConflict(case_id=case_id, **body.model_dump()))


@api.get("/interests", roles=("officer", "approver", "auditor", "admin"))
async def list_interests(buyer_id: str, desk: Desk, party_id: str | None = None) -> list[Involved]:
    """The register of involvement of a buyer: who has declared an interest in whom, and until
    when it counted."""
    desk.caller.must_serve(buyer_id)
    where = {"buyer_id": buyer_id, **({"party_id": party_id} if party_id else {})}
    found = await desk.find(Interest, where, limit=MOST_INTERESTS)
    return [Involved.model_validate(one, from_attributes=True) for one in found]


@api.post("/interests", roles=("officer", "approver", "auditor", "contract_manager", "admin"))
async def declare_interest(body: Involvement, desk: Desk) -> Done:
    """One's own interest in a party, before any case; an administrator enters those of others."""
    said = body.model_dump() | {"person": body.person or desk.caller.subject}
    return await desk.send(DeclareInterest(**said))


@api.post("/interests/end", roles=("admin",))
async def end_interest(body: Involvement, desk: Desk) -> Done:
    """It is over, and bars from no case that comes."""
    return await desk.send(EndInterest(**body.model_dump()))


@api.post("/cases/{case_id}/supply/assessment", roles=("officer",))
async def assess_supply(case_id: str, body: Stock, desk: Desk) -> Done:
    """The clinic is told and the usable stock is counted."""
    return await desk.send(AssessSupply(case_id=case_id, **body.model_dump()))


@api.post("/cases/{case_id}/supply/means", roles=("officer",))
async def secure_supply(case_id: str, body: Secured, desk: Desk) -> Done:
    """An alternative, a derogation, or a recorded urgent purchase."""
    return await desk.send(SecureSupply(case_id=case_id, **body.model_dump()))


__all__ = ["api"]
