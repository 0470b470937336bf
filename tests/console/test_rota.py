"""Who is on duty outside office hours is seen by everybody and changed by the right role."""

from pathlib import Path

import pytest

from services.console.handlers import router
from shared.testing import World
from tests.console.cast import ANDERS, BUYER, OFFICER, OTHER_BUYER
from tests.console.desk import HEARS, Console

PEOPLE = [
    {"subject": "mette.lund", "name": "Mette Lund", "buyers": [BUYER]},
    {"subject": "eva.holt", "name": "Eva Holt", "buyers": [OTHER_BUYER]},
]
DUTY = {
    "subject": "mette.lund",
    "starts": "2026-11-23T07:00:00Z",
    "ends": "2026-11-24T07:00:00Z",
}


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(World(router, adapters=HEARS), tmp_path)
    console.services.says["/api/notifications/directory"] = {"people": PEOPLE}
    console.services.says["/api/notifications/rota"] = {"duties": [DUTY]}
    return console


async def test_everybody_sees_who_is_on_duty_and_only_some_change_it(console: Console) -> None:
    text = await console.visitor(OFFICER).text("/rota")
    assert "Mette Lund" in text
    assert "On duty now" in text
    assert "Add a turn" not in text
    text = await console.visitor(ANDERS).text("/rota")
    assert "Add a turn" in text
    assert "Eva Holt" not in text
    assert (await console.visitor(OFFICER).post("/rota", buyer=BUYER)).status_code == 403


async def test_a_turn_is_added_at_the_time_of_the_buyer(console: Console) -> None:
    form = {"buyer": BUYER, "subject": "mette.lund"}
    moments = {"starts": "2026-12-24T16:00", "ends": "2026-12-25T08:00"}
    answer = await console.visitor(ANDERS).post("/rota", **form, **moments)
    assert answer.status_code == 303
    (path, body, _) = console.services.sent[-1]
    assert path == "/api/notifications/rota/duties"
    assert body["duty"]["starts"] == "2026-12-24T16:00:00+01:00"


async def test_a_turn_is_taken_out(console: Console) -> None:
    await console.visitor(ANDERS).post("/rota", act="remove", buyer=BUYER, **DUTY)
    (path, body, _) = console.services.sent[-1]
    assert path == "/api/notifications/rota/duties/remove"
    assert body["duty"]["ends"] == "2026-11-24T07:00:00+00:00"


async def test_a_refusal_stands_at_its_field_and_another_buyer_is_not_there(
    console: Console,
) -> None:
    errors = [{"field": "duties.1.ends", "reason": "a turn ends after it starts"}]
    console.services.refusal = (422, {"detail": "a turn ends after it starts", "errors": errors})
    visitor = console.visitor(ANDERS)
    answer = await visitor.post("/rota", buyer=BUYER, starts="2026-12-24T16:00")
    assert answer.status_code == 422
    assert "a turn ends after it starts" in answer.text
    assert (await visitor.get(f"/rota?buyer={OTHER_BUYER}")).status_code == 404


async def test_where_the_rota_cannot_be_asked_the_page_says_so(tmp_path: Path) -> None:
    text = await Console(World(router, adapters=HEARS), tmp_path).visitor(OFFICER).text("/rota")
    assert "cannot be asked for right now" in text
