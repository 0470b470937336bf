"""What was put to somebody lies in their inbox until it is done; open pages are told at once."""

import asyncio
import re
from html import unescape
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.bells import MOST_OF_ONE, Bells, Listener, TooMany
from services.console.handlers import router
from services.console.readmodels.inbox import Bell, Note, bell_id
from shared.documents import upgraded
from shared.events.base import Event
from shared.events.notifications import (
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationEscalated,
)
from shared.events.onboarding import DocumentNeedsReview
from shared.testing import T0, World, until
from tests.console.cast import ANDERS, BUYER, OFFICER, STRANGER
from tests.console.desk import HEARS, Console
from tests.console.facts import need

NEED = need("review/doc-1", "review-document", 20, about="doc-1")
ASKED = DocumentNeedsReview(document_id="doc-1", buyer_id=BUYER, reason="unclear", need=NEED)
DONE = DocumentNeedsReview(
    document_id="doc-1", buyer_id=BUYER, reason="unclear", settles=(NEED.id,)
)
ME = OFFICER.subject
LAID = NotificationDelivered(
    notification_id="inbox-1", recipient=ME, channel="inbox", about="doc-1", need_id=NEED.id
)
SEEN = NotificationAcknowledged(notification_id="inbox-1", recipient=ME, about="doc-1")
MAILED = NotificationDelivered(
    notification_id="mail-1", recipient=ME, channel="mail", about="doc-1", need_id=NEED.id
)


async def heard(*events: Event) -> World:
    world = World(router, adapters=HEARS)
    await world.tell(*events)
    return world


def unread(world: World) -> int:
    return world.state(Bell, bell_id(ME)).unread


async def test_what_is_put_to_me_is_unread_until_i_have_seen_it() -> None:
    world = await heard(ASKED, LAID, MAILED)
    assert unread(world) == 1
    await world.tell(SEEN)
    assert unread(world) == 0
    assert world.state(Note, "inbox-1").state == "read"
    await world.tell(LAID)
    assert unread(world) == 1


async def test_what_was_done_before_it_came_into_the_inbox_is_not_asked_for() -> None:
    world = await heard(ASKED, DONE, LAID)
    assert unread(world) == 0
    world = await heard(LAID, ASKED, DONE)
    assert unread(world) == 0


@given(st.lists(st.sampled_from((ASKED, DONE, LAID, SEEN, MAILED)), max_size=12))
def test_the_bell_counts_what_is_unread_in_whichever_order_facts_come(events: list[Event]) -> None:
    world = asyncio.run(heard(*events))
    notes = [d for (kind, _), d in world.store.documents.items() if kind is Note]
    count = sum(isinstance(note, Note) and note.state == "unread" for note in notes)
    bell = world.store.documents.get((Bell, bell_id(ME)))
    assert count == (bell.unread if isinstance(bell, Bell) else 0)


async def test_the_inbox_is_my_own_and_is_a_plain_page(tmp_path: Path) -> None:
    passed_on = NotificationEscalated(
        notification_id="inbox-1", recipient="", about="doc-1", escalated_to=ME
    )
    console = Console(await heard(ASKED, passed_on, LAID), tmp_path)
    text = await console.visitor(OFFICER).text("/inbox")
    assert "Look at a document" in text
    assert "Passed on to you" in text
    for other in (ANDERS, STRANGER):
        assert "Nothing waits for you." in await console.visitor(other).text("/inbox")


