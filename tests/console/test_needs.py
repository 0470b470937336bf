"""Every need of onboarding leads from Today to the page on which it is settled."""

from datetime import timedelta

import pytest

from services.console.readmodels.todos import todo_id
from shared.events.base import Event
from shared.events.onboarding import ClaimOverdue, DocumentOverdue, PartyRegistered
from shared.testing import T0, World
from tests.console.cast import BUYER, CONTRACT, NORDLYS, OFFICER
from tests.console.desk import Console
from tests.console.facts import need
from tests.console.papers import DOC, WAITING
from tests.console.test_suppliers import ALIKE, LOOKS_ALIKE, NORDLYS_AGAIN, STALLED

ABOUT = {"party_id": NORDLYS.party_id, "buyer_id": BUYER}
SUPPLIER = f"/suppliers/{NORDLYS.party_id}"
LATE = DocumentOverdue(
    request_id="request-espd",
    **ABOUT,
    contract_id=CONTRACT,
    kind="espd",
    need=need("chase-document/request-espd", "chase-document", 40),
)
UNSHOWN = ClaimOverdue(
    claim_id="claim-EX-B1",
    **ABOUT,
    ground="EX-B1",
    due=T0 - timedelta(days=1),
    need=need("settle-claims/1", "settle-claims", 40, about=NORDLYS.party_id),
)
NEEDS: list[tuple[Event, str, str]] = [
    (WAITING[2], f"/documents/{DOC}", 'data-key="v"'),
    (LATE, f"{SUPPLIER}#requests", 'id="requests"'),
    (UNSHOWN, f"{SUPPLIER}#claims", 'id="claims"'),
    (STALLED, f"{SUPPLIER}#qualifications", "/acts/condition"),
    (LOOKS_ALIKE, f"/likenesses/{ALIKE}", f"/likenesses/{ALIKE}/merge"),
]


@pytest.mark.parametrize(("fact", "page", "offers"), NEEDS, ids=lambda one: type(one).__name__)
async def test_a_need_leads_to_where_it_is_settled(
    console: Console, world: World, fact: Event, page: str, offers: str
) -> None:
    assert fact.need is not None
    await world.tell(PartyRegistered(party=NORDLYS_AGAIN), *WAITING[:2], fact)
    visitor = console.visitor(OFFICER)
    assert f'href="{page}"' in (await visitor.get("/")).text
    answer = await visitor.get(f"/needs/{todo_id(fact.need.id)}")
    assert answer.headers["location"] == page
    assert offers in (await visitor.get(page)).text
