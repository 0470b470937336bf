"""What is soon erased is on a page, where it can be held back and decided."""

from typing import Any

from services.console.readmodels.todos import todo_id
from shared.events.base import Need
from shared.events.onboarding import ErasureAnnounced
from shared.testing import T0, World
from tests.console.cast import BUYER, CONTRACT, OFFICER
from tests.console.desk import Console

AT = "/api/onboarding/retention"
LINE: dict[str, Any] = {
    "contract_id": CONTRACT, "buyer_id": BUYER, "state": "announced", "rule": "SE-CONTRACT",
    "erase_on": "2033-11-23", "needs_decision": True, "decision": "", "held": "",
    "persons": 3, "documents": 2,
}  # fmt: skip
ANNOUNCED = ErasureAnnounced(
    contract_id=CONTRACT, buyer_id=BUYER, erase_on=T0.date(), persons=3, documents=2,
    needs_decision=True,
    need=Need(id="review-erasure/x", kind="review-erasure", role="officer", buyer_id=BUYER, due=T0),
)  # fmt: skip


async def test_the_need_leads_to_the_page_and_its_forms_say_what_onboarding_wants(
    console: Console, world: World
) -> None:
    console.services.says[AT] = {"items": [LINE]}
    await world.tell(ANNOUNCED)
    visitor = console.visitor(OFFICER)
    answer = await visitor.get(f"/needs/{todo_id('review-erasure/x')}")
    assert answer.headers["location"] == "/retention"
    assert "3 persons, 2 documents" in await visitor.text("/retention")
    await visitor.post(f"/retention/{CONTRACT}/hold", reason="in court")
    decided = {"reason": "it was decided", "reference": "RS 2033-17"}
    await visitor.post(f"/retention/{CONTRACT}/decision", **decided)
    sent = [(path, body) for path, body, _ in console.services.sent if path.startswith(AT)]
    assert sent == [
        (f"{AT}/{CONTRACT}/hold", {"reason": "in court"}),
        (f"{AT}/{CONTRACT}/decision", decided),
    ]
