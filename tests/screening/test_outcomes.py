"""The report on the tax-haven-free charter: whom was asked, who answered, what changed."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    EnquiryAnswered,
    EnquiryOpened,
    Track,
)
from shared.events.screening import JurisdictionFlagged
from shared.events.words import Cause, CauseKind, PartyDescription, Status
from shared.testing import T0
from tests.screening.stage import CITY, REGION, Stage, company, owned, person, registered
from tests.screening.test_api import CMS, METTE, OSKAR, Screen

HAVEN = PartyDescription(party_id="org-v", name="Pacific Holdings Ltd", country="VU")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", country="DK")
PARTIES = [company(str(n) * 8, f"Otherwise Unheardof {n} ApS") for n in range(1, 5)]
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}


def about(n: int, buyer_id: str) -> dict[str, object]:
    return {
        "case_id": f"case-{n}-{buyer_id}",
        "contract_id": f"contract-{n}",
        "buyer_id": buyer_id,
        "party_id": PARTIES[n].party_id,
        "supplier_id": PARTIES[n].party_id,
        "track": Track.ENQUIRY,
        "rule": "TAX-LIST",
        "status": Status.REVIEW,
    }


async def case(stage: Stage, n: int, buyer_id: str = REGION) -> None:
    """A case about the tie of a party's owner, as breaches would open it."""
    party = PARTIES[n].party_id
    flag = next(f for f in stage.said(JurisdictionFlagged) if f.party_id == party)
    cause = Cause(kind=CauseKind.JURISDICTION, ref=flag.flag_id, rule=flag.rule)
    await stage.tell(
        BreachFlagged(
            **about(n, buyer_id),
            cause=cause,
            exposure_ids=("exp-1",),
            phase="contract",
            mandatory=False,
            basis=(),
            rulebook_version="2026-02",
        )
    )


def question(n: int, buyer_id: str = REGION) -> EnquiryOpened:
    said = about(n, buyer_id)
    return EnquiryOpened(**said, question="Why?", due=T0 + timedelta(days=10), link_id="link-1")


def answer(n: int, words: str, buyer_id: str = REGION) -> EnquiryAnswered:
    return EnquiryAnswered(**about(n, buyer_id), answer=words, document_ids=())


@pytest.fixture
async def screen(tmp_path: Path) -> Screen:
    """Four with an owner in a haven: answered; changed; silent and open; found and never asked."""
    stage = Stage()
    for party in PARTIES:
        await stage.tell(registered(party), owned(party.party_id, (HAVEN, 100)))
    for n in range(4):
        await case(stage, n)
    await case(stage, 0, CITY)
    await stage.tell(question(0), question(1), question(2))
    await stage.tell(answer(0, "We are taxed in Denmark."), answer(2, ""))
    await stage.advance(timedelta(days=1))
    await stage.tell(owned(PARTIES[1].party_id, (KIRSTEN, 100), document="doc-2"))
    return Screen(stage, tmp_path / "key.json")


async def test_the_report_counts_parties_by_kind_of_tie(screen: Screen) -> None:
    async with screen.client(METTE) as client:
        report = (await client.get("/reports/tax-havens", params=PERIOD)).json()
    (region,) = report["buyers"]
    counts = {"found": 4, "asked": 3, "answered": 1, "changed": 1, "open": 1}
    assert region == {
        "buyer_id": REGION,
        **counts,
        "ties": [{"whose": "owner", "country": "VU", "rule": "TAX-LIST", **counts}],
    }


async def test_a_closed_case_is_no_longer_open(screen: Screen) -> None:
    await screen.stage.tell(BreachDismissed(**about(2, REGION), by="mette", reason="Noted."))
    async with screen.client(METTE) as client:
        report = (await client.get("/reports/tax-havens", params=PERIOD)).json()
    assert report["buyers"][0]["open"] == 0


async def test_each_buyer_sees_its_own_and_a_machine_all(screen: Screen) -> None:
    async with screen.client(OSKAR) as client:
        own = (await client.get("/reports/tax-havens", params=PERIOD)).json()
        refused = await client.get("/reports/tax-havens", params=PERIOD | {"buyer_id": REGION})
    async with screen.client(CMS) as client:
        every = (await client.get("/reports/tax-havens", params=PERIOD)).json()
    assert [one["buyer_id"] for one in own["buyers"]] == [CITY]
    assert own["buyers"][0]["asked"] == 0
    assert refused.status_code == 403
    assert [one["buyer_id"] for one in every["buyers"]] == sorted((REGION, CITY))


async def test_the_report_is_a_table_too(screen: Screen) -> None:
    async with screen.client(METTE) as client:
        answer = await client.get("/reports/tax-havens", params=PERIOD | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines() == [
        "from,to,buyer_id,whose,country,rule,found,asked,answered,changed,open",
        f"2026-11-01,2026-11-30,{REGION},all,all,all,4,3,1,1,1",
        f"2026-11-01,2026-11-30,{REGION},owner,VU,TAX-LIST,4,3,1,1,1",
    ]


async def test_outside_the_period_there_is_nothing(screen: Screen) -> None:
    period = {"from": "2026-12-01", "to": "2026-12-31"}
    async with screen.client(METTE) as client:
        report = (await client.get("/reports/tax-havens", params=period)).json()
        wrong = await client.get("/reports/tax-havens", params={"from": "2026-12-01"})
        reverse = {"from": "2026-12-31", "to": "2026-12-01"}
        turned = await client.get("/reports/tax-havens", params=reverse)
    assert report["buyers"] == []
    assert wrong.status_code == 422
    assert "`to` is on or after `from`" in turned.json()["detail"]


async def test_a_case_of_another_rule_is_not_counted(screen: Screen) -> None:
    other = about(3, REGION) | {"case_id": "case-9", "rule": "SAN-AF"}
    asked = question(3).model_copy(update=other)
    await screen.stage.tell(asked)
    async with screen.client(METTE) as client:
        report = (await client.get("/reports/tax-havens", params=PERIOD)).json()
    assert report["buyers"][0]["asked"] == 3
