"""A one-time link opens what it was made for, until it expires, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import Forbidden
from shared.links import Link, LinkBook

KEY = bytes(range(32))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=14)

book = LinkBook(KEY, now=lambda: NOW)


def test_a_token_opens_what_it_was_made_for() -> None:
    token = book.token("l-1", "hearing/h-17", LATER)
    assert book.open(token) == Link(link_id="l-1", scope="hearing/h-17", expires=LATER)


def test_the_same_link_gives_the_same_token_so_it_need_not_be_stored() -> None:
    again = LinkBook(KEY.hex(), now=lambda: NOW)
    assert again.token("l-1", "hearing/h-17", LATER) == book.token("l-1", "hearing/h-17", LATER)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 10**8))
def test_every_id_and_scope_comes_back(link_id: str, scope: str, seconds: int) -> None:
    expires = NOW + timedelta(seconds=seconds)
    assert book.open(book.token(link_id, scope, expires)) == Link(
        link_id=link_id, scope=scope, expires=expires
    )


def test_id_and_scope_cannot_be_shifted_into_each_other() -> None:
    assert book.token("a", "bc", LATER) != book.token("ab", "c", LATER)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=900)])
def test_an_expired_link_is_refused(late: timedelta) -> None:
    token = book.token("l-1", "hearing/h-17", NOW)
    with pytest.raises(Forbidden, match="expired"):
        LinkBook(KEY, now=lambda: NOW + late).open(token)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Forbidden, match="not genuine"):
        LinkBook(bytes(32), now=lambda: NOW).open(book.token("l-1", "x", LATER))


def test_any_changed_character_makes_it_forged() -> None:
    token = book.token("l-1", "hearing/h-17", LATER)
    for place, letter in enumerate(token):
        forged = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        with pytest.raises(Forbidden, match="not genuine"):
            book.open(forged)


@given(st.text(max_size=200) | st.from_regex(r"link\.[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{43}"))
def test_anything_else_is_refused_too(token: str) -> None:
    with pytest.raises(Forbidden):
        book.open(token)


def test_a_short_key_and_a_time_without_zone_are_mistakes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LinkBook(b"short")
    with pytest.raises(ValueError, match="time zone"):
        book.token("l-1", "x", datetime(2026, 11, 22))
