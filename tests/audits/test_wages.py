"""The arithmetic of a labour clause, against examples that were worked out by hand."""

import base64
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pydantic import ValidationError

from services.audits.api import api
from services.audits.commands import EnterWages
from services.audits.domain.wage_checks import WageCheck
from services.audits.domain.wages import (
    AgreedPenalty,
    Hours,
    MissingDocument,
    Slip,
    compare,
)
from services.audits.handlers import router
from services.audits.wage_rates import WageRates
from services.audits.wage_sheets import read_wages
from shared.domain import Caller, Rejected
from shared.events.audits import BackPayShown, FindingRaised, WagesClaimed, WagesCompared
from shared.events.words import Money
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, K1, LABOUR, SUPPLIER, clauses, signed
from tests.serving import Standing

RATES: WageRates = ADAPTERS["wage_rates"]
CLEANING = RATES.agreement("example-cleaning-dk")
SIGNE = Caller(subject="signe", roles=("auditor",), buyers=(BUYER,))
THOMAS = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
D = Decimal


def slip(**changed: Any) -> Slip:
    """Worker w1 in November 2026: 100 hours, 20 of them in the evening."""
    said: dict[str, Any] = {
        "worker": "w1",
        "starts": date(2026, 11, 1),
        "ends": date(2026, 11, 30),
        "group": "cleaner",
        "hours": D("100"),
        "pay": D("13500.00"),
        "supplements": {"evening": D("300.00")},
        "supplement_hours": {"evening": D("20")},
        "pension": D("1380.00"),
        "holiday_pay": D("1725.00"),
    }
    return Slip.model_validate(said | changed)


def test_too_little_of_every_part() -> None:
    """By hand, rates from 1 March 2026:

    basic    100 h x 150.00 = 15 000.00; paid 13 500.00; short 1 500.00
    evening   20 h x  25.00 =    500.00; paid    300.00; short   200.00
    pension  15 500.00 x 10.00 % = 1 550.00; paid 1 380.00; short 170.00
    holiday  15 500.00 x 12.50 % = 1 937.50; paid 1 725.00; short 212.50
    in all 1 500.00 + 200.00 + 170.00 + 212.50 = 2 082.50; twice that is 4 165.00
    """
    found = compare(CLEANING, RATES.penalty, [slip()])
    assert [(line.part, line.due, line.short) for line in found.lines] == [
        ("basic", D("15000.00"), D("1500.00")),
        ("evening", D("500.00"), D("200.00")),
        ("pension", D("1550.00"), D("170.00")),
        ("holiday", D("1937.50"), D("212.50")),
    ]
    assert found.underpaid == D("2082.50")
    assert found.penalty == D("4165.00")
    assert found.how_penalty == "2 x 2082.50 = 4165.00"
    assert found.lines[0].how == "100 h x 150.00 = 15000.00; paid 13500.00"


def test_the_rates_of_the_period_count() -> None:
    """By hand, the same hours in January 2026, at 145.00 and 24.00:

    basic 14 500.00 - 13 500.00 = 1 000.00; evening 480.00 - 300.00 = 180.00
    pension 1 498.00 - 1 380.00 = 118.00; holiday 1 872.50 - 1 725.00 = 147.50; in all 1 445.50
    """
    january = slip(starts=date(2026, 1, 1), ends=date(2026, 1, 31))
    assert compare(CLEANING, RATES.penalty, [january]).underpaid == D("1445.50")


def test_too_much_of_one_part_does_not_make_up_for_another() -> None:
    """By hand: 2 000.00 too much in pay, and the 200.00 of the evenings are missing all the same.

    Pension and holiday pay are those of what was due: 170.00 and 212.50 short. In all 582.50.
    """
    assert compare(CLEANING, RATES.penalty, [slip(pay=D("17000"))]).underpaid == D("582.50")


def test_hours_of_the_timesheets_count_and_the_difference_is_said() -> None:
    """By hand: 13 days of 8 hours are 104 h, two hours of each in the evening 26 h.

    basic 104 x 150.00 = 15 600.00 - 13 500.00 = 2 100.00; evening 26 x 25.00 - 300.00 = 350.00
    gross 16 250.00: pension 1 625.00 - 1 380.00 = 245.00; holiday 2 031.25 - 1 725.00 = 306.25
    in all 3 001.25
    """
    sheets = [
        Hours(worker="w1", day=date(2026, 11, day), hours=D(8), supplements={"evening": D(2)})
        for day in range(2, 15)
    ]
    found = compare(CLEANING, RATES.penalty, [slip()], sheets)
    assert found.underpaid == D("3001.25")
    assert "104 h in the timesheets and 100 h on the payslip" in found.remarks[0]


