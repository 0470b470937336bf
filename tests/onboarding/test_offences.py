"""Papers that tell of offences are shown to the role of their own, by every route, on record."""

from pathlib import Path
from typing import Any

import pytest

from services.onboarding.domain import Document, Understanding
from services.onboarding.domain.said import Answer, Finding
from services.onboarding.offences import CRIMINAL_RECORDS, tells_of_offences
from shared.access import AccessEntry
from shared.domain import Caller
from shared.http import build_http, routes_of

from .conftest import Onboarding
from .papers import BUYER
from .test_api import Counter, sample

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
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
    assert tells_of_offences(one) is tells


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
