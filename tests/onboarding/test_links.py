"""Documents over HTTP: as a form, in base64, and through links that are counted and closed."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.onboarding.domain import Document, State
from services.onboarding.gate import Gates
from shared.events.audits import EvidenceRequested
from shared.events.onboarding import (
    DocumentKept,
    FilesQuestioned,
    UploadLinkClosed,
    UploadLinkOpened,
)
from shared.gate import Gate
from shared.problems import Problematic
from shared.testing import AUDITOR

from .conftest import Onboarding
from .mails import archive, locked_archive
from .papers import BUYER, CONTRACT, NORDLYS, signed
from .test_api import Counter, link_of, sample

SAMPLES = Path(__file__).parents[2] / "samples"
ISO = (SAMPLES / "pdf/iso-9001-nordlys.pdf").read_bytes()
TOMORROW = datetime.now(UTC) + timedelta(days=1)


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def counter(world: Onboarding, tmp_path: Path) -> Counter:
    await world.tell(signed())
    return Counter(world, tmp_path)


def encoded(data: bytes = ISO, **more: str) -> dict[str, str]:
    return {"name": "iso.pdf", "content": b64encode(data).decode(), "buyer_id": BUYER} | more


async def test_a_document_in_base64_is_the_same_as_in_a_form(counter: Counter) -> None:
    async with counter.client() as client:
        first = await client.post("/documents", json=encoded(contract_id=CONTRACT))
        assert first.json()["result"]["new"] is True, first.text
        files = {"file": ("other name.pdf", ISO)}
        again = await client.post("/documents", data={"buyer_id": BUYER}, files=files)
        assert again.json()["result"] == {
            "document_id": first.json()["result"]["document_id"],
            "state": "verified",
            "new": False,
        }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a", "content": "no base64!", "buyer_id": BUYER}, "content"),
        ({"name": "a", "buyer_id": BUYER}, "content"),
        ({"name": "", "content": "", "buyer_id": BUYER}, "name"),
        ({"name": "a", "content": ""}, "buyer_id"),
        (encoded(colour="red"), "colour"),
        (encoded(kept_for="anything"), "kept_for"),
    ],
)
async def test_what_is_wrong_with_a_body_is_said_by_field(
    counter: Counter, body: dict[str, str], field: str
) -> None:
    async with counter.client() as client:
        answer = await client.post("/documents", json=body)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [field]
        assert not counter.files.kept


async def test_other_bodies_are_refused(counter: Counter) -> None:
    async with counter.client() as client:
        plain = await client.post("/documents", content=ISO)
        assert plain.status_code == 415
        no_file = await client.post("/documents", data={"buyer_id": BUYER}, files={"x": b"1"})
        assert no_file.status_code == 422
        broken = await client.post(
            "/documents", content=b"{", headers={"Content-Type": "application/json"}
        )
        assert broken.status_code == 400


async def test_a_file_of_another_service_is_kept_and_found_by_what_it_belongs_to(
    counter: Counter,
) -> None:
    async with counter.client() as client:
        done = await client.post("/documents", json=encoded(kept_for="case/c-3"))
        assert done.json()["result"]["state"] == "kept"
        asked = {"buyer_id": BUYER, "kept_for": "case/c-3"}
        (found,) = (await client.get("/documents", params=asked)).json()["items"]
        content = await client.get(f"/documents/{found['id']}/content")
        assert content.content == ISO


async def test_an_archive_through_http_shows_its_parts(counter: Counter) -> None:
    async with counter.client() as client:
        done = await client.post("/documents", json=encoded(archive({"iso.pdf": ISO})))
        id = done.json()["result"]["document_id"]
        shown = (await client.get(f"/documents/{id}")).json()
        assert (shown["state"], shown["media_type"]) == ("opened", "application/zip")
        asked = {"buyer_id": BUYER, "part_of": id}
        (part,) = (await client.get("/documents", params=asked)).json()["items"]
        assert [part["id"]] == shown["parts"]
        assert part["state"] == "verified"


async def test_behind_a_link_stands_what_is_asked_and_what_came(counter: Counter) -> None:
    token = counter.links.token(link_of(counter.world), "documents/c", TOMORROW)
    async with counter.client(None) as client:
        await client.post(f"/links/{token}/documents", files=sample("pdf/iso-9001-nordlys.pdf"))
        locked = {"file": ("all.zip", locked_archive({"a": ISO}))}
        await client.post(f"/links/{token}/documents", files=locked)
        behind = (await client.get(f"/links/{token}")).json()
    assert {one["kind"]: one["there"] for one in behind["wanted"]} == {
        "espd": False,
        "serviceattest": False,
        "iso-9001": True,
    }
    assert [(one["state"], one["reason"]) for one in behind["brought"]] == [
        ("verified", ""),
        ("needs review", "locked"),
    ]
    assert behind["left"] == 48
    await counter.world.advance(timedelta(hours=1))
    (told,) = [e for e in counter.world.announced if isinstance(e, FilesQuestioned)]
    assert told.party_id == NORDLYS.party_id
    assert [one.reason for one in told.problems] == ["locked"]


async def test_an_officer_opens_a_link_and_closes_it(counter: Counter) -> None:
    wanted = {"buyer_id": BUYER, "party_id": NORDLYS.party_id, "contract_id": CONTRACT}
    why = {"reason": "the letter was lost", "days": 7}
    async with counter.client() as client:
        opened = (await client.post("/upload-links", json=wanted | why)).json()
        assert opened["url"].endswith(f"/l/{opened['token']}")
        token, link_id = opened["token"], opened["link_id"]
        through = await client.post(f"/links/{token}/documents", json=encoded_for_link())
        assert through.json()["result"]["new"] is True, through.text
        asked = {"buyer_id": BUYER, "party_id": NORDLYS.party_id}
        links = (await client.get("/upload-links", params=asked)).json()
        assert [one["files"] for one in links if one["id"] == link_id] == [1]
        assert token not in str(links)
        closed = await client.post(f"/upload-links/{link_id}/close", json={"reason": "all there"})
        assert closed.status_code == 200
        late = await client.post(f"/links/{token}/documents", json=encoded_for_link())
        assert late.status_code == 403
        assert (await client.get(f"/links/{token}")).status_code == 403
    assert {UploadLinkOpened, UploadLinkClosed} <= set(counter.world.told)
    for kept in counter.world.store.journal:
        assert token.encode() not in kept.body
    assert token not in str(counter.world.store.inbox)


def encoded_for_link() -> dict[str, str]:
    return {name: value for name, value in encoded().items() if name != "buyer_id"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"party_id": "dk-cvr-0"}, "party_id"),
        ({"contract_id": "c-0"}, "contract_id"),
        ({"days": 400}, "days"),
        ({"reason": ""}, "reason"),
    ],
)
async def test_a_link_that_cannot_be_opened_says_why(
    counter: Counter, wrong: dict[str, object], field: str
) -> None:
    wanted = {"buyer_id": BUYER, "party_id": NORDLYS.party_id, "reason": "because", "days": 7}
    async with counter.client() as client:
        answer = await client.post("/upload-links", json=wanted | wrong)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field
    async with counter.client(AUDITOR) as client:
        assert (await client.post("/upload-links", json=wanted)).status_code == 403


async def test_links_look_the_same_whether_they_never_were_or_are_for_something_else(
    counter: Counter,
) -> None:
    door = link_of(counter.world)
    unknown = counter.links.token("link-unknown", "documents/c", TOMORROW)
    other = counter.links.token(door, "instruction/c", TOMORROW)
    async with counter.client(None) as client:
        for token in (unknown, other, "link.aaaa.bbbb"):
            for answer in (
                await client.get(f"/links/{token}"),
                await client.post(f"/links/{token}/documents", json=encoded_for_link()),
            ):
                assert answer.status_code == 403
                assert door not in answer.text
    assert not counter.files.kept


async def test_who_tries_too_often_is_told_when_to_come_again(counter: Counter) -> None:
    clock = Ticks()
    counter.adapters = dict(counter.adapters) | {"gates": Gates(now=clock)}
    genuine = counter.links.token(link_of(counter.world), "documents/c", TOMORROW)
    async with counter.client(None) as client:
        for _ in range(10):
            assert (await client.get("/links/link.guess.x")).status_code == 403
        late = await client.get("/links/link.guess.x")
        assert late.status_code == 429
        assert late.headers["retry-after"] == "60"
        assert late.headers["content-type"] == "application/problem+json"
        for _ in range(30):
            assert (await client.get(f"/links/{genuine}")).status_code == 200
        assert (await client.get(f"/links/{genuine}")).status_code == 429
        clock.now += 2
        assert (await client.get(f"/links/{genuine}")).status_code == 200


def test_a_gate_counts_each_name_for_itself_and_forgets() -> None:
    clock = Ticks()
    gate = Gate(1, 10, now=clock)
    gate.pass_through("a")
    gate.pass_through("b")
    with pytest.raises(Problematic, match="10 seconds"):
        gate.pass_through("a")
    clock.now = 10
    gate.pass_through("a")


async def test_how_the_ways_in_do_is_shown(counter: Counter) -> None:
    token = counter.links.token(link_of(counter.world), "documents/c", TOMORROW)
    async with counter.client() as client:
        await client.post(f"/links/{token}/documents", json=encoded_for_link())
        assert (await client.get("/mailboxes")).json() == []
        page = (await client.get("/consignments", params={"buyer_id": BUYER})).json()
        assert [one["channel"] for one in page["items"]] == ["link"]
    async with counter.client(AUDITOR.model_copy(update={"buyers": (BUYER,)})) as client:
        assert (await client.get("/sweep")).json() == {"swept": None, "files": 0, "pieces": 0}
    documents = [d for d in counter.world.store.documents.values() if isinstance(d, Document)]
    assert [one.state for one in documents] == [State.VERIFIED]


async def test_what_audits_asks_for_comes_through_the_link_of_its_letter_and_is_kept(
    counter: Counter,
) -> None:
    asked = EvidenceRequested(
        request_id="evidence-1",
        contract_id="c",
        buyer_id=BUYER,
        party_id=NORDLYS.party_id,
        obligation="tax-conduct",
        questions=1,
        due=TOMORROW,
        link_id="link-evidence-1",
    )
    await counter.world.tell(asked)
    token = counter.links.token(asked.link_id, "evidence/evidence-1", TOMORROW)
    async with counter.client(None) as client:
        brought = await client.post(f"/links/{token}/documents", json=encoded_for_link())
        assert brought.status_code == 200, brought.text
    kept = [e for e in counter.world.announced if isinstance(e, DocumentKept)]
    assert [one.kept_for for one in kept] == ["audit/evidence-1"]
