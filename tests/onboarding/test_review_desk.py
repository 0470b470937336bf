"""The desk of review: pages beside fields, corrections that count, examples, and payslips."""

import io
from datetime import timedelta
from pathlib import Path

import httpx
import pypdfium2
import pytest
from PIL import Image

from services.onboarding.domain import Document, State
from services.onboarding.readers import ocr
from shared.domain import Caller
from shared.events.onboarding import (
    DocumentCorrected,
    DocumentForgotten,
    DocumentNeedsReview,
    DocumentRead,
    DocumentRedacted,
    DocumentVerified,
)

from .conftest import Onboarding
from .papers import BUYER, NORDLYS, company, digest, signed
from .scans import scanned, stand_in, tsv_of
from .test_api import STRANGER, Counter, counter

__all__ = ["counter"]

SAMPLES = Path(__file__).parents[2] / "samples"
ATTEST = (SAMPLES / "pdf/serviceattest-nordlys.pdf").read_bytes()
PAYSLIP = (SAMPLES / "papers/loenseddel-fyns.pdf").read_bytes()
FYNS = company("96832516", "Fyns Hygiejne A/S")
WAGES = Caller(subject="signe", roles=("auditor", "wage_controller"), buyers=(BUYER,))


@pytest.fixture
def blurred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A scan of Nordlys's attest on which the date was hardly seen."""
    stand_in(tmp_path, tsv_of(ATTEST, {"16-11-2026": 40}))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    ocr.program.cache_clear()
    ocr.languages.cache_clear()
    return scanned(ATTEST)


async def brought(client: httpx.AsyncClient, data: bytes, name: str = "paper.pdf") -> str:
    done = await client.post("/documents", data={"buyer_id": BUYER}, files={"file": (name, data)})
    assert done.status_code == 200, done.text
    return str(done.json()["result"]["document_id"])


def seen(number: int, value: str) -> dict[str, object]:
    return {"reason": "read on the page", "fields": [{"number": number, "value": value}]}


async def test_what_was_hardly_seen_waits_beside_its_page(counter: Counter, blurred: bytes) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        id = await brought(client, blurred)
        queue = (await client.get("/review", params={"buyer_id": BUYER})).json()["items"]
        assert [one["document_id"] for one in queue] == [id]
        assert queue[0]["reasons"] == ["these were read without certainty: issued"]
        shown = (await client.get(f"/documents/{id}/review")).json()
        assert shown["pages"] == 1
        unsure = [field for field in shown["fields"] if field["unsure"]]
        assert [(f["name"], f["value"], f["method"]) for f in unsure] == [
            ("issued", "2026-11-16", "ocr")
        ]
        box = unsure[0]["box"]
        page = await client.get(f"/documents/{id}/pages/1")
        assert page.headers["content-type"] == "image/png"
        width, height = Image.open(io.BytesIO(page.content)).size
        assert 0 < box["left"] * width < box["right"] * width < width
        assert 0 < box["top"] * height < box["bottom"] * height < height


async def test_a_confirmed_field_lets_the_document_count(counter: Counter, blurred: bytes) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        id = await brought(client, blurred)
        fields = (await client.get(f"/documents/{id}/review")).json()["fields"]
        number = next(field["number"] for field in fields if field["unsure"])
        right = seen(number, "2026-11-16")
        done = await client.post(f"/documents/{id}/corrections", json=right)
        assert done.json()["result"]["state"] == "verified"
        shown = (await client.get(f"/documents/{id}")).json()
        field = shown["fields"][number]
        assert (field["confidence"], field["confirmed_by"]) == (1.0, "mette")
        assert field["method"] == "ocr"
    said = next(e for e in counter.world.announced if isinstance(e, DocumentCorrected))
    assert (said.fields, said.corrected_by) == (("issued",), "mette")
    assert any(isinstance(e, DocumentVerified) for e in counter.world.announced)


