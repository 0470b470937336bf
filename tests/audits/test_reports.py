"""Reports count what is stored: as JSON, as CSV that hides no formula, and on paper."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.audits.api import api
from services.audits.commands import VerifyAction
from services.audits.domain import Finding, HavenCase, Plan, Severity
from services.audits.reports.papers import as_csv, as_pdf, words
from services.audits.reports.tables import Known, Table, ages
from shared.domain import Caller
from shared.events.audits import CorrectiveActionAgreed
from shared.events.breaches import BreachDismissed, BreachFlagged, EnquiryOpened, Track
from shared.events.words import Cause, CauseKind, Status
from shared.languages import LANGUAGES, Language
from shared.testing import AUDITOR, World
from tests.audits.conftest import ADAPTERS, BUYER, K1, SUPPLIER, held
from tests.audits.test_ladder import agreed
from tests.serving import Standing

THOMAS = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
STRANGER = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-11111111",))


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


async def shown(standing: Standing, name: str, **params: str) -> list[dict[str, Any]]:
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.get(f"/reports/{name}", params=params)
        assert answer.status_code == 200, answer.text
        table = answer.json()
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("contract", K1),
        ("supplier", SUPPLIER),
        ("category", "90"),
        ("clause", "labour-ilo94"),
        ("buyer", BUYER),
    ],
)
async def test_the_state_of_follow_up_is_counted_in_five_ways(
    standing: Standing, world: World, by: str, key: str
) -> None:
    await held(world)
    rows = {row["key"]: row for row in await shown(standing, "state", by=by)}
    assert (rows[key]["held"], rows[key]["open_findings"], rows[key]["risk"]) == (1, 1, 30)
    await world.advance(timedelta(days=345 + 60))
    rows = {row["key"]: row for row in await shown(standing, "state", by=by)}
    assert (rows[key]["planned"], rows[key]["late"]) == (1, 1)


async def test_lead_times_count_from_the_finding(standing: Standing, world: World) -> None:
    await held(world)
    await world.advance(timedelta(days=3))
    await agreed(world)
    [fact] = [one for one in world.announced if isinstance(one, CorrectiveActionAgreed)]
    await world.advance(timedelta(days=4))
    verify = VerifyAction(action_id=fact.action_id, document_ids=("d",), reason="Seen.")
    await world.tell(verify, by=AUDITOR)
    rows = {row["step"]: row["median_days"] for row in await shown(standing, "lead-times")}
    assert rows == {"agreed": 3, "verified": 7, "closed": 7}
    figures = {row["figure"]: row["value"] for row in await shown(standing, "figures")}
    assert (figures["findings"], figures["open_findings"], figures["days_to_mend"]) == (1, 0, 7)
    assert figures["looked_at_share"] == 100


def test_open_findings_are_counted_by_age_at_its_borders() -> None:
    today = date(2026, 11, 23)
    found = [
        Finding(
            id=str(age),
            severity=Severity.MAJOR,
            listed=datetime.combine(
                today - timedelta(days=age), datetime.min.time(), UTC
            ).isoformat(),
        )
        for age in (0, 10, 11, 30, 31, 90, 91, 180, 181)
    ]
    rows = ages(Known(findings=found, today=today)).rows
    assert [(row[0], row[2]) for row in rows] == [
        ("0-10", 2), ("11-30", 2), ("31-90", 2), ("91-180", 2), ("181-", 1),
    ]  # fmt: skip


async def test_the_outcome_of_the_charter_is_measured(standing: Standing, world: World) -> None:
    about: dict[str, Any] = {
        "case_id": "case-1",
        "contract_id": K1,
        "buyer_id": BUYER,
        "party_id": SUPPLIER,
        "supplier_id": SUPPLIER,
        "track": Track.ENQUIRY,
        "rule": "TAX-LIST",
        "status": Status.REVIEW,
    }
    flagged = BreachFlagged(
        **about,
        cause=Cause(kind=CauseKind.JURISDICTION, ref="flag-1"),
        exposure_ids=("e",),
        phase="arose",
        mandatory=False,
        basis=(),
        rulebook_version="1",
    )
    due = datetime(2026, 12, 7, tzinfo=UTC)
    asked = EnquiryOpened(
        **about, question="Why Panama?", due=due, by="mette", source="charter", link_id="l"
    )
    await world.tell(flagged, asked)
    assert any(one.code == "earlier-case" for one in world.state(Plan, K1).risk.factors)
    await world.tell(BreachDismissed(**about, by="mette", reason="Sold.", way_out="noted"))
    assert not any(one.code == "earlier-case" for one in world.state(Plan, K1).risk.factors)
    rows = {row["outcome"]: row["count"] for row in await shown(standing, "havens")}
    assert rows == {
        "parties": 1, "flagged": 1, "asked": 1, "answered": 0, "dismissed": 1,
        "dismissed: noted": 1,
    }  # fmt: skip
    assert world.state(HavenCase, "case-1").rule == "TAX-LIST"


async def test_a_report_comes_as_page_csv_and_pdf(standing: Standing) -> None:
    async with standing.client(THOMAS) as thomas, standing.client(STRANGER) as stranger:
        csv = await thomas.get("/reports/figures", params={"format": "csv", "language": "sv"})
        assert csv.content.startswith(b"\xef\xbb\xbf")
        assert "Löpande kontrakt;1" in csv.content.decode("utf-8-sig")
        pdf = await thomas.get("/reports/state", params={"format": "pdf"})
        assert pdf.content.startswith(b"%PDF-")
        assert (await thomas.get("/reports/bees")).status_code == 422
        other = await stranger.get("/reports/state", params={"buyer_id": BUYER})
        assert other.status_code == 403
        assert (await stranger.get("/reports/state")).json()["rows"] == []


def test_a_title_that_looks_like_a_formula_stays_text() -> None:
    table = Table(name="state-contract", columns=("key", "label"), rows=[("k", '=HYPERLINK("x")')])
    assert "'=HYPERLINK" in as_csv(table, "en").decode("utf-8-sig")
    assert "-3" in as_csv(table.model_copy(update={"rows": [("k", -3)]}), "en").decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_table_is_the_same_paper_in_every_language(language: Language) -> None:
    table = Table(
        name="figures", columns=("figure", "value"), rows=[("contracts", 2), ("<b>", 1.5)]
    )
    day = date(2026, 11, 23)
    assert as_pdf(table, BUYER, day, language) == as_pdf(table, BUYER, day, language)


async def test_every_column_and_title_has_its_word(standing: Standing, world: World) -> None:
    await held(world)
    known = words("sv")
    async with standing.client(THOMAS) as thomas:
        for name in ("state", "lead-times", "ages", "havens", "figures"):
            table = (await thomas.get(f"/reports/{name}")).json()
            assert table["name"] in known["titles"]
            assert set(table["columns"]) <= set(known["columns"])