def test_half_a_cent_is_rounded_up() -> None:
    """By hand: 0.05 h x 24.10 = 1.205, which is 1.21; 10 % of it 0.121, 12.5 % 0.15125."""
    rates = CLEANING.periods[1].model_copy(update={"hourly": {"cleaner": D("24.10")}})
    agreement = CLEANING.model_copy(update={"periods": (rates,)})
    nothing = {"supplements": {}, "supplement_hours": {}, "pension": D(0), "holiday_pay": D(0)}
    found = compare(agreement, RATES.penalty, [slip(hours=D("0.05"), pay=D(0), **nothing)])
    assert [line.due for line in found.lines] == [D("1.21"), D("0.12"), D("0.15")]


def test_missing_documents_have_their_own_penalty() -> None:
    """By hand: 3 days x 500.00 = 1 500.00, and 25 days count as 20: 10 000.00."""
    missing = [
        MissingDocument(kind="timesheets", due=date(2026, 11, 18), days=3),
        MissingDocument(kind="contracts", due=date(2026, 10, 1), days=25),
    ]
    found = compare(CLEANING, RATES.penalty, [], (), missing)
    assert found.documents_penalty == D("11500.00")
    assert found.how_documents[0].endswith("3 working days x 500.00 = 1500.00")


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"group": "pilot"}, "slips.0.group", "cleaner"),
        ({"ends": date(2026, 10, 1)}, "slips.0.ends", "62 days"),
        ({"starts": date(2026, 2, 15), "ends": date(2026, 3, 14)}, "slips.0.starts", "split"),
        ({"starts": date(2028, 2, 1), "ends": date(2028, 2, 28)}, "slips.0.starts", "no rates"),
        ({"supplements": {"moonlight": D(1)}}, "slips.0.supplements", "evening"),
        ({"worker": "010190-1234"}, "slips.0.worker", "code"),
        ({"worker": "19900101-1234"}, "slips.0.worker", "code"),
    ],
)
def test_a_payslip_that_cannot_be_compared_is_named(
    changed: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Rejected) as refused:
        compare(CLEANING, RATES.penalty, [slip(**changed)])
    assert refused.value.field == field
    assert words in refused.value.reason


amounts = st.decimals(0, 50_000, places=2)


@settings(max_examples=150)
@given(st.lists(st.tuples(amounts, amounts, st.decimals(0, 300, places=2)), max_size=5))
def test_nobody_owes_less_than_nothing_and_the_sum_is_that_of_its_lines(
    sample: list[tuple[Decimal, Decimal, Decimal]],
) -> None:
    slips = [
        slip(worker=f"w{n}", pay=pay, pension=pension, hours=hours)
        for n, (pay, pension, hours) in enumerate(sample)
    ]
    found = compare(CLEANING, RATES.penalty, slips)
    assert found.underpaid == sum((line.short for line in found.lines), D(0))
    assert found.underpaid == sum(found.by_worker.values(), D(0))
    assert all(line.short >= 0 for line in found.lines)
    assert found.penalty == 2 * found.underpaid


# ------------------------------------------------------------------ over HTTP, to the last krone


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


ABOUT = {"contract_id": K1, "party_id": SUPPLIER, "agreement": "example-cleaning-dk"}


async def test_the_agreements_are_listed_and_missing_documents_count_without_a_workbook(
    standing: Standing,
) -> None:
    async with standing.client(SIGNE) as signe, standing.client(THOMAS) as thomas:
        [agreement] = (await signe.get("/wage-agreements")).json()
        assert (agreement["code"], agreement["ends"]) == ("example-cleaning-dk", "2027-02-28")
        assert (await thomas.get("/wage-agreements")).status_code == 403
        entry = ABOUT | {"missing": [{"kind": "payslips", "due": "2026-11-18"}]}
        done = (await signe.post("/wage-checks/sheet", json=entry)).json()["result"]
        assert (done["underpaid"], done["documents_penalty"]) == ("0", "1500.00")
        nothing = await signe.post("/wage-checks/sheet", json=ABOUT)
        assert nothing.json()["errors"][0]["field"] == "content"


