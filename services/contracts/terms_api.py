"""What people ask of a contract's terms: as of any day, what they allow, and where gaps are."""

from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, Field

from services.contracts.asking import end_of, must_serve_one_of, said_at
from services.contracts.clause_templates import Templates
from services.contracts.commands import PassOnContracts, SetClauses
from services.contracts.domain import (
    Agreement,
    Chapter,
    Confidentiality,
    Contract,
    Forum,
    Option,
    Place,
    Stage,
    StatusSaid,
)
from services.contracts.domain import as_of as contract_on
from services.contracts.powers import GAPS, Gap, Law, Power, Powers, gap_of, powers_of
from shared.asked import Day
from shared.domain import Rejected, Unknown
from shared.events.contracts import Mandate, OmittedClause
from shared.events.words import Clause, Lot, Money, PartyDescription, Status
from shared.http import Api, Desk, Done

READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
MOST_CONTRACTS = 10_000

terms_api = Api("contracts")


class State(BaseModel):
    """Where a contract is on a day: `signed` and not begun, `active`, `expired` or `ended`.

    `status` is what was known at the end of the day: none before the contract was known here.
    """

    on: Day
    state: str
    status: Status | None
    status_version: int
    latest_end: Day | None


class TermsView(BaseModel):
    """The terms of a contract as they were on a day, and what had been changed until then."""

    id: str
    state: State
    buyer_id: str
    buyer_name: str
    predecessors: tuple[str, ...]
    joint: tuple[Mandate, ...]
    suppliers: tuple[PartyDescription, ...]
    title: str
    category: str
    cpv: tuple[str, ...]
    lots: tuple[Lot, ...]
    value: Money | None
    starts: Day | None
    ends: Day | None
    signed: Day | None
    awarded: Day | None
    options: tuple[Option, ...]
    places: tuple[Place, ...]
    units: tuple[str, ...]
    steering_group: str
    agreement: Agreement
    framework_id: str
    confidentiality: Confidentiality
    forum: Forum | None
    procedure_id: str
    country: str
    regime: str
    above_threshold: bool
    at_buyer_facility: bool
    clauses: tuple[Clause, ...]
    clauses_from: str
    omitted: tuple[OmittedClause, ...]
    extensions: str
    changes: tuple[dict[str, Any], ...]


class PowersView(BaseModel):
    """What may lawfully be done on a day, on which basis, and who decides disputes about it.

    `gap`: what the clauses leave out, and which obligations nobody has considered.
    """

    contract_id: str
    on: Day
    law: str
    regime: str
    country: str
    forum: Forum | None
    powers: tuple[Powers, ...]
    gap: Gap


class GapReport(BaseModel):
    """A buyer's contracts, joint ones too, that ran on a day: whose clauses have teeth."""

    buyer_id: str | None
    on: Day
    contracts: int
    with_all: int
    lacking: dict[Power, int]
    value_lacking: dict[Power, dict[str, float]]
    items: tuple[Gap, ...]


class ClausesBody(BaseModel):
    """All clauses of a contract, and those left out, each with a reason."""

    clauses: tuple[Clause, ...] = Field(max_length=200)
    omitted: tuple[OmittedClause, ...] = Field(default=(), max_length=200)


class SuccessorBody(BaseModel):
    """`successor_id` is the new buyer's id; without `contract_ids` all running contracts."""

    buyer_id: str = Field(min_length=1, max_length=100)
    successor_id: str = Field(min_length=1, max_length=100)
    successor_name: str = Field(min_length=1, max_length=300)
    effective: Day
    reason: str = Field(min_length=3, max_length=2_000)
    contract_ids: tuple[str, ...] = Field(default=(), max_length=5_000)


@terms_api.get("/contracts/{contract_id}/terms", roles=READERS)
async def show_terms(contract_id: str, desk: Desk, as_of: Day | None = None) -> TermsView:
    """Everything agreed, as it held on a day (today)."""
    day = as_of or desk.now.date()
    now = await contract_for(contract_id, desk)
    contract = on_day(now, day)
    said = await said_on(contract.id, day, desk)
    changes = tuple(_change(one) for one in now.history if one.effective <= day)
    fields = {
        name: getattr(contract, name)
        for name in TermsView.model_fields
        if name not in ("state", "changes")
    }
    return TermsView(**fields, state=_state(contract, said, day), changes=changes)


@terms_api.get("/contracts/{contract_id}/powers", roles=READERS)
async def show_powers(contract_id: str, desk: Desk, as_of: Day | None = None) -> PowersView:
    """What may we lawfully do, today or on another day, and on which basis?"""
    day = as_of or desk.now.date()
    law: Law = desk.adapters["law"]
    templates: Templates = desk.adapters["templates"]
    contract = on_day(await contract_for(contract_id, desk), day)
    return PowersView(
        contract_id=contract.id,
        on=day,
        law=law.version,
        regime=contract.regime,
        country=contract.country,
        forum=contract.forum,
        powers=powers_of(contract, law, day),
        gap=gap_of(contract, law, templates.obligations, day),
    )