async def test_a_correction_is_kept_as_an_example(counter: Counter, blurred: bytes) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        id = await brought(client, blurred)
        fields = (await client.get(f"/documents/{id}/review")).json()["fields"]
        number = next(field["number"] for field in fields if field["unsure"])
        right = seen(number, "2026-11-18")
        await client.post(f"/documents/{id}/corrections", json=right)
        assert (await client.get(f"/documents/{id}")).json()["issued"] == "2026-11-18"
        (example,) = (await client.get("/examples", params={"buyer_id": BUYER})).json()["items"]
    (correction,) = example["corrections"]
    assert example["sha256"] == digest(blurred)
    assert (correction["name"], correction["read"], correction["right"]) == (
        "issued",
        "2026-11-16",
        "2026-11-18",
    )
    assert correction["box"]
    assert correction["confidence"] < 0.8


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([{"number": 99, "value": "x"}], "there is no field 99"),
        ([{"number": 4, "value": "soon"}], "issued is a date"),
        ([{"number": 1, "value": "92431186"}], "a CVR number is wrong in a digit"),
        ([{"number": 0, "value": " "}], "a value has 1 to 500 characters"),
        ([{"number": 0, "value": "a"}, {"number": 0, "value": "b"}], "named twice"),
        ([], "say which field is right"),
    ],
)
async def test_a_correction_that_cannot_be_says_why(
    counter: Counter, blurred: bytes, fields: list[dict[str, object]], reason: str
) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        id = await brought(client, blurred)
        body = {"reason": "looked at it", "fields": fields}
        refused = await client.post(f"/documents/{id}/corrections", json=body)
        assert refused.status_code == 422 or refused.status_code == 409
        assert reason in refused.text
        assert (await client.get(f"/documents/{id}")).json()["state"] == "needs review"


