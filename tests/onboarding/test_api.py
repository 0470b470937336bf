"""The HTTP side of onboarding: who may bring and see what, and how refusals look."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.onboarding.api import api
from services.onboarding.domain import Qualification, claim_id, qualification_id
from services.onboarding.gate import Gates
from services.onboarding.readers import LARGEST
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.http import build_http, routes_of
from shared.links import LinkBook
from shared.testing import World
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BUYER, CONTRACT, HANSEN, NORDLYS, declared, signed

SAMPLES = Path(__file__).parents[2] / "samples"
OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
STRANGER = Caller(subject="x", roles=("officer",), buyers=("another",))
AUDITOR = Caller(subject="ole", roles=("auditor",), buyers=(BUYER,))
TOMORROW = datetime.now(UTC) + timedelta(days=1)


class Counter(Standing):
    """The service as its HTTP side sees it; what it has to do is done at once."""

    def __init__(self, world: Onboarding, folder: Path) -> None:
        self.links = LinkBook(b"l" * 32, now=lambda: world.now)
        self.files = world.files
        adapters = {
            "files": self.files,
            "links": self.links,
            "reading_room": world.reading_room,
            "gates": Gates(),
            "mailboxes": [],
        }
        super().__init__(world, api, folder, adapters=adapters)

    async def handle(self, message: Message) -> Outcome:
        outcome = await super().handle(message)
        while self.world.effects:
            await self.world.do_effects()
        return outcome


@pytest.fixture
def counter(world: Onboarding, tmp_path: Path) -> Counter:
    return Counter(world, tmp_path)


def sample(path: str) -> dict[str, tuple[str, bytes]]:
    return {"file": (Path(path).name, (SAMPLES / path).read_bytes())}


async def bring(client: httpx.AsyncClient, path: str) -> httpx.Response:
    return await client.post("/documents", data={"buyer_id": BUYER}, files=sample(path))


async def test_a_document_is_brought_read_and_shown(counter: Counter) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        done = (await bring(client, "pdf/serviceattest-nordlys.pdf")).json()
        assert done["result"]["new"] is True
        assert done["events"]
        shown = await client.get(f"/documents/{done['result']['document_id']}")
        document = shown.json()
        assert (document["kind"], document["state"], document["party_id"]) == (
            "serviceattest",
            "verified",
            NORDLYS.party_id,
        )
        cvr = next(field for field in document["fields"] if field["name"] == "cvr")
        assert cvr["value"] == "92431185"
        assert (cvr["place"], cvr["page"]) == ("page 1, line 8", 1)
        assert (cvr["confidence"], cvr["method"]) == (0.95, "text layer")
        assert 0 < cvr["box"]["left"] < cvr["box"]["right"] < 1
        again = await bring(client, "pdf/serviceattest-nordlys.pdf")
        assert again.json()["result"]["new"] is False


async def test_a_document_is_given_out_to_be_saved_and_never_shown_in_place(
    counter: Counter,
) -> None:
    async with counter.client() as client:
        id = (await bring(client, "pdf/iso-9001-fyns.pdf")).json()["result"]["document_id"]
        content = await client.get(f"/documents/{id}/content")
        assert content.content == (SAMPLES / "pdf/iso-9001-fyns.pdf").read_bytes()
        assert content.headers["content-type"] == "application/octet-stream"
        assert content.headers["content-disposition"].startswith("attachment")


async def test_what_a_party_is_asked_for_and_has_declared_is_shown(counter: Counter) -> None:
    await counter.world.tell(signed(), declared(HANSEN))
    async with counter.client() as client:
        await bring(client, "espd/hansen-holm-espd-4.1.0.xml")
        await bring(client, "pdf/serviceattest-hansen-holm.pdf")
        asked = {"buyer_id": BUYER}
        url = f"/parties/{HANSEN.party_id}"
        (qualification,) = (await client.get(f"{url}/qualifications", params=asked)).json()
        assert qualification["qualified"] is False
        assert qualification["waits_for"] == ["the claim about EX-B1 is contradicted"]
        claims = (await client.get(f"{url}/claims", params=asked)).json()
        assert len(claims) == 24
        debt = (await client.get(f"/claims/{claim_id(BUYER, HANSEN.party_id, 'EX-B1')}")).json()
        assert debt["state"] == "contradicted"
        assert debt["amount"] == {"amount": 140_000, "currency": "DKK"}
        party = (await client.get(url)).json()["party"]
        assert party["contact"] == "post@hansen-holm.example"
        on_contract = (await client.get(f"/contracts/{CONTRACT}/qualifications")).json()
        assert {one["role"] for one in on_contract} == {"supplier", "subcontractor"}


async def test_documents_are_listed_by_buyer_party_and_state(counter: Counter) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        await bring(client, "pdf/serviceattest-nordlys.pdf")
        await bring(client, "pdf/serviceattest-baltic.pdf")
        states = {"verified": 1, "needs review": 1, "rejected": 0}
        for state, count in states.items():
            asked = {"buyer_id": BUYER, "state": state}
            page = (await client.get("/documents", params=asked)).json()
            assert len(page["items"]) == count
        asked = {"buyer_id": BUYER, "party_id": NORDLYS.party_id}
        assert len((await client.get("/documents", params=asked)).json()["items"]) == 1


async def test_an_officer_decides_on_a_document_in_review(counter: Counter) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        files = {"file": ("letter.txt", b"hello")}
        brought = await client.post("/documents", data={"buyer_id": BUYER}, files=files)
        id = brought.json()["result"]["document_id"]
        verdict = {"reason": "seen on paper", "kind": "iso-9001", "party_id": NORDLYS.party_id}
        done = await client.post(f"/documents/{id}/verify", json=verdict)
        assert done.json()["result"]["state"] == "verified"
        late = await client.post(f"/documents/{id}/reject", json={"reason": "changed my mind"})
        assert late.status_code == 409
        assert "only one that needs review" in late.json()["detail"]


async def test_another_buyers_papers_are_nobodys_business(counter: Counter) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        id = (await bring(client, "pdf/serviceattest-nordlys.pdf")).json()["result"]["document_id"]
    async with counter.client(STRANGER) as client:
        asked = {"buyer_id": BUYER}
        for path in (
            f"/documents/{id}",
            f"/documents/{id}/content",
            "/documents",
            f"/parties/{NORDLYS.party_id}/claims",
            f"/parties/{NORDLYS.party_id}/qualifications",
            f"/contracts/{CONTRACT}/qualifications",
        ):
            assert (await client.get(path, params=asked)).status_code == 403, path
        assert (await bring(client, "pdf/iso-9001-fyns.pdf")).status_code == 403
        assert (
            await client.post(f"/documents/{id}/verify", json={"reason": "because"})
        ).status_code == 403


async def test_an_auditor_reads_and_brings_nothing(counter: Counter) -> None:
    async with counter.client(AUDITOR) as client:
        assert (await client.get("/documents", params={"buyer_id": BUYER})).status_code == 200
        assert (await bring(client, "pdf/iso-9001-fyns.pdf")).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/documents/doc-0", "/parties/dk-cvr-0", "/claims/claim-0", "/contracts/c/qualifications"],
)
async def test_what_is_not_known_is_a_404(counter: Counter, path: str) -> None:
    async with counter.client() as client:
        assert (await client.get(path)).status_code == 404


async def test_a_file_that_is_too_large_is_refused_at_the_door(counter: Counter) -> None:
    async with counter.client() as client:
        files = {"file": ("huge.pdf", bytes(LARGEST + 2_000_000))}
        answer = await client.post("/documents", data={"buyer_id": BUYER}, files=files)
        assert answer.status_code == 413


def link_of(world: World) -> str:
    id = qualification_id(CONTRACT, NORDLYS.party_id, "supplier")
    return world.state(Qualification, id).link_id


async def test_a_supplier_brings_its_papers_through_its_link(counter: Counter) -> None:
    await counter.world.tell(signed())
    link_id = link_of(counter.world)
    token = counter.links.token(link_id, "documents", TOMORROW)
    async with counter.client(None) as client:
        done = await client.post(
            f"/links/{token}/documents", files=sample("pdf/serviceattest-nordlys.pdf")
        )
        assert done.json()["result"]["new"] is True
    async with counter.client() as client:
        shown = await client.get(f"/documents/{done.json()['result']['document_id']}")
        assert (shown.json()["channel"], shown.json()["state"]) == ("link", "verified")


async def test_a_link_that_is_forged_expired_or_for_something_else_opens_nothing(
    counter: Counter,
) -> None:
    await counter.world.tell(signed())
    link_id = link_of(counter.world)
    past = counter.world.now - timedelta(seconds=1)
    forged = LinkBook(b"o" * 32).token(link_id, "documents", TOMORROW)
    expired = counter.links.token(link_id, "documents", past)
    unknown = counter.links.token("link-unknown", "documents", TOMORROW)
    async with counter.client(None) as client:
        for token, status in ((forged, 403), (expired, 403), (unknown, 403), ("nonsense", 403)):
            answer = await client.post(
                f"/links/{token}/documents", files=sample("pdf/iso-9001-fyns.pdf")
            )
            assert answer.status_code == status
    assert not counter.files.kept


def test_every_route_names_its_roles(counter: Counter) -> None:
    declared_routes = routes_of(build_http(counter))
    public = {route.path for route in declared_routes if route.roles == ("public",)}
    assert public >= {"/links/{token}/documents"}
    assert not {path for path in public if path.startswith(("/documents", "/parties"))}