async def test_from_payslips_to_back_pay(standing: Standing, world: World) -> None:
    entry = ABOUT | {
        "slips": [slip().model_dump(mode="json")],
        "missing": [{"kind": "timesheets", "due": "2026-11-18"}],
        "document_ids": ["doc-slips"],
    }
    async with standing.client(SIGNE) as signe, standing.client(THOMAS) as thomas:
        answer = await signe.post("/wage-checks", json=entry)
        assert answer.status_code == 200, answer.text
        result = answer.json()["result"]
        assert (result["underpaid"], result["penalty"]) == ("2082.50", "4165.00")
        assert result["documents_penalty"] == "1500.00"  # 19, 20 and 23 November
        id = result["check_id"]
        assert (await thomas.get(f"/wage-checks/{id}")).status_code == 403
        assert "slips" not in (await thomas.get("/wage-checks")).json()["items"][0]
        claimed = await signe.post(f"/wage-checks/{id}/claim", json={"obligation": "labour-ilo94"})
        assert claimed.status_code == 200, claimed.text
        again = await signe.post(f"/wage-checks/{id}/claim", json={"obligation": "labour-ilo94"})
        assert again.status_code == 409
        shown = (await signe.get(f"/wage-checks/{id}")).json()
        assert shown["outstanding"] == {"w1": "2082.50"}
        paid = {"worker": "w1", "amount": "2000.00", "document_ids": ["doc-2"]}
        answer = await signe.post(f"/wage-checks/{id}/back-pay", json=paid)
        assert answer.json()["result"]["outstanding"] == {"w1": "82.50"}
        wrong = await signe.post(f"/wage-checks/{id}/back-pay", json=paid)
        assert wrong.status_code == 422, wrong.text
        assert wrong.json()["errors"][0]["field"] == "amount"
        answer = await signe.post(f"/wage-checks/{id}/back-pay", json=paid | {"amount": "82.50"})
        assert answer.json()["result"]["state"] == "paid"
    raised = [fact for fact in world.announced if isinstance(fact, FindingRaised)]
    assert [(one.finding_class, one.claim) for one in raised] == [
        ("wages", Money(amount=2082.5)),
        ("documents", Money(amount=1500.0)),
    ]
    compared = next(fact for fact in world.announced if isinstance(fact, WagesCompared))
    claim = next(fact for fact in world.announced if isinstance(fact, WagesClaimed))
    assert compared.need is not None
    assert claim.settles == (compared.need.id,)
    shown_facts = [fact for fact in world.announced if isinstance(fact, BackPayShown)]
    assert [one.outstanding.amount for one in shown_facts] == [82.5, 0.0]
    assert "w1" not in "".join(entry.body.decode() for entry in world.store.journal)


async def test_what_is_short_is_let_be_only_with_a_reason(standing: Standing, world: World) -> None:
    async with standing.client(SIGNE) as signe:
        entry = ABOUT | {"slips": [slip().model_dump(mode="json")]}
        id = (await signe.post("/wage-checks", json=entry)).json()["result"]["check_id"]
        better = entry | {"slips": [slip(pay=D(15_000)).model_dump(mode="json")]}
        corrected = await signe.put(f"/wage-checks/{id}", json=better)
        assert corrected.json()["result"]["underpaid"] == "582.50"
        assert (await signe.post(f"/wage-checks/{id}/let-be", json={})).status_code == 422
        why = {"reason": "Paid in October, see doc-9."}
        assert (await signe.post(f"/wage-checks/{id}/let-be", json=why)).status_code == 200
        assert (await signe.put(f"/wage-checks/{id}", json=better)).status_code == 409
        unknown = await signe.post("/wage-checks", json=entry | {"agreement": "none"})
        assert unknown.status_code == 422
        assert "example-cleaning-dk" in unknown.text
        nothing = await signe.post("/wage-checks", json=ABOUT)
        assert nothing.json()["errors"][0]["field"] == "slips"
    assert FindingRaised not in world.told


# ------------------------------------------------------------------ workbooks


def workbook(*, rows: list[list[object]] | None = None, title: str = "Lønsedler") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(
        ["Medarbejder", "Fra", "Til", "Gruppe", "Timer", "Løn", "Aften", "Pension", "Feriepenge"]
    )
    november = [datetime(2026, 11, 1), "2026-11-30", "cleaner"]
    for row in rows or [["w1", *november, "100,0", 13500, "300", 1380, 1725.0]]:
        sheet.append(row)
    hours = book.create_sheet("Timesedler")
    hours.append(["Medarbejder", "Dag", "Timer", "Aften"])
    for day in range(2, 15):
        hours.append(["w1", date(2026, 11, day), 8, 2])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


