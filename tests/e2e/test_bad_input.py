"""Bad input, on a real system: a clear answer each time, nothing lost, nothing half done."""

import json
from typing import Any

import httpx
import pytest

from shared.events.contracts import ContractsEvent, ContractSigned
from shared.events.onboarding import DocumentNeedsReview, DocumentReceived
from shared.events.screening import ListUpdated
from shared.issuer import Issuer
from shared.story.chapters.beginning import contract_of
from shared.story.person import Person
from shared.story.player import Player
from tests.e2e.system import System

ANOTHER_BUYER = "dk-cvr-61056416"
HITS = "/api/screening/hits"


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["detail"]
    return said


# ------------------------------------------------------------ who asks


async def test_without_a_good_token_nobody_comes_in(p: Player, begun: System) -> None:
    stranger = Issuer(begun.data.parent / "stranger.json")
    tokens = {
        "": "sign in first",
        "no-token": "damaged",
        stranger.issue("eve", roles=["officer"], buyers=["*"]): "signed with a key",
        p.token("mette.lund", "Mette", "officer") + "x": "signature",
    }
    for token, reason in tokens.items():
        with_token = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await p.supplier.send("GET", HITS, headers=with_token)
        assert reason in problem(answer, 401)["detail"]
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_wrong_role_is_told_which_one_it_takes(p: Player) -> None:
    contract_id = await contract_of(p, "nordlys")
    path = f"/api/subcontractors/contracts/{contract_id}/chain/dk-cvr-90000001/approve"
    answer = await p.auditor.send("POST", path, json={"reason": "I would like to."})
    said = problem(answer, 403)["detail"]
    assert "officer" in said
    assert "auditor" in said


def said_of_contracts(p: Player) -> list[str]:
    """A release that is taken is told by contracts first; sweeps and mails end when they may."""
    return [f.id for f in p.facts.latest(len(p.facts)) if f.topic == ContractsEvent.topic]


async def test_another_buyers_data_is_out_of_reach(p: Player) -> None:
    contract_id = await contract_of(p, "nordlys")
    other = p.known_as("kim", "Kim", "officer", "integration", buyer=ANOTHER_BUYER)
    for path in (
        f"/api/contracts/contracts/{contract_id}",
        f"/api/contracts/status?contract_id={contract_id}",
        f"/api/subcontractors/contracts/{contract_id}/chain",
        f"/api/subcontractors/contracts/{contract_id}/exposures",
        f"/api/onboarding/documents?buyer_id={p.buyer}",
        f"/api/breaches/cases?buyer_id={p.buyer}",
        f"/api/audits/plans/{contract_id}",
        f"/api/notifications/deliveries?buyer={p.buyer}",
    ):
        problem(await other.send("GET", path), 403)
    before = said_of_contracts(p)
    release = p.samples.bytes_of(p.samples.index.contracts["nordlys"].amendment)
    headers = {"Content-Type": "application/json"}
    answer = await other.send("POST", "/api/contracts/releases", content=release, headers=headers)
    problem(answer, 403)
    await p.quiet()
    assert said_of_contracts(p) == before
    page = await other.send("GET", f"/suppliers/{p.samples.company('nordlys').party_id}")
    assert page.status_code == 404


# ------------------------------------------------------------ what is sent


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(p: Player) -> None:
    large = b"x" * 5_100_000
    answer = await p.machine.send("POST", "/api/contracts/releases", content=large)
    assert "5 MB" in problem(answer, 413)["detail"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b"[1, 2", b'{"releases": NaN}'])
