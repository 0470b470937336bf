"""The page of a contract: its chain as a picture, what it allows, what was told; and a reach."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from services.console.pages.drawing import drawn
from services.console.readmodels.contracts import Contract, Exposure, Member
from shared.events.contracts import ContractPassedOn
from shared.events.subcontractors import SubcontractorChanged, SubcontractorDeclared
from shared.events.words import Cause, CauseKind, Role, Share, Status
from shared.testing import T0, World
from tests.console.cast import BALTIC, BUYER, CONTRACT, HANSEN, NORDLYS, OFFICER, STRANGER, company
from tests.console.desk import Console, words_of
from tests.console.facts import CASE, declared

PAGE = f"/contracts/{CONTRACT}"
SAID: dict[str, Any] = {
    "status": "CONDITIONAL",
    "status_version": 3,
    "basis": ["clause labour-ilo94"],
    "payment_holds": [
        {
            "case_id": CASE,
            "amount": {"amount": 60000.0, "currency": "DKK"},
            "basis": "clause labour-ilo94",
            "release_condition": "breach_remedied",
            "decision_id": "decision-1",
            "since": "2026-11-23T08:00:00Z",
        }
    ],
    "excluded_until": None,
    "procedure_id": None,
    "decision_ids": ["decision-1"],
    "list_as_of": [{"source": "eu", "version": "v2", "list_date": "2026-11-19", "entries": 2}],
    "rulebook_version": "2026-02",
}
POWERS: dict[str, Any] = {
    "regime": "udbudsloven",
    "country": "DK",
    "forum": {"kind": "courts"},
    "powers": [
        {"power": "audit", "answer": "no", "basis": [], "by": [BUYER]},
        {
            "power": "hold_payment",
            "answer": "conditional",
            "basis": [
                {
                    "kind": "clause",
                    "ref": "labour-ilo94",
                    "code": "clause_broken",
                    "condition": "the clause is broken and not remedied in time",
                    "working_days": 10,
                },
                {
                    "kind": "law",
                    "ref": "asset freeze",
                    "code": "freeze",
                    "condition": "the payee is listed",
                    "working_days": None,
                },
            ],
            "by": [BUYER],
        },
    ],
    "gap": {"unconsidered": ["apprentices"], "unreasoned": []},
}


def member(id: str, above: str, tier: int, **more: Any) -> Member:
    return Member(party_id=id, parent_id=above, tier=tier, **more)


def chain(*members: Member, suppliers: tuple[str, ...] = ("s",)) -> Contract:
    contract = Contract(id="k", supplier_ids=suppliers)
    for one in members:
        contract.put_member(one)
    return contract


def places(contract: Contract) -> dict[str, tuple[int, int]]:
    return {box.party_id: (box.column, box.row) for box in drawn(contract, {}).boxes}


def test_everyone_stands_right_of_who_hires_it_and_the_first_at_the_same_height() -> None:
    contract = chain(member("a", "s", 1), member("b", "s", 1), member("c", "a", 2))
    assert places(contract) == {"s": (0, 0), "a": (1, 0), "c": (2, 0), "b": (1, 1)}
    assert len(drawn(contract, {}).lines) == 3


def test_a_circle_and_a_lost_parent_are_drawn_once_and_no_box_covers_another() -> None:
    contract = chain(member("a", "b", 1), member("b", "a", 2), member("c", "gone", 3))
    found = places(contract)
    assert set(found) == {"s", "a", "b", "c"}
    assert len(set(found.values())) == 4


def test_three_hundred_members_are_all_there_each_at_a_place_of_its_own() -> None:
    members = [member(f"m{n}", "s" if n < 20 else f"m{n // 3}", 1) for n in range(300)]
    found = places(chain(*members))
    assert len(found) == len(set(found.values())) == 301


def test_many_who_hire_nobody_stand_in_a_frame_beside_who_hires_them() -> None:
    contract = chain(
        member("a", "s", 1),
        member("b", "s", 1),
        *(member(f"c{n}", "a", 2) for n in range(20)),
        member("d", "b", 2),
    )
    found = places(contract)
    group = [found[f"c{n}"] for n in range(20)]
    assert {column for column, _ in group} == set(range(2, 10))
    assert {row for _, row in group} == {0, 1, 2}
    assert found["a"][1] == 0
    assert found["b"] == (1, 3)
    assert found["d"] == (2, 3)
    assert sum(line.endswith("Z") for line in drawn(contract, {}).lines) == 1


def test_a_chain_is_told_below_who_hires_whom_however_long() -> None:
    members = [member(f"m{n}", f"m{n - 1}" if n else "s", n + 1) for n in range(2_000)]
    assert [one.party_id for one in chain(*reversed(members)).chain] == [
        m.party_id for m in members
    ]


def test_a_box_shows_the_worst_that_touches_the_contract_through_its_party() -> None:
    contract = chain(member("a", "s", 1))
    cause = Cause(kind=CauseKind.HIT, ref="hit-1")
    for id, status in (("e1", Status.REVIEW), ("e2", Status.BLOCKED_LEGAL)):
        contract.expose(
            Exposure(
                exposure_id=id,
                party_id="owner",
                role=Role.SUBCONTRACTOR,
                path=("s", "a", "owner"),
                cause=cause,
                status=status,
                since=T0,
            )
        )
    states = {box.party_id: box.state for box in drawn(contract, {}).boxes}
    assert states == {"s": Status.CLEAR, "a": Status.BLOCKED_LEGAL}


async def test_the_page_draws_the_chain_and_says_the_same_as_a_table(console: Console) -> None:
    html = (await console.visitor(OFFICER).get(PAGE)).text
    boxes = re.findall(
        r'<a href="/suppliers/([^"]+)" class="g-(\w+) g-\w+" aria-label="([^"]+)"', html
    )
    assert {NORDLYS.party_id, BALTIC.party_id, HANSEN.party_id} <= {id for id, _, _ in boxes}
    assert all(label for _, _, label in boxes)
    assert "The same as a table" in words_of(html)
    assert "style=" not in html


async def test_a_name_in_the_picture_stays_text_whatever_is_in_it(
    console: Console, world: World
) -> None:
    await world.tell(
        SubcontractorDeclared(
            contract_id=CONTRACT,
            buyer_id=BUYER,
            party=company("60000001", "<script>\"&'</script> A/S"),
            parent_id=NORDLYS.party_id,
            tier=1,
            share=None,
            service="Drift",
            chain_version=9,
        )
    )
    text = (await console.visitor(OFFICER).get(PAGE)).text
    assert '<script>"' not in text
    assert 'aria-label="&lt;script&gt;&#34;&amp;&#39;&lt;/script&gt; A/S, ' in text


async def test_the_page_says_what_is_held_and_what_may_be_done_today(console: Console) -> None:
    api = "/api/contracts"
    console.services.says |= {
        f"{api}/status": SAID,
        f"{api}/contracts/{CONTRACT}/powers": POWERS,
        f"{api}/contracts/{CONTRACT}": {
            "acknowledged": [
                {"endpoint_id": "e-1", "status_version": 2, "at": "2026-11-23T09:00:00Z", "by": "x"}
            ]
        },
    }
    said = await console.visitor(OFFICER).text(PAGE)
    assert "Payment is held: DKK 60,000" in said
    assert "until the breach is put right" in said
    assert "decision-1" in said
    assert "EU 19 Nov 2026" in said
    assert "There is no basis: only dialogue." in said
    assert "after 10 working days to put it right" in said
    assert "when the payee is listed, or owned or controlled by the listed" in said
    assert "Confirmed by v2 e-1" in said


async def test_without_an_answer_of_the_service_the_page_is_there(console: Console) -> None:
    said = await console.visitor(OFFICER).text(PAGE)
    assert "The service for contracts does not answer just now." in said


async def test_a_reach_lists_contracts_goods_and_who_could_step_in(console: Console) -> None:
    console.services.says[f"/api/subcontractors/parties/{BALTIC.party_id}/blast"] = {
        "party_ids": [BALTIC.party_id],
        "contracts": [
            {
                "contract_id": CONTRACT,
                "buyer_id": BUYER,
                "title": "x",
                "category": "90910000",
                "role": "subcontractor",
                "tier": 1,
                "least": 5.0,
                "most": 25.0,
                "path": [NORDLYS.party_id, BALTIC.party_id],
                "units": ["Køge"],
                "lots": [],
            }
        ],
        "units": ["Køge"],
        "lots": 2,
        "critical_goods": [
            {
                "contract_id": CONTRACT,
                "item": "i",
                "title": "Gloves",
                "made_by": None,
                "sole_source": True,
                "days_of_stock": None,
                "stock_as_of": None,
            }
        ],
        "least_days_of_stock": None,
        "stock_unknown": 1,
        "substitutes": [
            {
                "party_id": HANSEN.party_id,
                "name": "Hansen",
                "category": "90910",
                "does": "windows",
                "contracts": 3,
                "instead_of": [CONTRACT],
            }
        ],
        "without_substitute": [],
    }
    said = await console.visitor(OFFICER).text(f"/suppliers/{BALTIC.party_id}/reach")
    assert "1 contracts, 1 units, 2 lots and 1 critical goods" in said
    assert "Gloves" in said
    assert "sole source" in said
    assert "on 3 contracts" in said


async def test_a_contract_that_passed_on_is_the_successors_page(
    console: Console, world: World
) -> None:
    await world.tell(
        ContractPassedOn(
            contract_id=CONTRACT,
            buyer_id="dk-cvr-10103940",
            predecessor_id=BUYER,
            effective=T0.date(),
            reason="the regions merge",
        )
    )
    assert (await console.visitor(OFFICER).get(PAGE)).status_code == 404


async def test_a_change_of_a_subcontractor_is_seen(console: Console, world: World) -> None:
    await world.tell(
        SubcontractorChanged(
            contract_id=CONTRACT,
            buyer_id=BUYER,
            party_id=BALTIC.party_id,
            changed=("share", "service"),
            effective=T0.date(),
            parent_id=HANSEN.party_id,
            tier=2,
            share=Share.exactly(7),
            service="windows only",
            chain_version=9,
            by="mette.lund",
        )
    )
    said = await console.visitor(OFFICER).text(PAGE)
    assert "windows only" in said


async def test_the_picture_of_a_long_chain_comes_after_its_page(
    console: Console, world: World
) -> None:
    for number in range(40):
        await world.tell(declared(company(f"{70_000_000 + number}", f"Firma {number}"), 1, "Vask"))
    visitor = console.visitor(OFFICER)
    page = (await visitor.get(PAGE)).text
    assert f'hx-get="{PAGE}/picture"' in page
    assert "Firma 39" not in page.partition('id="chain-picture"')[2].partition("</div>")[0]
    picture = (await visitor.get(f"{PAGE}/picture")).text
    assert picture.startswith("<svg")
    assert "Firma 39" in picture
    assert (await console.visitor(STRANGER).get(f"{PAGE}/picture")).status_code == 404


async def test_what_happened_to_a_contract_is_told_to_its_beginning(
    console: Console, world: World
) -> None:
    """Fifty lines at once, all of them in the end, and each once: also those of one moment."""
    for number in range(60):
        party = company(f"{70_000_000 + number}", f"Firma {number}")
        await world.tell(declared(party, 1, "Vask"))
        if number % 7 == 0:
            await world.advance(timedelta(minutes=1))
    visitor, told = console.visitor(OFFICER), ""
    page = (await visitor.get(PAGE)).text
    while True:
        told += page.partition('<ol class="timeline">')[2]
        more = re.search(r'hx-get="([^"]*timeline[^"]*)"', page)
        if more is None:
            break
        page = (await visitor.get(unescape(more[1]))).text
    named = re.findall(r"/suppliers/(dk-cvr-700000\d\d)", told)
    assert sorted(named) == [f"dk-cvr-{70_000_000 + number}" for number in range(60)]
    stranger = await console.visitor(STRANGER).get(f"{PAGE}/timeline?before=2030")
    assert stranger.status_code == 404