async def test_an_inbox_goes_on_to_its_end_the_unseen_first(tmp_path: Path) -> None:
    """Of 260 entries 200 were shown, and nobody could see which."""
    world = await heard()
    for number in range(130):
        asked = NEED.model_copy(update={"id": f"review/doc-{number}", "about": f"doc-{number}"})
        laid = {"notification_id": f"inbox-{number}", "need_id": asked.id}
        await world.tell(
            ASKED.model_copy(update={"document_id": f"doc-{number}", "need": asked}),
            LAID.model_copy(update=laid),
        )
    await world.tell(SEEN.model_copy(update={"notification_id": "inbox-77"}))
    console = Console(world, tmp_path)
    visitor, path, found = console.visitor(OFFICER), "/inbox", list[str]()
    while path:
        page = (await visitor.get(path)).text
        found += re.findall(r'class="title" id="(inbox-\d+)"', page)
        more = re.search(r'<a href="([^"]*after=[^"]*)" rel="next"', page)
        path = f"/inbox{unescape(more[1])}" if more else ""
    assert len(found) == len(set(found)) == 130
    assert found[-1] == "inbox-77"


def test_what_was_there_before_an_upgrade_is_found_after_it() -> None:
    old = Note(id="inbox-1", subject=ME, state="unread", since=T0).model_dump(mode="json")
    document = {k: v for k, v in old.items() if k not in ("shelves", "rank", "id")}
    new = upgraded(Note, document | {"_id": "inbox-1"})
    assert new["shelves"] == list(old["shelves"])
    assert new["rank"] == old["rank"]


async def test_what_i_mark_as_seen_is_acknowledged_with_my_own_token(tmp_path: Path) -> None:
    world = await heard(ASKED, LAID)
    console = Console(world, tmp_path)
    told: list[asyncio.Task[object]] = []
    console.services.on_command = lambda: told.append(asyncio.ensure_future(world.tell(SEEN)))
    visitor = console.visitor(OFFICER)
    answer = await visitor.post("/inbox/seen", ids="inbox-1")
    assert answer.headers["location"] == "/inbox?said=inbox.seen"
    (path, body, headers) = console.services.sent[-1]
    assert (path, body) == ("/api/notifications/inbox/acknowledge", {"entry_ids": ["inbox-1"]})
    assert headers["authorization"] == f"Bearer {visitor.token}"
    assert world.state(Note, "inbox-1").state == "read"


async def test_an_open_page_hears_each_change_once_and_nothing_of_others() -> None:
    world = await heard(ASKED)
    bells = Bells(look=0.01)
    mine, theirs = bells.join(ME), bells.join(ANDERS.subject)
    heard_by: dict[str, list[int]] = {"me": [], "other": []}

    async def listen(name: str, listener: Listener) -> None:
        async for count, _ in bells.changes(listener, world.store):
            heard_by[name].append(count)

    listening = [
        asyncio.create_task(listen("me", mine)),
        asyncio.create_task(listen("other", theirs)),
    ]

    async def said(*counts: int) -> None:
        async def so_far() -> bool:
            return heard_by["me"] == list(counts)

        await until(so_far)

    await said(0)
    await world.tell(LAID)
    await said(0, 1)
    await world.tell(SEEN)
    await said(0, 1, 0)
    assert heard_by["other"] == [0]
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    assert len(bells) == 0


async def test_a_stream_ends_by_itself_so_that_the_session_is_looked_at_again() -> None:
    bells = Bells(look=0.01, seconds=0.1)
    listener = bells.join(ME)
    changes = bells.changes(listener, World(router, adapters=HEARS).store)
    assert [count async for count, _ in changes] == [0]
    assert len(bells) == 0


async def test_one_person_cannot_hold_all_connections(tmp_path: Path) -> None:
    bells = Bells()
    for _ in range(MOST_OF_ONE):
        bells.join(ME)
    with pytest.raises(TooMany):
        bells.join(ME)
    bells.join(ANDERS.subject)
    console = Console(World(router, adapters=HEARS), tmp_path)
    for _ in range(MOST_OF_ONE):
        console.adapters["bells"].join(ME)
    answer = await console.visitor(OFFICER).get("/inbox/stream")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_nobody_listens_without_signing_in(tmp_path: Path) -> None:
    console = Console(World(router, adapters=HEARS), tmp_path)
    answer: httpx.Response = await console.visitor(None).get("/inbox/stream")
    assert answer.status_code == 303
