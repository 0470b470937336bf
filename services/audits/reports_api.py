"""The reports over HTTP: as JSON, CSV or PDF, for one buyer or all that the caller acts for."""

import asyncio
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import JSONResponse

from services.audits.domain import (
    Audit,
    CorrectiveAction,
    EvidenceRequest,
    Finding,
    HavenCase,
    Plan,
    Quota,
    Supply,
)
from services.audits.handlers.places import day_of
from services.audits.mending_api import READERS
from services.audits.reports.papers import as_csv, as_pdf
from services.audits.reports.tables import REPORTS, Group, Known, Table, state
from shared.files import called
from shared.http import Api, Desk
from shared.languages import Language

reports_api = Api("audits")
MOST = 50_000
"""Documents of a kind that one report counts: some ten regions' years."""

KINDS: dict[str, type[Any]] = {
    "plans": Plan,
    "audits": Audit,
    "findings": Finding,
    "actions": CorrectiveAction,
    "requests": EvidenceRequest,
    "havens": HavenCase,
    "quotas": Quota,
    "supplies": Supply,
}
NEEDS = {
    "state": ("plans", "audits", "findings", "actions", "requests"),
    "lead-times": ("findings", "actions"),
    "ages": ("findings",),
    "havens": ("havens",),
}
"""What each report counts; one that is not named here counts all of it."""

Name = Literal["state", "lead-times", "ages", "havens", "figures"]
Format = Literal["json", "csv", "pdf"]


FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
"""What a report is beside JSON, in its OpenAPI document."""


@reports_api.get("/reports/{name}", roles=READERS, response_model=Table, responses=FILES)
async def report(
    name: Name,
    desk: Desk,
    buyer_id: str | None = None,
    by: Group = "contract",
    format: Format = "json",
    language: Language = "da",
) -> Response:
    """State of follow-up (`by` contract, supplier, category, clause, buyer), lead times, open
    findings by age, the outcome of the tax-haven charter, and the figures for the political level.
    """
    known = await _known(desk, desk.of_buyer(buyer_id), NEEDS.get(name, tuple(KINDS)))
    table = state(known, by) if name == "state" else REPORTS[name](known)
    if format == "json":
        return JSONResponse(table.model_dump(mode="json"))
    if format == "csv":
        data, kind = as_csv(table, language), "text/csv; charset=utf-8"
    else:
        whose = buyer_id or ", ".join(desk.caller.buyers)
        data = await asyncio.to_thread(as_pdf, table, whose, known.today, language)
        kind = "application/pdf"
    return Response(data, media_type=kind, headers=called(f"{table.name}.{format}"))


async def _known(desk: Desk, where: dict[str, str], names: tuple[str, ...]) -> Known:
    """What a report counts, of one buyer, or of all buyers for who serves all."""
    found = await asyncio.gather(*(desk.find(KINDS[name], where, limit=MOST) for name in names))
    return Known(**dict(zip(names, found, strict=True)), today=day_of(desk.now, "DK"))
