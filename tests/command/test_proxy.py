"""The front passes everything on as it comes, and says so when a service is away."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.command.host import Server
from shared.command.proxy import front
from shared.embedded.readiness import free_ports


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    (port,) = free_ports(1)
    ready = asyncio.Event()
    # uvicorn believes what a proxy on this machine says of its clients: here it shall not.
    config = uvicorn.Config(app, port=port, log_config=None, proxy_headers=False)
    server = Server(config, ready.set)
    task = asyncio.create_task(server.serve())
    await ready.wait()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


def upstream(second: asyncio.Event) -> Starlette:
    async def seen(request: Request) -> Response:
        told = {"path": request.url.path, "headers": dict(request.headers)}
        answer = JSONResponse(told, 418)
        answer.headers["Set-Cookie"] = "a=1"
        answer.headers.append("Set-Cookie", "b=2")
        return answer

    async def stream(request: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"data: first\n\n"
            await second.wait()
            yield b"data: second\n\n"

        return StreamingResponse(parts(), media_type="text/event-stream")

    return Starlette(
        routes=[Route("/stream", stream), Route("/{path:path}", seen, methods=["GET", "PUT"])]
    )


async def test_path_status_headers_and_repeated_cookies_pass() -> None:
    async with (
        serving(upstream(asyncio.Event())) as place,
        serving(front({"alpha": place})) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        forged = {"X-Forwarded-For": "10.0.0.1", "Authorization": "Bearer x"}
        answer = await client.put("/api/alpha/hits/7?x=%2F", headers=forged, content=b"{}")
        told = json.loads(answer.content)
        assert (answer.status_code, told["path"]) == (418, "/hits/7")
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
        assert told["headers"]["authorization"] == "Bearer x"
        assert told["headers"]["x-forwarded-for"] == "127.0.0.1"
        assert told["headers"]["host"] == url.removeprefix("http://")


async def test_an_event_stream_arrives_while_it_is_still_open() -> None:
    second = asyncio.Event()
    async with (
        serving(upstream(second)) as place,
        serving(front({"console": place})) as url,
        httpx.AsyncClient(base_url=url) as client,
        client.stream("GET", "/stream") as answer,
    ):
        parts = answer.aiter_bytes()
        assert await anext(parts) == b"data: first\n\n"
        second.set()
        assert await anext(parts) == b"data: second\n\n"


async def test_a_service_that_is_away_is_a_clear_problem() -> None:
    (nobody,) = free_ports(1)
    async with (
        serving(front({"alpha": f"http://127.0.0.1:{nobody}"})) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        away = await client.get("/api/alpha/healthz")
        assert (away.status_code, away.headers["content-type"]) == (
            503,
            "application/problem+json",
        )
        assert (await client.get("/api/beta/healthz")).status_code == 404
