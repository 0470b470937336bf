"""Procedures over HTTP: told, intended to be awarded, and what the award still waits for."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.commands import AwardProcedure, IntendAward, TellProcedure
from services.contracts.domain import (
    Course,
    GateCheck,
    GateState,
    Noticed,
    Procedure,
)
from services.contracts.identity import whole
from services.contracts.imports_api import PartyBody, party_of
from shared.asked import Day
from shared.events.words import Money, PartyDescription
from shared.http import Api, Desk, Done, Page
from shared.persons import PersonKey

READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
WRITERS = ("contract_manager", "integration")

procedures_api = Api("contracts")


class ProcedureBody(BaseModel):
    """What is told of a procedure, by the buyer's own `reference`. What is not named stays.

    `grounds` are the voluntary grounds for exclusion that the notice chose, in the criterion codes
    of the ESPD; `tenders_until` is the day until which the tenders bind.
    """

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(min_length=1, max_length=150)
    buyer_id: str = Field(min_length=1, max_length=100)
    at: datetime
    title: str | None = Field(default=None, max_length=500)
    notice_id: str | None = Field(default=None, max_length=100)
    notice_date: Day | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    regime: str | None = None
    above_threshold: bool | None = None
    category: str | None = Field(default=None, pattern=r"^\d{8}$")
    value: Money | None = None
    grounds: tuple[str, ...] | None = Field(default=None, max_length=50)
    tenderers: tuple[PartyBody, ...] | None = Field(default=None, max_length=500)
    tenders_until: Day | None = None
    standstill_until: Day | None = None


class IntentionBody(BaseModel):
    """To whom an award is intended, and whom they rely on or hire."""

    winners: tuple[PartyBody, ...] = Field(min_length=1, max_length=100)
    chain: tuple[PartyBody, ...] = Field(default=(), max_length=1_000)
    award_on: Day


class AwardBody(BaseModel):
    """`reason` is needed where a check is missing or speaks against a winner."""

    awarded: Day | None = None
    standstill_until: Day | None = None
    reason: str = Field(default="", max_length=4_000)


class ProcedureView(BaseModel):
    id: str
    reference: str
    buyer_id: str
    course: Course
    title: str
    notice_id: str
    notice_date: Day | None
    country: str
    regime: str
    above_threshold: bool
    category: str
    value: Money | None
    grounds: tuple[str, ...]
    tenderers: tuple[PartyDescription, ...]
    tenders_until: Day | None
    standstill_until: Day | None
    winners: tuple[PartyDescription, ...]
    chain: tuple[PartyDescription, ...]
    award_on: Day | None
    awarded: Day | None


class Gate(BaseModel):
    """Whether all that must be known before the award is known; else what is missing and by when.

    `ready` says nothing of whether to award: that is for a person.
    """

    procedure_id: str
    course: Course
    ready: bool
    missing: int
    adverse: int
    due: datetime | None
    award_on: Day | None
    tenders_until: Day | None
    checks: tuple[GateCheck, ...]


@procedures_api.post("/procedures", roles=WRITERS)
async def tell_procedure(body: ProcedureBody, desk: Desk) -> Done:
    """Tell of a procedure: a new one is opened, a known one changed."""
    said = body.model_dump(exclude={"tenderers"}, exclude_none=True)
    tenderers = None
    if body.tenderers is not None:
        tenderers = _parties(body.tenderers, "tenderers", desk)
    return await desk.send(TellProcedure(noticed=Noticed(**said, tenderers=tenderers)))


@procedures_api.get("/procedures", roles=READERS)
async def list_procedures(
    desk: Desk, buyer_id: str | None = None, limit: int = 50, after: str | None = None
) -> Page[ProcedureView]:
    where = desk.of_buyer(buyer_id)
    return await desk.page(Procedure, where, sort="title", view=_view, limit=limit, after=after)


@procedures_api.get("/procedures/{procedure_id}", roles=READERS)
async def show_procedure(procedure_id: str, desk: Desk) -> ProcedureView:
    procedure = await _procedure(procedure_id, desk)
    desk.tag(procedure)
    return _view(procedure)


@procedures_api.post("/procedures/{procedure_id}/intention", roles=WRITERS)
async def intend_award(procedure_id: str, body: IntentionBody, desk: Desk) -> Done:
    """Say to whom an award is intended: the gate answers what is still missing."""
    return await desk.send(
        IntendAward(
            procedure_id=procedure_id,
            winners=_parties(body.winners, "winners", desk),
            chain=_parties(body.chain, "chain", desk),
            award_on=body.award_on,
        )
    )


@procedures_api.get("/procedures/{procedure_id}/gate", roles=READERS)
async def show_gate(procedure_id: str, desk: Desk) -> Gate:
    """Are all checks of the winner and its chain done, or what is missing and by when?"""
    procedure = await _procedure(procedure_id, desk)
    store = desk.service.store
    files = {id: party.file for id in procedure.watched if (party := await whole(store, id)).file}
    checks = procedure.checks(files)
    missing = sum(check.state is GateState.MISSING for check in checks)
    adverse = sum(check.state is GateState.ADVERSE for check in checks)
    return Gate(
        procedure_id=procedure.id,
        course=procedure.course,
        ready=procedure.course is Course.INTENDED and not missing and not adverse,
        missing=missing,
        adverse=adverse,
        due=procedure.due if missing or adverse else None,
        award_on=procedure.award_on,
        tenders_until=procedure.tenders_until,
        checks=checks,
    )


@procedures_api.post("/procedures/{procedure_id}/award", roles=("contract_manager",))
async def award(procedure_id: str, body: AwardBody, desk: Desk) -> Done:
    """Award as was intended."""
    return await desk.send(AwardProcedure(procedure_id=procedure_id, **body.model_dump()))


async def _procedure(procedure_id: str, desk: Desk) -> Procedure:
    procedure = await desk.get(Procedure, procedure_id)
    desk.caller.must_serve(procedure.buyer_id)
    return procedure


def _parties(bodies: tuple[PartyBody, ...], field: str, desk: Desk) -> tuple[PartyDescription, ...]:
    key: PersonKey = desk.adapters["person_key"]
    return tuple(party_of(one, f"{field}.{number}", key) for number, one in enumerate(bodies))


def _view(procedure: Procedure) -> ProcedureView:
    return ProcedureView(**{name: getattr(procedure, name) for name in ProcedureView.model_fields})
