"""Routes name who may call them, and every service answers alive, ready, figures, document."""

import hashlib
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from shared.http import PUBLIC, Api, Check, build_http, routes_of
from tests.shared.serving import AUDITOR, Jars


@pytest.fixture
def jars(tmp_path: Path) -> Jars:
    return Jars(tmp_path / "key.json")


@pytest.mark.parametrize("roles", [(), ("oficer",), ["officer"], "officer", None])
def test_a_route_without_real_roles_is_refused_at_import(roles: object) -> None:
    with pytest.raises(TypeError, match="declares who may call it"):
        Api("x").get("/x", roles=roles)  # type: ignore[arg-type]


def test_a_route_that_says_nothing_about_roles_is_refused_at_import() -> None:
    for method in ("get", "post", "put", "patch", "delete"):
        with pytest.raises(TypeError, match="roles"):
            getattr(Api("x"), method)("/x")


def test_every_route_is_listed_with_its_roles(jars: Jars) -> None:
    found = {(method, path): roles for method, path, roles in routes_of(jars.app())}
    assert found["GET", "/jars/{jar_id}"] == ("officer", "auditor")
    assert found["POST", "/jars/{jar_id}/fill"] == ("officer",)
    public = {path for (_, path), roles in found.items() if roles == PUBLIC}
    assert public == {"/healthz", "/readyz", "/metrics", "/openapi.json", "/links/{token}"}


def test_a_route_that_came_in_another_way_is_found_out(jars: Jars) -> None:
    app = jars.app()

    @app.get("/sneaky")
    async def sneaky() -> None: ...

    with pytest.raises(TypeError, match="declares no roles"):
        routes_of(app)
    with pytest.raises(TypeError, match="declares no roles"):
        routes_of(FastAPI(routes=[Route("/raw", lambda request: None)]))


async def test_walk_every_route_without_a_token_and_with_the_wrong_role(jars: Jars) -> None:
    async with jars.client(None) as nobody, jars.client(AUDITOR) as auditor:
        for method, path, roles in routes_of(jars.app()):
            if roles == PUBLIC:
                continue
            assert (await nobody.request(method, path)).status_code == 401, path
            if "auditor" not in roles:
                assert (await auditor.request(method, path)).status_code == 403, path


async def test_alive_and_ready(jars: Jars) -> None:
    async with jars.client(None) as client:
        assert (await client.get("/healthz")).json() == {"service": "jars", "status": "alive"}
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["ready"] is True


async def test_not_ready_says_what_is_missing_and_stays_alive(jars: Jars) -> None:
    jars.checks = [
        Check(name="database", ok=True),
        Check(name="broker", ok=False, detail="no answer for 4 s"),
    ]
    async with jars.client(None) as client:
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["checks"][1] == {
        "name": "broker",
        "ok": False,
        "detail": "no answer for 4 s",
    }


async def test_figures_count_requests_by_template(jars: Jars) -> None:
    async with jars.client() as client:
        await client.get("/jars/j-1")
        await client.get("/jars/010190-1234")
        await client.get("/nowhere/010190-1234")
        await client.request("BREW", "/jars/j-1")
        text = (await client.get("/metrics")).text
    start = 'ansvar_http_requests_total{method="GET",route="/jars/{jar_id}",service="jars",'
    assert f'{start}status="200"}} 1.0' in text
    assert f'{start}status="404"}} 1.0' in text
    assert 'method="GET",route="unmatched",service="jars",status="404"} 1.0' in text
    assert 'method="OTHER"' in text
    assert "0101" not in text


async def test_the_document_is_openapi_3_1_and_names_roles(jars: Jars) -> None:
    async with jars.client(None) as client:
        document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    fill = document["paths"]["/jars/{jar_id}/fill"]["post"]
    assert fill["x-roles"] == ["officer"]
    assert fill["security"] == [{"bearer": []}]
    assert [p["name"] for p in fill["parameters"]] == ["jar_id", "Idempotency-Key", "If-Match"]
    assert "application/problem+json" in fill["responses"]["default"]["content"]
    assert {"Problem", "FieldProblem", "Amount"} <= document["components"]["schemas"].keys()
    assert "422" not in fill["responses"]
    assert "security" not in document["paths"]["/links/{token}"]["get"]


async def test_files_are_public_and_may_be_kept(jars: Jars, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "page.css").write_text("p {}")
    jars.api = Api("jars")
    jars.api.files("/static", tmp_path / "static")
    assert ("GET", "/static", PUBLIC) in routes_of(jars.app())
    async with jars.client(None) as client:
        found = await client.get("/static/page.css")
        again = await client.get(
            "/static/page.css", headers={"If-None-Match": found.headers["etag"]}
        )
        outside = await client.get("/static/%2e%2e/key.json")
        figures = (await client.get("/metrics")).text
    assert (found.status_code, again.status_code, outside.status_code) == (200, 304, 404)
    assert found.headers["cache-control"] == "no-cache"
    assert outside.headers["content-type"] == "application/problem+json"
    assert 'route="/static"' in figures


async def test_it_works_below_a_prefix(jars: Jars) -> None:
    whole = FastAPI()
    whole.mount("/api/jars", jars.app())
    transport = httpx.ASGITransport(app=whole)
    token = jars.client().headers["Authorization"]
    async with httpx.AsyncClient(transport=transport, base_url="http://all.test") as client:
        client.headers["Authorization"] = token
        assert (await client.get("/api/jars/jars/j-1")).json()["id"] == "j-1"
        wrong = await client.put("/api/jars/jars/j-1")
        assert wrong.headers["allow"] == "DELETE, GET"
        key = {"Idempotency-Key": "k"}
        await client.post("/api/jars/jars/j-1/fill", json={"spoons": 1}, headers=key)
    route = hashlib.sha256(b"POST /jars/j-1/fill").hexdigest()[:24]
    assert jars.messages[0].id == f"http/mette/{route}/k"


async def test_the_service_is_reached_only_when_asked(jars: Jars) -> None:
    """What the lifespan opens need not be there when the application is built."""
    app = build_http(jars)
    jars.metrics = type(jars.metrics)("jars")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://jars.test"
    ) as client:
        await client.get("/healthz")
    assert 'route="/healthz"' in jars.metrics.text().decode()
