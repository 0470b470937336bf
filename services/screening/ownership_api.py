"""Where people and machines ask and tell about owners: control, accounts, ties, the report."""

import csv
import io
from datetime import date
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field

from services.screening.accounts import account_of
from services.screening.domain import Flag, Ownership, Screening, ownership_id
from services.screening.domain.conclusion import Conclusion
from services.screening.domain.conclusions import Conclusions, conclusions_id
from services.screening.domain.haven import FlaggedTie
from services.screening.domain.outcome import HavenCase, Outcome, OutcomeLine, outcomes
from services.screening.domain.watch import Watch, watch_id
from services.screening.handlers.judging import conclusions_of
from services.screening.handlers.surroundings import Surroundings, is_company
from services.screening.list_api import READERS
from services.screening.ownership_messages import NoteChangeOfControl, NotePayeeAccount
from services.screening.ownership_views import OwnershipView, ownership_view
from services.screening.registers import Door
from services.screening.thresholds import threshold_on
from shared.asked import Day
from shared.domain import Caller, Rejected
from shared.files import called
from shared.http import PUBLIC, Api, Desk, Done, ServiceDesk
from shared.links import LinkBook

TELLERS = ("officer", "contract_manager", "integration")
MOST_CASES = 100_000

ownership_api = Api("screening")


@ownership_api.get("/parties/{party_id}/ownership", roles=READERS)
async def show_ownership(party_id: str, desk: Desk) -> OwnershipView:
    """Who owns a party, what it owns, what each rule says of that, and which ties lead to havens.

    What listed owners mean, and notices of changes, are shown per buyer served.
    """
    screening = await desk.get(Screening, party_id)
    store = desk.service.store
    node = (await store.fetch(Ownership, [ownership_id(party_id)])).get(ownership_id(party_id))
    owners = await store.fetch(Screening, node.owner_ids if node else ())
    names = {id: owner.party.name for id, owner in owners.items()}
    flags = await desk.find(Flag, {"party_id": party_id})
    watch = (await store.fetch(Watch, [watch_id(party_id)])).get(watch_id(party_id))
    concluded = await _conclusions(screening, desk)
    return ownership_view(screening, node, names, flags, concluded, watch, desk.caller)


async def _conclusions(screening: Screening, desk: ServiceDesk) -> tuple[Conclusion, ...]:
    """As they were announced; of a company that never declared its owners, that it did not."""
    id = conclusions_id(screening.party_id)
    held = (await desk.service.store.fetch(Conclusions, [id])).get(id)
    if held is not None or not is_company(screening):
        return held.held if held else ()
    alone = Surroundings(screening.party_id, {}, {screening.party_id: screening}, ())
    return conclusions_of(alone, threshold_on(desk.now.date()))


class ChangeOfControl(BaseModel):
    """What changed, from which day on; today where none is said. It may lie ahead."""

    what: str = Field(min_length=3, max_length=2000)
    happened: Day | None = None


class ChangeForBuyer(ChangeOfControl):
    buyer_id: str = Field(min_length=1, max_length=100)


@ownership_api.post("/parties/{party_id}/change-of-control", roles=TELLERS)
async def note_change(party_id: str, body: ChangeForBuyer, desk: Desk) -> Done:
    """Say that a party is owned or controlled by others than declared.

    Until its owners are declared anew, what was clean is unknown, and an officer is asked to get
    that statement.
    """
    desk.caller.must_serve(body.buyer_id)
    source = next((role for role in TELLERS if role in desk.caller.roles), TELLERS[0])
    return await desk.send(
        NoteChangeOfControl(party_id=party_id, source=source, **body.model_dump())
    )


@ownership_api.post("/links/{token}/change-of-control", roles=PUBLIC)
async def tell_change(token: str, body: ChangeOfControl, desk: Desk) -> Done:
    """A supplier tells of it through the link by which it was asked for documents."""
    links: LinkBook = desk.adapters["links"]
    door = await desk.get(Door, links.open(token).link_id)
    desk.admit(Caller(subject=f"link:{door.id}", name=door.party_id, buyers=(door.buyer_id,)))
    return await desk.send(
        NoteChangeOfControl(
            party_id=door.party_id, buyer_id=door.buyer_id, source="supplier", **body.model_dump()
        )
    )


class AccountBody(BaseModel):
    """Into which account a party is paid. `source` says where that is known from, such as `erp`.

    The number is checked and forgotten: countries and last signs are kept.
    """

    iban: str | None = Field(default=None, max_length=50)
    bic: str | None = Field(default=None, max_length=20)
    source: str = Field(min_length=2, max_length=100)


@ownership_api.post("/parties/{party_id}/payee-account", roles=TELLERS)
async def note_account(party_id: str, body: AccountBody, desk: Desk) -> Done:
    """Say into which account a party is paid. An account in a listed country is a question."""
    account = account_of(party_id, body.iban, body.bic, body.source)
    return await desk.send(NotePayeeAccount(party_id=party_id, account=account))


# -------------------------------------------------------------------- the report


class OutcomeReport(BaseModel):
    """What came of the questions about tax havens in a period, both days in it."""

    since: Day
    until: Day
    buyers: list[Outcome]


@ownership_api.get(
    "/reports/tax-havens",
    roles=(*READERS, "integration"),
    response_model=OutcomeReport,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def report_outcomes(
    desk: Desk,
    since: Annotated[date, Query(alias="from")],
    until: Annotated[date, Query(alias="to")],
    buyer_id: str | None = None,
    format: Literal["json", "csv"] = "json",
) -> OutcomeReport | Response:
    """How many parties with a tie to a listed country were asked, answered, changed, are open.

    Per buyer served, as JSON or CSV, by kind of link and country. No party is named.
    """
    if until < since:
        raise Rejected("the period ends before it begins: `to` is on or after `from`", field="to")
    cases = await desk.find(HavenCase, _buyer(buyer_id, desk), limit=MOST_CASES)
    served = [case for case in cases if desk.caller.serves(case.buyer_id)]
    found = outcomes(served, await _ties(served, desk), since, until)
    report = OutcomeReport(since=since, until=until, buyers=found)
    return report if format == "json" else _as_csv(report)


def _buyer(buyer_id: str | None, desk: ServiceDesk) -> dict[str, str]:
    if buyer_id is None:
        return {}
    desk.caller.must_serve(buyer_id)
    return {"buyer_id": buyer_id}


async def _ties(cases: list[HavenCase], desk: ServiceDesk) -> dict[str, FlaggedTie]:
    parties = sorted({case.party_id for case in cases})
    known = await desk.service.store.fetch(Screening, parties)
    return {t.flag_id: t for one in known.values() for t in (*one.former_ties, *one.ties)}


def _as_csv(report: OutcomeReport) -> Response:
    """One line per buyer, kind of link and country; the sums of a buyer have `all`."""
    counts = tuple(OutcomeLine.model_fields)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(("from", "to", "buyer_id", "whose", "country", "rule", *counts))
    period = (report.since.isoformat(), report.until.isoformat())
    for buyer in report.buyers:
        sums = (getattr(buyer, name) for name in counts)
        write((*period, buyer.buyer_id, "all", "all", "all", *sums))
        for tie in buyer.ties:
            line = (getattr(tie, name) for name in counts)
            write((*period, buyer.buyer_id, tie.whose, tie.country, tie.rule, *line))
    name = f"tax-havens-{period[0]}-{period[1]}.csv"
    return Response(
        out.getvalue(),
        media_type="text/csv",
        headers=called(name),
    )
