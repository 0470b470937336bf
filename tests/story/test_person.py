"""People send again what was not answered, as the same request, and tell refusals from answers."""

import httpx
import pytest

from shared.story import NotTrue
from shared.story.person import Person


def person(*answers: httpx.Response | Exception, patience: float = 5.0) -> tuple[Person, list[str]]:
    waiting, keys = list(answers), list[str]()

    async def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("idempotency-key", ""))
        said = waiting.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    http = httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://ansvar.example"
    )
    return Person("Mette Lund", http, patience), keys


async def test_a_request_is_sent_again_with_its_key_until_the_system_is_back() -> None:
    away = httpx.Response(503, json={"detail": "away"})
    mette, keys = person(httpx.ConnectError("killed"), away, httpx.Response(200, json={"a": 1}))
    assert await mette.ask("/hold", {"reason": "Now."}, key="hold/1") == {"a": 1}
    assert keys == ["story/hold/1"] * 3


async def test_what_stays_away_is_told() -> None:
    mette, _ = person(httpx.ConnectError("killed"), patience=0.0)
    with pytest.raises(NotTrue, match="did not answer"):
        await mette.get("/cases")


async def test_a_refusal_is_what_was_expected_or_a_claim_that_is_not_true() -> None:
    refused = httpx.Response(409, json={"detail": "another person must"})
    mette, _ = person(refused, httpx.Response(200, json={}), refused)
    assert await mette.is_refused("/sign", key="1") == "another person must"
    with pytest.raises(NotTrue, match="answered 200"):
        await mette.is_refused("/sign", key="2")
    with pytest.raises(NotTrue, match=r"answered 409.*another person must"):
        await mette.ask("/sign", key="3")
