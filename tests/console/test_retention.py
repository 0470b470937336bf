"""What is soon erased is on a page, where it can be held back and decided."""

from typing import Any

from services.console.readmodels.todos import todo_id
from shared.domain import Caller
from shared.events.audits import ComplaintErasureAnnounced, ComplaintHeld
from shared.events.base import Event, Need
from shared.events.breaches import InsightErasureAnnounced
from shared.events.onboarding import ErasureAnnounced
from shared.testing import T0, World
from tests.console.cast import BUYER, CONTRACT, OFFICER
from tests.console.desk import Console

RECEIVER = Caller(subject="inger", name="Inger", roles=("tip_receiver",), buyers=(BUYER,))
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


def soon(fact: type[Event], role: str, **whose: str) -> Event:
    id = next(iter(whose.values()))
    need = Need(id=f"review-keeping/{id}", kind="review-keeping", role=role, buyer_id=BUYER, due=T0)
    said = {"buyer_id": BUYER, "rule": "DK-TIP", "erase_on": T0.date(), "needs_decision": False}
    return fact.model_validate({**said, **whose, "need": need})


async def test_requests_and_complaints_that_are_soon_erased_are_listed_for_who_decides(
    console: Console, world: World
) -> None:
    console.services.says[AT] = {"items": []}
    await world.tell(
        soon(InsightErasureAnnounced, "officer", insight_id="insight-1"),
        soon(ComplaintErasureAnnounced, "tip_receiver", complaint_id="tip-1"),
    )
    officer, receiver = console.visitor(OFFICER), console.visitor(RECEIVER)
    listed = await officer.text("/retention")
    assert "Who asked for access to documents" in listed
    assert "The source of a complaint" not in listed
    page = await receiver.get("/retention")
    assert 'href="/complaints/tip-1"' in page.text
    assert "/insight/insight-1" not in page.text
    held = {"complaint_id": "tip-1", "buyer_id": BUYER, "by": "inger", "reason": "in court"}
    await world.tell(ComplaintHeld(**held, settles=("review-keeping/tip-1",)))
    assert "Nothing is soon erased." in await receiver.text("/retention")
    answer = await officer.get(f"/needs/{todo_id('review-keeping/insight-1')}")
    assert answer.headers["location"] == "/insight/insight-1"


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
