"""A command reaches its service, whatever stands in the ids that it is about."""

import httpx
import pytest

from services.console.courier import Courier


@pytest.mark.parametrize("id", ["likeness/\x99Á", "line\nline", "æøå", "plain/id:1~2"])
async def test_a_key_is_a_header_and_two_ids_are_two_keys(id: str) -> None:
    asked = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"events": [], "result": None})

    courier = Courier("http://services.test", httpx.MockTransport(answer))
    for key in (f"seen/{id}", f"seen/{id}x"):
        assert (await courier.send("notifications", "/needs", {}, token="t", key=key)).done
        assert (await courier.by_link("onboarding", "/upload", key=key)).done
    keys = {one.headers["Idempotency-Key"] for one in asked}
    assert len(keys) == 2
    assert all(key.isascii() and key.isprintable() for key in keys)
    if id.isascii() and id.isprintable():
        assert f"seen/{id}" in keys
