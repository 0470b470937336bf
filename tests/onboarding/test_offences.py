"""Papers that tell of offences are shown to the role of their own, by every route, on record."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.onboarding.commands import DocumentUnderstood
from services.onboarding.domain import Document, Understanding
from services.onboarding.domain.ledger import Evidence, Ledger
from services.onboarding.domain.said import Answer, Field, Finding
from services.onboarding.domain.telling import CRIMINAL_RECORDS
from shared.access import AccessEntry
from shared.domain import Caller
from shared.events.onboarding import ClaimContradicted
from shared.events.words import Cause, CauseKind
from shared.http import build_http, routes_of
from shared.sealing import names_in, seal

from .conftest import Onboarding
from .papers import BUYER
from .test_api import Counter, sample

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
KEY = ("criminal", "person-offences-doc-1")
REMARK = Field(name="rigspolitiet", value="its director was convicted", label="Rigspolitiet")
DAY = date(2026, 11, 30)
READER = Caller(subject="mette", roles=("officer", "offence_reader"), buyers=(BUYER,))


def paper(kind: str = "espd", **said: Any) -> Document:
    understood = Understanding(kind=kind, reader="a test", **said)
    known: dict[str, Any] = {"id": "doc-1", "kind": kind, "understood": understood}
    return Document.model_construct(**known)


def answered(ground: str, value: bool | None) -> tuple[Answer, ...]:
    return (Answer(criterion="c", code="", part="exclusion", ground=ground, value=value),)


def found(ground: str, remark: bool) -> tuple[Finding, ...]:
    return (Finding(ground=ground, found="see page 2", remark=remark),)


@pytest.mark.parametrize(
    ("one", "tells"),
    [
        (paper(answers=answered("EX-A3", True)), True),
        (paper(answers=answered("EX-A3", False)), False),
        (paper(answers=answered("EX-A3", None)), False),
        (paper(answers=answered("EX-B1", True)), False),
        (paper("serviceattest", findings=found("EX-A1", True)), True),
        (paper("serviceattest", findings=found("EX-A1", False)), False),
        *((paper(kind), True) for kind in CRIMINAL_RECORDS),
        (paper("iso-9001"), False),
    ],
)
def test_a_paper_tells_of_offences_where_it_reports_one(one: Document, tells: bool) -> None:
    assert bool(one.offences_of) is tells


def test_what_an_authority_remarks_is_sealed_with_a_key_of_the_paper() -> None:
    told = paper("serviceattest", findings=found("EX-A3", True), fields=(REMARK,))
    assert names_in(told) == {KEY}
    lies = str(seal(told, {KEY: bytes(32)}))
    assert "convicted" not in lies
    assert "see page 2" not in lies
    clean = paper("serviceattest", findings=found("EX-A3", False), fields=(REMARK,))
    assert names_in(clean) == set()
    assert "convicted" in str(seal(clean, {}))


def test_what_is_understood_of_it_is_sealed_on_its_way_and_in_the_ledger() -> None:
    said = paper("serviceattest", findings=found("EX-A3", True), fields=(REMARK,)).understood
    assert said is not None
    assert names_in(DocumentUnderstood(document_id="doc-1", attempt=1, understood=said)) == {KEY}
    evidence = [
        Evidence(ground=g, ground_exists=True, found="so it is", document_id="doc-1", as_of=DAY)
        for g in ("EX-A3", "EX-B1")
    ]
    ledger = Ledger(id="l", party_id="dk-cvr-1", buyer_id=BUYER, evidence=tuple(evidence))
    assert names_in(ledger) == {KEY}
    kept = seal(ledger, {KEY: bytes(32)})["evidence"]
    assert [one["found"] == "so it is" for one in kept] == [False, True]


@pytest.mark.parametrize(
    ("party", "whose"),
    [("dk-cvr-1", "person-offences-claim-1"), ("person-1f3c0a", "person-1f3c0a")],
)
def test_a_claim_that_a_remark_contradicts_is_announced_with_its_words_sealed(
    party: str, whose: str
) -> None:
    about = {"claim_id": "claim-1", "party_id": party, "buyer_id": BUYER, "document_id": "doc-1"}
    fact = ClaimContradicted(**about, ground="EX-A3", found="convicted of fraud")
    assert names_in(fact) == {("criminal", whose)}
    assert "convicted" not in str(seal(fact, {("criminal", whose): bytes(32)}))
    assert names_in(ClaimContradicted(**about, ground="EX-B1", found="owes tax")) == set()
    cause = Cause(kind=CauseKind.CLAIM, ref="claim-1", rule="EX-A3", detail=fact.found)
    assert names_in(cause) == {("criminal", "person-offences-claim-1")}


async def test_every_route_of_a_document_keeps_it_apart_and_records_who_read_it(
    world: Onboarding, tmp_path: Path
) -> None:
    counter = Counter(world, tmp_path)
    async with counter.client(OFFICER) as client:
        brought = await client.post(
            "/documents", files=sample("pdf/iso-9001-fyns.pdf"), data={"buyer_id": BUYER}
        )
        id = brought.json()["result"]["document_id"]
        routes = [
            route.path.format(document_id=id, page=1)
            for route in routes_of(build_http(counter))
            if route.method == "GET" and route.path.startswith("/documents/{document_id}")
        ]
        assert len(routes) >= 4, routes
        assert {(await client.get(at)).status_code for at in routes} == {200}
        document = world.state(Document, id)
        document.kind = CRIMINAL_RECORDS[0]
        for at in routes:
            refused = await client.get(at)
            assert refused.status_code == 403, at
            assert "offence_reader" in refused.json()["detail"]
    async with counter.client(READER) as client:
        for at in routes:
            assert (await client.get(at)).status_code == 200, at
    entries = [one for one in world.store.documents.values() if isinstance(one, AccessEntry)]
    told = {one.route for one in entries if "criminal" in one.key_classes}
    assert len(told) == len(routes), told
