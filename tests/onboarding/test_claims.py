"""Claims over time: overdue, waived by a person, reopened; documents asked for by themselves."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.onboarding.api import api
from services.onboarding.commands import VerifyDocument
from services.onboarding.domain import ClaimState, Ledger, Qualification, claim_id, ledger_id
from services.onboarding.domain.ledger import Evidence
from services.onboarding.domain.qualification import qualification_id
from shared.domain import Caller
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimOverdue,
    ClaimReopened,
    ClaimSupported,
    ClaimWaived,
    DocumentReinstated,
    DocumentReplaced,
    DocumentRequested,
    DocumentRequestWithdrawn,
    DocumentSuspended,
    DocumentVerified,
    DocumentWithdrawn,
    PartyQualified,
    QualificationLost,
)
from shared.events.screening import ChangeOfControlAnswered, ChangeOfControlNoted
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BALTIC, BUYER, CONTRACT, HANSEN, NORDLYS, declared, screened, signed

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
SUPPLIER = qualification_id(CONTRACT, NORDLYS.party_id, "supplier")


class Counter(Standing):
    def __init__(self, world: Onboarding, folder: Path) -> None:
        super().__init__(world, api, folder, adapters={"files": world.files})


@pytest.fixture
def counter(world: Onboarding, tmp_path: Path) -> Counter:
    return Counter(world, tmp_path)


async def test_a_claim_that_nothing_shows_in_time_is_overdue_and_one_person_is_asked(
    world: Onboarding,
) -> None:
    await world.tell(signed())
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.advance(timedelta(days=40))
    late = [e for e in world.announced if isinstance(e, ClaimOverdue)]
    assert "EX-B1" in {e.ground for e in late}
    assert "EX-G" not in {e.ground for e in late}, "no certificate speaks of it"
    assert len({e.need.id for e in late if e.need}) == 1
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    settled = [need for e in world.announced for need in e.settles]
    supported = [e for e in world.announced if isinstance(e, ClaimSupported)]
    assert {e.ground for e in supported} >= {"EX-B1"}
    left = [
        c.ground
        for c in world.state(Ledger, ledger_id(BUYER, NORDLYS.party_id)).claims
        if c.state is ClaimState.OVERDUE
    ]
    assert (late[0].need is not None and late[0].need.id in settled) is (not left)


async def test_a_person_waives_a_contradiction_and_later_evidence_raises_it_again(
    world: Onboarding, counter: Counter
) -> None:
    await world.tell(signed(), declared(HANSEN), screened(HANSEN))
    await world.drop_sample("espd/hansen-holm-espd-4.1.0.xml")
    await world.drop_sample("pdf/serviceattest-hansen-holm.pdf")
    url = f"/claims/{claim_id(BUYER, HANSEN.party_id, 'EX-B1')}"
    async with counter.client(OFFICER) as client:
        short = await client.post(f"{url}/waive", json={"reason": "x"})
        assert short.status_code == 422
        done = await client.post(f"{url}/waive", json={"reason": "a binding arrangement exists"})
        assert done.json()["result"]["state"] == "waived"
        assert (await client.get(url)).json()["waiver"]["by"] == "mette"
        assert PartyQualified in world.told
        again = await client.post(f"{url}/waive", json={"reason": "once more"})
        assert again.status_code == 409
        back = await client.post(f"{url}/reopen", json={"reason": "it was not kept"})
        assert back.json()["result"]["state"] == "contradicted"
    waived = next(e for e in world.announced if isinstance(e, ClaimWaived))
    assert (waived.by, waived.before) == ("mette", "contradicted")
    assert ClaimReopened in world.told
    assert world.told[-1] is QualificationLost


def test_what_is_waived_is_weighed_again_when_new_evidence_comes() -> None:
    held = Ledger(id="ledger-1", party_id="dk-cvr-1", buyer_id="region")
    held.claim("EX-B1", False, "espd", None)
    held.waive(held.claims[0].id, "mette", "known to us")
    shown = Evidence(
        ground="EX-B1", ground_exists=True, found="debt", document_id="d", as_of=date(2026, 11, 1)
    )
    held.show(shown)
    assert held.claims[0].state is ClaimState.CONTRADICTED
    assert ClaimContradicted in [type(e) for e in held.take_announced()]


async def qualified(world: Onboarding) -> str:
    await world.tell(signed(), screened(NORDLYS))
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    return (await world.drop_sample("pdf/iso-9001-nordlys.pdf")).id


async def test_a_suspended_certificate_counts_again_when_it_is_reinstated_and_never_once_withdrawn(
    world: Onboarding, counter: Counter
) -> None:
    url = f"/documents/{await qualified(world)}/standing"
    async with counter.client(OFFICER) as client:
        early = {"standing": "reinstated", "reason": "their letter"}
        assert (await client.post(url, json=early)).status_code == 409
        told = {"standing": "suspended", "reason": "the body's letter of today"}
        assert (await client.post(url, json=told)).status_code == 200
        assert world.told[-1] is QualificationLost
        assert world.state(Qualification, SUPPLIER).reasons == (
            "iso-9001: suspended since 2026-11-23",
        )
        await client.post(url, json=told | {"standing": "reinstated"})
        assert world.told.count(PartyQualified) == 2
        await client.post(url, json=told | {"standing": "withdrawn"})
        assert (await client.post(url, json=told)).status_code == 409
        future = told | {"since": "2030-01-01"}
        assert (await client.post(url, json=future)).status_code == 422
    for kind in (DocumentSuspended, DocumentReinstated, DocumentWithdrawn):
        assert world.told.count(kind) == 1


async def test_a_newer_serviceattest_takes_the_place_of_the_older_one(world: Onboarding) -> None:
    await qualified(world)
    await world.advance(timedelta(days=150))
    letter = await world.drop(b"a newer one", "attest.txt")
    await world.tell(
        VerifyDocument(
            document_id=letter.id,
            reason="seen",
            kind="serviceattest",
            party_id=NORDLYS.party_id,
            issued=date(2027, 4, 20),
        )
    )
    assert DocumentReplaced in world.told
    one = world.state(Qualification, SUPPLIER)
    assert [r.document_id for r in one.requests if r.kind == "serviceattest"] == [letter.id]
    await world.advance(timedelta(days=60))
    assert QualificationLost not in world.told


NOTED = ChangeOfControlNoted(
    notice_id="notice-1",
    party_id=BALTIC.party_id,
    buyer_id=BUYER,
    source="officer",
    happened=date(2026, 11, 20),
    what="a new owner",
    by="mette",
)


async def test_a_noted_change_of_control_asks_for_owners_without_touching_qualification(
    world: Onboarding,
) -> None:
    await world.tell(signed(), declared(BALTIC), NOTED, NOTED)
    asked = [e for e in world.announced if isinstance(e, DocumentRequested) and not e.counts]
    assert [(e.kind, e.contract_id) for e in asked] == [("ownership", CONTRACT)]
    answered = ChangeOfControlAnswered(
        notice_id="notice-1", party_id=BALTIC.party_id, buyer_id=BUYER
    )
    await world.tell(answered)
    assert world.told[-1] is DocumentRequestWithdrawn
    assert not [id for id in world.deadlines if "ask-" in id]


async def test_a_document_asked_for_by_itself_is_answered_by_one_that_comes(
    world: Onboarding, counter: Counter
) -> None:
    await world.tell(signed())
    url = f"/parties/{NORDLYS.party_id}/requests"
    body = {"buyer_id": BUYER, "kind": "serviceattest", "purpose": "a rumour of debt"}
    async with counter.client(OFFICER) as client:
        wrong = await client.post(url, json=body | {"kind": "poem"})
        assert wrong.status_code == 422
        assert (await client.post(url, json=body | {"working_days": 2})).status_code == 200
        await world.advance(timedelta(days=5))
        (ask,) = (await client.get(url, params={"buyer_id": BUYER})).json()
        assert (ask["state"], ask["overdue"]) == ("open", True)
        await world.drop_sample("pdf/serviceattest-nordlys.pdf")
        (ask,) = (await client.get(url, params={"buyer_id": BUYER})).json()
        assert ask["state"] == "answered"
    verified = [e for e in world.announced if isinstance(e, DocumentVerified)]
    assert f"chase-document/{ask['id']}" in verified[-1].settles