async def test_malformed_json_is_told_where_it_breaks(p: Player, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await p.machine.send("POST", "/api/contracts/releases", content=body, headers=headers)
    said = problem(answer, answer.status_code)
    assert answer.status_code in (400, 422), said


async def test_malformed_xml_leaves_the_list_in_force(p: Player) -> None:
    whole = p.samples.bytes_of("lists/eu-v2.xml")
    headers = {"Content-Type": "application/xml"}
    for body in (b"<export", whole[: len(whole) // 2], b"", b"<html/>", BILLION_LAUGHS):
        answer = await p.admin.send(
            "POST", "/api/screening/lists/eu", content=body, headers=headers
        )
        assert answer.status_code in (400, 409, 422), answer.text
        problem(answer, answer.status_code)
    lists = {one["source"]: one for one in await p.officer.get("/api/screening/lists")}
    first = await p.fact(ListUpdated, source="eu")
    assert lists["eu"]["in_force"]["version"] == first.version
    assert len(p.facts.all(ListUpdated, source="eu")) == 1


BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<export>&c;</export>"""


async def test_malformed_papers_wait_for_a_person_and_say_why(p: Player) -> None:
    espd = p.samples.bytes_of(p.samples.company("nordlys").espd)
    papers = {
        "cut-off.xml": espd[: len(espd) // 2],
        "cut-off.pdf": p.samples.bytes_of("pdf/serviceattest-nordlys.pdf")[:2000],
        "noise.bin": bytes(range(256)) * 40,
        "broken.json": b'{"statementId": ',
    }
    ids = {}
    for name, content in papers.items():
        answer = await p.machine.ask(
            "/api/onboarding/documents",
            key=f"paper/{name}",
            data={"buyer_id": p.buyer},
            files={"file": (name, content)},
        )
        ids[name] = answer["result"]["document_id"]
    for id in ids.values():
        review = await p.fact(DocumentNeedsReview, document_id=id)
        assert review.reason
        assert review.need is not None
        shown = await p.officer.get(f"/api/onboarding/documents/{id}")
        assert shown["reasons"]


async def test_the_same_bytes_under_another_name_are_one_document(p: Player) -> None:
    content = p.samples.bytes_of("pdf/iso-9001-nordlys.pdf")
    first, second = [
        (
            await p.machine.ask(
                "/api/onboarding/documents",
                key=f"twice/{name}",
                data={"buyer_id": p.buyer},
                files={"file": (name, content)},
            )
        )["result"]
        for name in ("one.pdf", "two.pdf")
    ]
    assert first["document_id"] == second["document_id"]
    assert not second["new"]
    await p.quiet()
    assert len(p.facts.all(DocumentReceived, document_id=first["document_id"])) == 1


# ------------------------------------------------------------ what is meant


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("officer", f"{HITS}/hit-0000/confirm", {"buyer_id": "", "reason": "It is."}),
        ("officer", "/api/breaches/cases/case-0000/hold", {"reason": "It is."}),
        ("officer", "/api/subcontractors/contracts/c-0/chain/p-0/approve", {"reason": "Yes."}),
        ("auditor", "/api/audits/audits/audit-0/hold", {"conclusion": "All is well."}),
        ("officer", "/api/notifications/inbox/inbox-0/acknowledge", None),
    ],
)
async def test_what_is_not_known_is_said_to_be_so(
    p: Player, who: str, path: str, body: dict[str, str] | None
) -> None:
    person: Person = getattr(p, who)
    if body and "buyer_id" in body:
        body = body | {"buyer_id": p.buyer}
    assert "known here" in problem(await person.send("POST", path, json=body), 404)["detail"]


async def test_a_number_that_no_register_gave_is_named_with_its_field(p: Player) -> None:
    """One release of a package is wrong; the other is taken in all the same."""
    package = json.loads(p.samples.bytes_of(p.samples.index.contracts["malardalen"].release))
    good, wrong = package["releases"][0], json.loads(json.dumps(package["releases"][0]))
    good["ocid"], good["id"] = "ocds-213czf-TEST-1", "ocds-213czf-TEST-1-contract"
    wrong["ocid"], wrong["id"] = "ocds-213czf-TEST-2", "ocds-213czf-TEST-2-contract"
    for party in wrong["parties"]:
        if "supplier" in party["roles"]:
            party["identifier"]["id"] = "5599874120"
    package["releases"] = [wrong, good]
    answer = await p.machine.ask("/api/contracts/releases", package, key="half-wrong")
    first, second = answer["result"]["releases"]
    assert first["outcome"] == "refused"
    assert "parties" in first["field"]
    assert first["reason"]
    assert second["outcome"] == "taken"
    (contract,) = second["contracts"]
    await p.fact(ContractSigned, contract_id=contract["contract_id"])
    await p.quiet()
    assert not p.facts.all(ContractSigned, lambda e: "test-2" in e.contract_id)


async def test_the_same_request_twice_is_done_once(p: Player) -> None:
    path, headers = "/api/contracts/releases", {"Content-Type": "application/json"}
    body = p.samples.bytes_of(p.samples.index.contracts["nordlys"].release)
    first, again = [
        await p.machine.send("POST", path, key="twice", content=body, headers=headers)
        for _ in range(2)
    ]
    assert first.json() == again.json()
    (release,) = first.json()["result"]["releases"]
    assert release["outcome"] == "known"

    another = p.samples.bytes_of(p.samples.index.contracts["malardalen"].release)
    answer = await p.machine.send("POST", path, key="twice", content=another, headers=headers)
    said = problem(answer, 422)
    assert said["errors"][0]["field"] == "Idempotency-Key"


async def test_whoever_decides_on_an_older_version_is_told_so(p: Player) -> None:
    path = "/api/notifications/directory"
    seen = await p.admin.send("GET", path)
    tag = seen.headers["etag"]
    people = seen.json()
    changed = await p.admin.send("PUT", path, headers={"If-Match": tag}, json=people)
    assert changed.status_code == 200, changed.text
    late = await p.admin.send("PUT", path, headers={"If-Match": tag}, json=people)
    assert "changed" in problem(late, 412)["detail"]
    assert (await p.admin.get(path)) == people


async def test_after_all_of_it_every_service_is_well(p: Player) -> None:
    for service in p.running.services:
        prefix = "" if service == "console" else f"/api/{service}"
        readiness = await p.supplier.get(f"{prefix}/readyz")
        assert readiness["ready"], (service, readiness["checks"])
