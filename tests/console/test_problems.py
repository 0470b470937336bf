"""What goes wrong is a page that says what to do next, in the reader's language."""

from typing import Any

import pytest

from services.console.pages.door import MOST
from shared.domain import Rejected
from shared.problems import Problematic, problem
from shared.store import Outage, Overloaded
from tests.console.cast import OFFICER
from tests.console.desk import Console, words_of
from tests.console.facts import HIT_B


class Failing:
    """A database with which nothing can be done."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: object, **__: object) -> None:
            raise self._error

        return fail


TOO_OFTEN = Problematic(problem(429, "too-often", "tried too often"), {"Retry-After": "7"})


@pytest.mark.parametrize(
    ("error", "status", "says", "next"),
    [
        (Outage("no primary"), 503, "A part of the system does not answer", "Try again"),
        (Overloaded("a queue is full"), 429, "Too much at once", "Wait a moment"),
        (TOO_OFTEN, 429, "Too much at once", "Wait a moment"),
        (Rejected("it is closed"), 409, "not possible any more", "Load the page again"),
        (RuntimeError("secret"), 500, "Something went wrong with us", "Try again"),
    ],
)
async def test_each_failure_is_a_page_that_says_what_to_do(
    console: Console, error: Exception, status: int, says: str, next: str
) -> None:
    mette = console.visitor(OFFICER)
    console.store = Failing(error)  # type: ignore[assignment]
    answer = await mette.get("/contracts?show=all")
    said = words_of(answer.text)
    assert answer.status_code == status
    assert says in said
    assert next in said
    assert 'href="/contracts?show=all"' in answer.text
    assert "Mette Lund" in said, "the menu stays"
    assert "secret" not in said
    assert (answer.headers["X-Correlation-Id"] in said) == (status >= 500)
    assert "default-src" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["da", "sv", "en"])
async def test_it_is_said_in_the_readers_language(console: Console, language: str) -> None:
    mette = console.visitor(OFFICER)
    mette.http.cookies.set("ansvar_language", language)
    console.store = Failing(Outage("no primary"))  # type: ignore[assignment]
    answer = await mette.get("/")
    assert f'<html lang="{language}">' in answer.text
    assert {"da": "svarer ikke", "sv": "svarar inte", "en": "does not answer"}[language] in (
        answer.text
    )
    assert answer.headers["Retry-After"]


async def test_who_is_signed_in_keeps_the_menu_where_there_is_no_page(console: Console) -> None:
    answer = await console.visitor(OFFICER).get("/no-such-page")
    assert answer.status_code == 404
    assert "search field" in words_of(answer.text)
    assert "Mette Lund" in answer.text
    assert "Mette Lund" not in (await console.visitor(None).get("/no-such-page")).text


async def test_an_address_that_makes_no_sense_is_a_page_too(console: Console) -> None:
    answer = await console.visitor(OFFICER).get(f"/cases?page={MOST}x&show=%00")
    assert answer.status_code < 500
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_form_that_a_service_could_not_take_keeps_what_was_written(
    console: Console,
) -> None:
    console.services.refusal = (503, {"detail": "a part of the system is away"})
    mette = console.visitor(OFFICER)
    answer = await mette.post(f"/hits/{HIT_B}/dismiss", reason="Another year.", buyer_id="b")
    said = words_of(answer.text)
    assert answer.status_code == 503
    assert "It was not sent" in said
    assert "Another year." in answer.text