async def test_a_finding_that_a_person_enters_takes_the_place_of_what_was_read(
    counter: Counter, blurred: bytes
) -> None:
    await counter.world.tell(signed())
    async with counter.client() as client:
        espd = (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()
        await brought(client, espd, "espd.xml")
        id = await brought(client, blurred)
        fields = (await client.get(f"/documents/{id}/review")).json()["fields"]
        number = next(field["number"] for field in fields if field["unsure"])
        body = {
            "reason": "the amount is on the page",
            "fields": [{"number": number, "value": "2026-11-16"}],
            "findings": [
                {"ground": "EX-B1", "remark": True, "owed": {"amount": 150000, "currency": "DKK"}}
            ],
        }
        assert (await client.post(f"/documents/{id}/corrections", json=body)).is_success
        claims = await client.get(f"/parties/{NORDLYS.party_id}/claims", params={"buyer_id": BUYER})
        states = {claim["ground"]: claim["state"] for claim in claims.json()}
        assert states["EX-B1"] == "contradicted"


async def test_another_buyers_pages_and_examples_are_not_shown(
    counter: Counter, blurred: bytes
) -> None:
    async with counter.client() as client:
        id = await brought(client, blurred)
    async with counter.client(STRANGER) as client:
        for path in (f"/documents/{id}/pages/1", f"/documents/{id}/review"):
            assert (await client.get(path)).status_code == 403
        for path in ("/review", "/examples"):
            assert (await client.get(path, params={"buyer_id": BUYER})).status_code == 403


async def test_a_page_that_is_not_there_or_cannot_be_drawn_is_a_clear_refusal(
    counter: Counter,
) -> None:
    async with counter.client() as client:
        id = await brought(client, ATTEST)
        refused = await client.get(f"/documents/{id}/pages/2")
        assert "there is no page 2" in refused.text
        espd = (SAMPLES / "espd/nordlys-espd-4.1.0.xml").read_bytes()
        other = await brought(client, espd, "espd.xml")
        assert "only PDF files" in (await client.get(f"/documents/{other}/pages/1")).text
        assert (await client.get(f"/documents/{other}/review")).json()["pages"] == 0


async def test_a_certificate_of_goods_is_found_by_its_goods(counter: Counter) -> None:
    async with counter.client() as client:
        mdr = (SAMPLES / "papers/mdr-havblik.pdf").read_bytes()
        id = await brought(client, mdr)
        asked = {"buyer_id": BUYER, "goods": "426099911HAVBLIK1QZ"}
        (found,) = (await client.get("/documents", params=asked)).json()["items"]
        assert found["id"] == id
        assert found["manufacturer"]["name"] == "Havblik Medical GmbH"
    said = next(e for e in counter.world.announced if isinstance(e, DocumentRead))
    assert said.manufacturer_id == "srn-de-mf-000099112"
    assert said.goods == ("426099911HAVBLIK1QZ", "04260999110011")


class TestPayslips:
    async def test_only_a_redacted_picture_is_kept(self, world: Onboarding) -> None:
        await world.tell(signed(FYNS))
        document = await world.drop(PAYSLIP, "lønseddel Rosa.pdf")
        await world.do_effects()
        assert document.kind == "payslip"
        assert list(world.files.kept) == [document.kept_as]
        kept = pypdfium2.PdfDocument(world.files.kept[document.kept_as])
        assert kept[0].get_textpage().count_chars() == 0
        assert document.name == "payslip.pdf"
        said = next(e for e in world.announced if isinstance(e, DocumentRedacted))
        assert said.sha256 == document.kept_as

    async def test_the_bars_cover_number_and_union_dues(self, world: Onboarding) -> None:
        await world.tell(signed(FYNS))
        document = await world.drop(PAYSLIP)
        kept = pypdfium2.PdfDocument(world.files.kept[document.kept_as])
        before = pypdfium2.PdfDocument(PAYSLIP)[0]
        text = before.get_textpage()
        picture = kept[0].render(scale=2).to_pil().convert("L")
        width, height = picture.size
        for words in ("010190-0000", "Fagligt"):
            at = text.get_text_range().index(words)
            left, low, right, high = text.get_charbox(at)
            across = round((left + right) / 2 / before.get_width() * width)
            down = round((1 - (low + high) / 2 / before.get_height()) * height)
            assert picture.getpixel((across, down)) < 40, words

    async def test_it_is_for_its_own_role_alone(self, counter: Counter) -> None:
        await counter.world.tell(signed(FYNS))
        async with counter.client() as client:
            id = await brought(client, PAYSLIP)
            for path in ("", "/content", "/review", "/pages/1"):
                assert (await client.get(f"/documents/{id}{path}")).status_code == 403
            (listed,) = (await client.get("/documents", params={"buyer_id": BUYER})).json()["items"]
            assert listed["fields"] == []
        async with counter.client(WAGES) as client:
            assert (await client.get(f"/documents/{id}")).json()["kind"] == "payslip"
            assert (await client.get(f"/documents/{id}/pages/1")).is_success

    async def test_its_review_asks_its_own_role(self, world: Onboarding) -> None:
        document = await world.drop(PAYSLIP)
        assert document.state is State.REVIEW
        need = next(e for e in world.announced if isinstance(e, DocumentNeedsReview)).need
        assert need is not None
        assert need.role == "wage_controller"

    async def test_it_is_forgotten_when_its_time_is_over(self, world: Onboarding) -> None:
        await world.tell(signed(FYNS))
        document = await world.drop(PAYSLIP)
        await world.do_effects()
        await world.advance(timedelta(days=181))
        await world.do_effects()
        assert world.files.kept == {}
        forgotten = world.state(Document, document.id)
        assert not forgotten.stored
        assert forgotten.understood is not None
        assert forgotten.understood.fields == ()
        assert any(isinstance(e, DocumentForgotten) for e in world.announced)

    async def test_no_document_becomes_one_by_word_of_mouth(self, counter: Counter) -> None:
        await counter.world.tell(signed())
        async with counter.client() as client:
            letter = (SAMPLES / "papers/mdr-havblik.pdf").read_bytes()
            id = await brought(client, letter)
            body = {"reason": "it is one", "kind": "payslip", "party_id": NORDLYS.party_id}
            refused = await client.post(f"/documents/{id}/verify", json=body)
            assert "no reader knew this for one" in refused.text
