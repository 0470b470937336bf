"""Operations: an administrator sees what is stuck, and lets it be handled again or puts it away."""

from shared.administration.dead import DeadLetter
from shared.administration.lag import Lag
from shared.administration.line import Parcel
from shared.domain import Caller
from shared.testing import T0
from tests.console.cast import BUYER, OFFICER
from tests.console.desk import Console

ADMIN = Caller(subject="ulla.dahl", name="Ulla Dahl", roles=("admin",), buyers=(BUYER,))
FIGURES = b"""# TYPE ansvar_relay_age_seconds gauge
ansvar_relay_age_seconds{service="screening"} 42.5
ansvar_relay_age_seconds{service="contracts"} 7.0
# TYPE ansvar_deadlines_overdue gauge
ansvar_deadlines_overdue{service="screening"} 3.0
"""
LETTER = DeadLetter(
    service="contracts",
    id="screening/hit-1/7",
    kind="rejected",
    reason="there is no contract =1",
    at=T0.isoformat(),
    topic="screening.v1",
    message=Parcel(None, (("ce_type", b"ansvar.screening.HitConfirmed.v1"),), b"{}"),
)
PATH = "/operations/dead/contracts/screening%2Fhit-1%2F7"


async def test_an_administrator_sees_lag_relay_deadlines_and_dead_letters(console: Console) -> None:
    console.broker.there = [LETTER]
    console.broker.behind = [Lag("screening", "onboarding.v1", 1_234)]
    console.services.says["/api/screening/readyz"] = {
        "ready": False,
        "checks": [{"name": "database", "ok": False, "detail": "it does not answer"}],
    }
    console.services.says["/api/screening/metrics"] = FIGURES
    text = await console.visitor(ADMIN).text("/operations")
    assert "screening not ready database: it does not answer 1,234 42.5 s ? ? ? 3" in text
    assert "contracts not ready does not answer" in text
    assert "HitConfirmed" in text
    assert "there is no contract =1" in text
    assert "refused by the rules" in text


async def test_nobody_else_may_look_or_act(console: Console) -> None:
    assert (await console.visitor(OFFICER).get("/operations")).status_code == 403
    assert (await console.visitor(OFFICER).post(f"{PATH}/replay")).status_code == 403
    assert console.broker.done == []
    assert "/operations" not in (await console.visitor(OFFICER).get("/")).text
    assert 'href="/operations"' in (await console.visitor(ADMIN).get("/")).text


async def test_a_message_is_handled_again_or_put_away_with_a_reason(console: Console) -> None:
    console.broker.there = [LETTER]
    visitor = console.visitor(ADMIN)
    asked = await visitor.post(f"{PATH}/replay")  # and loading the page again asks no more
    assert (asked.status_code, asked.headers["location"]) == (303, "/operations?done=replay_sent")
    assert "asked to handle" in await visitor.text(asked.headers["location"])
    refused = await visitor.post(f"{PATH}/dismiss")
    assert refused.status_code == 409
    assert "say why" in refused.text
    put_away = await visitor.post(f"{PATH}/dismiss", reason="A test.")
    assert "is dismissed" in await visitor.text(put_away.headers["location"])
    assert console.broker.done == [
        ("replay", LETTER.id),
        ("dismiss", LETTER.id, "A test.", "ulla.dahl"),
    ]


async def test_a_message_that_somebody_settled_meanwhile_is_left_alone(console: Console) -> None:
    answer = await console.visitor(ADMIN).post(f"{PATH}/replay")
    assert answer.status_code == 409
    assert "in the meantime" in answer.text
    assert console.broker.done == []


async def test_where_the_broker_is_away_the_page_still_stands(console: Console) -> None:
    console.broker.away = "the broker at x is not there"
    assert "The broker cannot be asked" in await console.visitor(ADMIN).text("/operations")


async def test_dead_letters_come_as_a_sheet(console: Console) -> None:
    console.broker.there = [LETTER]
    sheet = (await console.visitor(ADMIN).get("/operations?as=csv")).text
    assert "screening/hit-1/7" in sheet