async def test_a_workbook_of_a_supplier_says_the_same(standing: Standing) -> None:
    """By hand as above: 13 days of 8 hours, two of them in the evening, 3 001.25 short."""
    async with standing.client(SIGNE) as signe:
        body = ABOUT | {"content": base64.b64encode(workbook()).decode()}
        answer = await signe.post("/wage-checks/sheet", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["result"]["underpaid"] == "3001.25"
        again = await signe.post("/wage-checks/sheet", json=body | {"content": "%%%"})
        assert again.json()["errors"][0]["field"] == "content"


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (["w1", "2026-11-01", "soon", "cleaner", 1, 1], "Lønsedler!C2"),
        (["w1", "2026-11-01", "2026-11-30", "cleaner", "many", 1], "Lønsedler!E2"),
        (["w1", "2026-11-01", "2026-11-30", "cleaner", -3, 1], "Lønsedler!E2"),
        (["", "2026-11-01", "2026-11-30", "cleaner", 3, 1], "Lønsedler!A2"),
        (["w1", "2026-11-01", "2026-11-30", "cleaner", 9_999, 1], "Lønsedler!E2"),
    ],
)
def test_a_wrong_cell_is_named(row: list[object], place: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_wages(workbook(rows=[row]))
    assert refused.value.field == place
    assert place in refused.value.reason


def packed(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", parts.pop("book", b"<workbook/>"))
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no archive at all", "damaged or cut off"),
        (workbook()[:2000], "damaged or cut off"),
        (packed(**{"xl/vbaProject.bin": b"x"}), "macros"),
        (packed(book=b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'), "entities"),
        (packed(bomb=b"0" * 30_000_000), "would unpack"),
        (packed(), "damaged"),
        (workbook(title="Menu"), "needs"),
    ],
)
def test_a_hostile_or_wrong_file_is_refused_with_the_reason(data: bytes, words: str) -> None:
    if words == "needs":
        assert read_wages(data).slips == ()
        return
    with pytest.raises(Rejected) as refused:
        read_wages(data)
    assert words in refused.value.reason


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(st.binary(max_size=300), st.integers(0, 5000))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(junk: bytes, at: int) -> None:
    data = workbook()
    at %= len(data)
    for broken in (junk, data[:at] + junk + data[at + len(junk) :]):
        try:
            read_wages(broken)
        except Rejected:
            continue


# ---------------------------------------------------------------- whose penalty counts


def agreed(factor: str, starts: date, ends: date | None = None, **of: str) -> AgreedPenalty:
    return AgreedPenalty(
        underpayment_factor=D(factor),
        missing_document_a_day=D("750.00"),
        missing_document_most_days=10,
        source=f"clause of {of}",
        starts=starts,
        ends=ends,
        **of,
    )


OF_BUYER = agreed("3", date(2026, 1, 1), buyer_id=BUYER)
OF_K1 = agreed("1.5", date(2026, 11, 15), date(2027, 3, 31), contract_id=K1)
OF_ANOTHER = agreed("9", date(2020, 1, 1), buyer_id="dk-cvr-1")
BY_CONTRACT = RATES.model_copy(update={"penalties": (OF_BUYER, OF_K1, OF_ANOTHER)})


@pytest.mark.parametrize(
    ("contract_id", "buyer_id", "day", "factor"),
    [
        (K1, BUYER, date(2026, 11, 30), "1.5"),
        (K1, BUYER, date(2026, 11, 14), "3"),
        (K1, BUYER, date(2027, 4, 1), "3"),
        ("another", BUYER, date(2026, 11, 30), "3"),
        ("another", BUYER, date(2025, 12, 31), "2"),
        ("another", "dk-cvr-2", date(2026, 11, 30), "2"),
    ],
)
def test_the_penalty_of_the_contract_counts_before_the_buyer_s_and_that_before_the_example(
    contract_id: str, buyer_id: str, day: date, factor: str
) -> None:
    assert BY_CONTRACT.penalty_of(contract_id, buyer_id, day).underpayment_factor == D(factor)


@pytest.mark.parametrize(
    ("penalties", "why"),
    [
        ((agreed("2", date(2026, 1, 1)),), "names its buyer or its contract"),
        ((agreed("2", date(2026, 2, 1), date(2026, 1, 1), buyer_id=BUYER),), "before it starts"),
        ((OF_BUYER, agreed("2", date(2026, 7, 1), buyer_id=BUYER)), "count on 2026-07-01"),
    ],
)
def test_penalties_that_contradict_each_other_are_refused_when_they_are_read(
    penalties: tuple[AgreedPenalty, ...], why: str
) -> None:
    said = RATES.model_dump() | {"penalties": [one.model_dump() for one in penalties]}
    with pytest.raises(ValidationError, match=why):
        WageRates.model_validate(said)


async def test_a_check_is_weighed_by_the_penalty_of_its_contract_and_shows_the_clause() -> None:
    world = World(router, adapters=ADAPTERS | {"wage_rates": BY_CONTRACT})
    await world.tell(signed(), clauses(LABOUR))
    entered = EnterWages(
        check_id="check-9",
        contract_id=K1,
        party_id=SUPPLIER,
        agreement="example-cleaning-dk",
        slips=(slip(),),
    )
    outcome = await world.tell(entered, by=SIGNE)
    assert outcome.error is None, outcome.error
    check = world.state(WageCheck, "check-9")
    assert check.comparison is not None
    assert check.comparison.how_penalty == "1.5 x 2082.50 = 3123.75"
    assert K1 in check.comparison.penalty_source
