"""The register of involvement has a page: seen by those who decide, and declared by everybody."""

from pathlib import Path

import pytest

from services.console.handlers import router
from shared.domain import Caller
from shared.events.breaches import BreachFlagged, Track
from shared.events.onboarding import PartyRegistered
from shared.events.words import Cause, CauseKind, Status
from shared.testing import World
from tests.console.cast import BUYER, HANSEN, NORDLYS, OFFICER, OTHER_BUYER
from tests.console.desk import HEARS, Console
from tests.console.facts import contract, declared

MANAGER = Caller(subject="karin", name="Karin Ek", roles=("contract_manager",), buyers=(BUYER,))
ADMIN = Caller(subject="arne", name="Arne Admin", roles=("admin",), buyers=(BUYER,))
LINE = {
    "person": "mette.lund",
    "party_id": NORDLYS.party_id,
    "reason": "her brother works there",
    "declared": "2026-11-02T07:00:00Z",
    "by": "mette.lund",
    "ended": None,
}
PEOPLE = [
    {"subject": "mette.lund", "name": "Mette Lund", "buyers": [BUYER], "roles": ["officer"]},
    {"subject": "eva.holt", "name": "Eva Holt", "buyers": [OTHER_BUYER], "roles": ["officer"]},
]
PAGE = f"/interests?buyer={BUYER}"


@pytest.fixture
def world() -> World:
    return World(router, adapters=HEARS)


@pytest.fixture
async def console(world: World, tmp_path: Path) -> Console:
    for party in (NORDLYS, HANSEN):
        await world.tell(PartyRegistered(party=party, heard_from="a contract"))
    await world.tell(contract(), declared(HANSEN, 12, "windows"))
    console = Console(world, tmp_path)
    console.services.says["/api/breaches/interests"] = [LINE]
    console.services.says["/api/notifications/directory"] = {"people": PEOPLE}
    return console


async def test_the_register_is_read_by_those_who_decide(console: Console) -> None:
    text = await console.visitor(OFFICER).text(PAGE)
    assert "Nordlys Rengøring A/S" in text
    assert "her brother works there" in text
    assert "It is over" not in text, "only an administrator says so"
    text = await console.visitor(MANAGER).text(PAGE)
    assert "her brother works there" not in text
    assert "Declare an interest" in text


async def test_one_s_own_interest_is_declared_with_a_name_or_a_number(console: Console) -> None:
    for typed in (NORDLYS.party_id, "Nordlys Rengøring", "92431185"):
        visitor = console.visitor(MANAGER)
        answer = await visitor.post("/interests", buyer=BUYER, party=typed, reason="I own shares")
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == f"{PAGE}&said=interests.declared"
        path, body, _ = console.services.sent[-1]
        assert path == "/api/breaches/interests"
        assert body == {
            "person": "",
            "party_id": NORDLYS.party_id,
            "buyer_id": BUYER,
            "reason": "I own shares",
        }


async def test_a_name_that_nobody_has_is_asked_for_again(console: Console) -> None:
    form = {"buyer": BUYER, "party": "Zyx Qwerty", "reason": "I own shares"}
    answer = await console.visitor(MANAGER).post("/interests", **form)
    assert answer.status_code == 422
    assert "Nobody is known by that name" in answer.text
    assert "I own shares" in answer.text
    assert console.services.sent == []


async def test_an_administrator_enters_others_by_name_and_ends_what_is_over(
    console: Console,
) -> None:
    visitor = console.visitor(ADMIN)
    text = await visitor.text(PAGE)
    assert "Mette Lund" in text
    assert "Eva Holt" not in text, "she works for another buyer"
    form = {"buyer": BUYER, "party": HANSEN.party_id, "reason": "she sat in its board"}
    await visitor.post("/interests", person="mette.lund", **form)
    assert console.services.sent[-1][1]["person"] == "mette.lund"
    form = {"buyer": BUYER, "party": NORDLYS.party_id, "reason": "he left"}
    await visitor.post("/interests", act="end", person="mette.lund", **form)
    assert console.services.sent[-1][0] == "/api/breaches/interests/end"


async def test_another_buyer_s_register_is_not_there(console: Console) -> None:
    visitor = console.visitor(OFFICER)
    assert (await visitor.get(f"/interests?buyer={OTHER_BUYER}")).status_code == 404
    form = {"buyer": OTHER_BUYER, "party": NORDLYS.party_id, "reason": "mine"}
    assert (await visitor.post("/interests", **form)).status_code == 404


async def test_a_refusal_is_shown_and_nothing_typed_is_lost(console: Console) -> None:
    console.services.refusal = (422, {"detail": "say it in a few words at least", "errors": []})
    form = {"buyer": BUYER, "party": NORDLYS.party_id, "reason": "share"}
    answer = await console.visitor(OFFICER).post("/interests", **form)
    assert answer.status_code == 422
    assert 'name="reason"' in answer.text
    assert ">share</textarea>" in answer.text


@pytest.mark.parametrize(
    ("language", "title"),
    [("da", "Register over interesser"), ("sv", "Register över intressen")],
)
async def test_the_page_speaks_the_reader_s_language(
    console: Console, language: str, title: str
) -> None:
    visitor = console.visitor(ADMIN)
    visitor.http.headers["Accept-Language"] = language
    assert title in await visitor.text(PAGE)


async def test_a_case_before_the_award_names_its_procedure_by_the_buyer_s_number(
    console: Console, world: World
) -> None:
    """A procedure has no page here, and its id is no number that anybody knows."""
    await world.tell(
        BreachFlagged(
            case_id="case-7",
            contract_id=f"procedure--{BUYER}--rn-2026-077",
            buyer_id=BUYER,
            party_id=HANSEN.party_id,
            supplier_id=HANSEN.party_id,
            track=Track.ENQUIRY,
            rule="EX-B1",
            status=Status.REVIEW,
            cause=Cause(kind=CauseKind.CLAIM, ref="claim-1", rule="EX-B1"),
            exposure_ids=(),
            phase="procedure",
            mandatory=True,
            basis=(),
            rulebook_version="2026-05",
        )
    )
    visitor = console.visitor(OFFICER)
    for page in ("/cases", "/cases/case-7"):
        html = (await visitor.get(page)).text
        assert "RN-2026-077" in html
        assert "/contracts/procedure" not in html