@terms_api.get("/clause-gaps", roles=READERS)
async def show_gaps(
    desk: Desk,
    buyer_id: str | None = None,
    as_of: Day | None = None,
    lacks: Power | None = None,
) -> GapReport:
    """Which running contracts let the buyer demand payslips, hold payment, approve or replace a
    subcontractor, and which do not. `lacks` shows only those without one of them.
    """
    if lacks is not None and lacks not in GAPS:
        raise Rejected(f"the report looks at {', '.join(GAPS)}", field="lacks")
    day = as_of or desk.now.date()
    law: Law = desk.adapters["law"]
    templates: Templates = desk.adapters["templates"]
    where = desk.of_buyer(buyer_id)
    bought = {"buyer_ids": where["buyer_id"]} if where else {}
    found = await desk.find(Contract, bought, sort="title", limit=MOST_CONTRACTS)
    running = [was for one in found if (was := _running(one, day)) is not None]
    gaps = [gap_of(one, law, templates.obligations, day) for one in running]
    lost: dict[Power, dict[str, float]] = {power: {} for power in GAPS}
    for contract, gap in zip(running, gaps, strict=True):
        for power in gap.lacks if contract.value else ():
            assert contract.value is not None
            sums = lost[power]
            currency = contract.value.currency
            sums[currency] = sums.get(currency, 0) + contract.value.amount
    return GapReport(
        buyer_id=where.get("buyer_id"),
        on=day,
        contracts=len(gaps),
        with_all=sum(not gap.lacks for gap in gaps),
        lacking={power: sum(power in gap.lacks for gap in gaps) for power in GAPS},
        value_lacking=lost,
        items=tuple(gap for gap in gaps if lacks is None or lacks in gap.lacks),
    )


@terms_api.put("/contracts/{contract_id}/clauses", roles=("contract_manager", "integration"))
async def decide_clauses(contract_id: str, body: ClausesBody, desk: Desk) -> Done:
    """Set the clauses of a contract, whole, with the reason for each one set or omitted."""
    for part in ("clauses", "omitted"):
        for number, one in enumerate(getattr(body, part)):
            if len(one.reason.strip()) < 10:
                reason = "say why, in at least ten letters (efter konkret vurdering)"
                raise Rejected(reason, field=f"{part}.{number}.reason")
    return await desk.send(
        SetClauses(contract_id=contract_id, clauses=body.clauses, omitted=body.omitted)
    )


@terms_api.post("/successions", roles=("admin",))
async def succeed(body: SuccessorBody, desk: Desk) -> Done:
    """Have another authority take contracts over from a day on."""
    return await desk.send(PassOnContracts(**body.model_dump()))


async def contract_for(contract_id: str, desk: Desk) -> Contract:
    """The contract, for who acts for one of its buyers; what is only expected is not known."""
    contract = await desk.get(Contract, contract_id)
    must_serve_one_of(contract.buyer_ids, desk.caller)
    if contract.stage is Stage.EXPECTED:
        raise Unknown("contract", contract_id)
    return contract


async def said_on(contract_id: str, day: Day, desk: Desk) -> StatusSaid | None:
    """How a contract stood at the end of a day, as was known then; of a day to come, today."""
    return await said_at(desk.service.store, contract_id, end_of(day, desk.now))


def on_day(contract: Contract, day: Day) -> Contract:
    was = contract_on(contract, day)
    if was is None:
        first = min(one.effective for one in contract.history if one.what == "signed")
        raise Rejected(f"the contract was signed on {first}, it was none before", field="as_of")
    return was


def _running(contract: Contract, day: Day) -> Contract | None:
    """The contract as it was on a day, if it bound the parties then."""
    was = None if contract.stage is Stage.EXPECTED else contract_on(contract, day)
    if was is None or was.stage is Stage.ENDED or (was.ends is not None and was.ends < day):
        return None
    return was


def _state(was: Contract, said: StatusSaid | None, day: Day) -> State:
    if was.stage is Stage.ENDED:
        state = "ended"
    elif was.starts is not None and day < was.starts:
        state = "signed"
    else:
        state = "expired" if was.ends is not None and was.ends < day else "active"
    return State(
        on=day,
        state=state,
        status=said.standing.status if said else None,
        status_version=said.status_version if said else 0,
        latest_end=_latest_end(was),
    )


def _latest_end(contract: Contract) -> date | None:
    """The last day if every option that is left is used."""
    ends = contract.ends
    if ends is None:
        return None
    for option in contract.options:
        if option.used:
            continue
        if option.until is not None:
            ends = max(ends, option.until)
        elif option.months:
            ends += timedelta(days=round(option.months * 365.25 / 12))
    return ends


def _change(chapter: Chapter) -> dict[str, Any]:
    return {
        "effective": chapter.effective,
        "told": chapter.at,
        "what": chapter.what,
        "source": chapter.source,
        "fields": sorted(chapter.terms),
    }
