"""Signing in, forms, what a page may load, and the supplier's own page behind its link."""

from datetime import timedelta

import pytest

from shared.events.onboarding import PartyRegistered
from shared.testing import T0, World
from tests.console.cast import (
    CONTRACT,
    NORDLYS,
    OFFICER,
)
from tests.console.desk import LINKS, Console, words_of
from tests.console.facts import (
    CASE,
    HIT_A,
)


async def test_a_demo_user_signs_in_and_out(console: Console) -> None:
    visitor = console.visitor(None)
    assert "Mette Lund" in await visitor.text("/sign-in")
    answer = await visitor.http.post(
        "/sign-in", data={"subject": "mette.lund", "next": "//evil.example"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
    page = await visitor.get("/")
    assert page.status_code == 200
    visitor.token = visitor.http.cookies["ansvar_forms"]
    out = await visitor.post("/sign-out")
    assert out.headers["location"] == "/sign-in"
    assert (await visitor.get("/")).status_code == 303


async def test_a_token_that_does_not_hold_is_refused_on_the_page(console: Console) -> None:
    answer = await console.visitor(None).http.post("/sign-in", data={"token": "nonsense"})
    assert answer.status_code == 401
    assert "the token is damaged" in answer.text


async def test_nobody_signs_in_as_a_demo_user_where_it_is_no_trial(console: Console) -> None:
    console.adapters = {**console.adapters, "demo_users": (), "issuer": None}
    visitor = console.visitor(None)
    assert "Mette Lund" not in await visitor.text("/sign-in")
    answer = await visitor.http.post("/sign-in", data={"subject": "mette.lund"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/sign-in", f"/hits/{HIT_A}"])
async def test_pages_run_nothing_inline_and_ask_nobody_else(console: Console, path: str) -> None:
    page = await console.visitor(OFFICER).get(path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert "onclick" not in page.text
    assert "<style" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


async def test_a_name_cannot_bring_markup_into_a_page(console: Console, world: World) -> None:
    sly = NORDLYS.model_copy(update={"name": "<script>alert(1)</script>"})
    await world.tell(PartyRegistered(party=sly))
    page = await console.visitor(OFFICER).get(f"/suppliers/{NORDLYS.party_id}")
    assert "<script>alert" not in page.text


# ---------------------------------------------------------------- the supplier's own page


def letter_path(scope: str) -> str:
    return "/l/" + LINKS.token("link-1", scope, T0 + timedelta(days=9))


async def test_a_supplier_answers_through_its_link_without_an_account(console: Console) -> None:
    path = letter_path(f"hearing/{CASE}")
    visitor = console.visitor(None)
    page = await visitor.text(path)
    assert "You are heard before a decision" in page
    answer = await visitor.http.post(path, data={"text": "The debt is paid.", "key": "k-2"})
    assert "It has arrived." in answer.text
    place, body, headers = console.services.sent[0]
    assert place == f"/api/breaches/links/{path.removeprefix('/l/')}/answer"
    assert body == {"text": "The debt is paid.", "document_ids": [], "self_cleaning": False}
    assert "authorization" not in headers


@pytest.mark.parametrize("scope", ["enquiry", "hearing", "instruction"])
async def test_a_letter_says_what_is_asked_though_the_service_is_busy(
    console: Console, scope: str
) -> None:
    """Two seconds are soon over where a machine has much to do, and a letter says nothing then."""
    path = letter_path(f"{scope}/{CASE}")
    console.services.says[f"/api/breaches/links/{path.removeprefix('/l/')}"] = {
        "contract_id": CONTRACT,
        "text": "What is the debt about?",
    }
    console.services.take = 6.0
    text = await console.visitor(None).text(path)
    assert "What is the debt about?" in text
    assert "cannot be shown" not in text


async def test_a_supplier_uploads_documents_and_proposes_a_substitute(console: Console) -> None:
    visitor = console.visitor(None)
    path = letter_path(f"documents/{CONTRACT}")
    files = [("file", (f"{n}.pdf", b"%PDF-1.7", "application/pdf")) for n in range(2)]
    answer = await visitor.http.post(path, data={"key": "k"}, files=files)
    assert "It has arrived." in answer.text
    assert [sent[2]["idempotency-key"] for sent in console.services.sent] == ["k-0", "k-1"]
    path = letter_path("replacement/r-1")
    form = {"name": "Fyns Hygiejne A/S", "scheme": "dk-cvr", "number": "96 83 25 16"}
    await visitor.http.post(path, data=form)
    assert console.services.sent[-1][1]["party"]["number"] == "96832516"


async def test_a_supplier_sees_what_is_asked_and_that_its_files_arrived(console: Console) -> None:
    path = letter_path(f"documents/{CONTRACT}")
    visitor = console.visitor(None)
    assert "You can send files all the same." in await visitor.text(path)
    console.services.says[f"/api/onboarding/links/{path.removeprefix('/l/')}"] = {
        "buyer_id": "dk-cvr-91204711",
        "contract_id": CONTRACT,
        "expires": T0.isoformat(),
        "left": 12,
        "wanted": [
            {"kind": "espd", "due": T0.isoformat(), "there": True},
            {"kind": "serviceattest", "due": T0.isoformat(), "there": False},
        ],
        "brought": [
            {
                "name": "espd.xml",
                "received_at": T0.isoformat(),
                "state": "verified",
                "reason": "",
            },
            {
                "name": "scan.pdf",
                "received_at": T0.isoformat(),
                "state": "review",
                "reason": "locked",
            },
        ],
    }
    page = await visitor.get(path)
    text = words_of(page.text)
    assert "CVR 91204711 asks you for this." in text
    assert "For the contract Hospitalsrengøring 2026-2030." in text
    assert text.index("Serviceattest missing") < text.index("ESPD received")
    assert "espd.xml received and accepted" in text
    assert "please send it without a password" in text
    assert "There is room for 12 more files." in text
    assert "<nav" not in page.text


async def test_a_link_that_is_forged_opens_nothing(console: Console) -> None:
    answer = await console.visitor(None).get(letter_path(f"hearing/{CASE}")[:-3] + "AAA")
    assert answer.status_code == 403
    assert "this link is not genuine" in answer.text
