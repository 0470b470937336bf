"""Lists from their official addresses: asked politely, never led astray, never believed blindly."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.screening.app import Settings, due_lists
from services.screening.domain import Polling, Watchlist
from services.screening.fetching import Fetcher, NotFetched
from services.screening.messages import FetchList
from services.screening.sources import Address, sources
from shared.domain import Rejected
from shared.events.screening import ListOverdue, ListRefused, ListRenewed, ListUpdated
from tests.screening.publisher import Publisher, publishing
from tests.screening.stage import SAMPLES, Stage

LISTS = Path(__file__).parent / "lists"
LIST = (LISTS / "sdn.xml").read_bytes()
SHORT = (SAMPLES / "lists/eu-v1.xml").read_bytes()
WHOLE = (SAMPLES / "lists/eu-v2.xml").read_bytes()
US, EU = "us-consolidated", "eu"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as one:
        yield one


def fetcher(publisher: Publisher, **more: Any) -> Fetcher:
    where = {US: [publisher.url], EU: [publisher.url]}
    return Fetcher(addresses=where, **({"local": True} | more))


class Polled(Stage):
    def __init__(self, publisher: Publisher) -> None:
        super().__init__(fetcher=fetcher(publisher))

    async def fetch(self, source: str = US) -> Polling:
        await self.tell(FetchList(source=source))
        await self.do_effects()
        await self.settle()
        return self.state(Polling, f"polling-{source}")

    def waited(self, source: str = US) -> timedelta:
        next_try = self.state(Polling, f"polling-{source}").next_try
        assert next_try is not None
        return next_try - self.now


async def test_a_list_is_fetched_and_comes_into_force(publisher: Publisher) -> None:
    publisher.says(200, LIST, ETag='"v1"')
    stage = Polled(publisher)
    polling = await stage.fetch()
    (updated,) = stage.said(ListUpdated)
    assert (updated.source, updated.entries, updated.binding) == (US, 2, False)
    assert (polling.etag, polling.failures, polling.checked) == ('"v1"', 0, stage.now)
    assert stage.waited() == timedelta(minutes=120)
    assert stage.effects == []


async def test_a_list_that_has_not_changed_is_not_sent_again(publisher: Publisher) -> None:
    publisher.says(200, LIST, ETag='"v1"', Last_Modified="Fri, 20 Nov 2026 10:00:00 GMT")
    publisher.says(304)
    stage = Polled(publisher)
    await stage.fetch()
    await stage.advance(timedelta(hours=2))
    polling = await stage.fetch()
    headers = publisher.asked[1][2]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == "Fri, 20 Nov 2026 10:00:00 GMT"
    assert polling.checked == stage.now
    assert len(stage.said(ListUpdated)) == 1


@pytest.mark.parametrize("answer", [200, 304])
async def test_a_list_that_was_overdue_is_not_when_the_publisher_still_has_the_same_one(
    publisher: Publisher, answer: int
) -> None:
    stage = Polled(publisher)
    await stage.list_in_force(EU, WHOLE)
    await stage.advance(timedelta(days=2))
    (overdue,) = stage.said(ListOverdue)
    publisher.says(answer, WHOLE if answer == 200 else b"")
    await stage.fetch(EU)
    await stage.advance(timedelta(seconds=2))
    (renewed,) = stage.said(ListRenewed)
    assert renewed.settles == (overdue.need.id,)
    assert len(stage.said(ListUpdated)) == 1


async def test_after_failures_it_waits_longer_and_longer(publisher: Publisher) -> None:
    publisher.says(500)
    stage = Polled(publisher)
    waited = []
    for _ in range(7):
        polling = await stage.fetch()
        waited.append(stage.waited() / timedelta(minutes=1))
        await stage.advance(stage.waited())
    assert waited == [5, 10, 20, 40, 80, 120, 120]
    assert (polling.failures, polling.problem) == (7, "the publisher answers 500")
    assert stage.announced == []  # a publisher who sleeps is no alarm


async def test_what_is_no_list_is_an_alarm_once_and_settled_by_the_next_good_one(
    publisher: Publisher,
) -> None:
    publisher.says(200, LIST)
    publisher.says(200, LIST[:-300])
    publisher.says(200, LIST[:-300])
    publisher.says(200, LIST.replace(b"Arkady Lvovich", b"Arkady L."))
    stage = Polled(publisher)
    for _ in range(4):
        await stage.fetch()
    (refused,) = stage.said(ListRefused)
    first, second = stage.said(ListUpdated)
    assert "breaks off or is damaged" in refused.reason
    assert (refused.source, refused.kept_version) == (US, first.version)
    assert refused.need is not None
    assert (refused.need.role, refused.need.kind) == ("admin", "look-at-list")
    assert second.settles == (refused.need.id,)
    assert stage.state(Watchlist, f"list-{US}").refused == ""


async def test_a_fetched_list_with_implausible_counts_is_refused(publisher: Publisher) -> None:
    publisher.says(200, SHORT)
    stage = Polled(publisher)
    polling = await stage.fetch(EU)
    (refused,) = stage.said(ListRefused)
    assert "and the whole list holds 3400 to 8000" in refused.reason
    assert refused.kept_version is None
    assert polling.problem == refused.reason
    assert stage.said(ListUpdated) == []


async def test_the_same_short_list_is_taken_in_when_somebody_loads_it(publisher: Publisher) -> None:
    stage = Polled(publisher)
    await stage.list_in_force(EU, SHORT)
    assert len(stage.said(ListUpdated)) == 1


async def test_one_fetch_of_a_list_goes_on_at_a_time(publisher: Publisher) -> None:
    stage = Polled(publisher)
    first = await stage.tell(FetchList(source=US))
    again = await stage.tell(FetchList(source=US))
    assert first.result == {"attempt": 1, "note": "it is being fetched"}
    assert again.result == {"attempt": 1, "note": "it is being fetched already"}
    await stage.advance(timedelta(hours=1))
    lost = await stage.tell(FetchList(source=US))
    assert lost.result == {"attempt": 2, "note": "it is being fetched"}


async def test_a_list_is_asked_for_when_its_time_has_come(publisher: Publisher) -> None:
    publisher.says(200, LIST)
    stage = Polled(publisher)
    polled = [name for name, known in sources().items() if known.poll]
    assert await due_lists(stage.store, stage.now) == polled
    await stage.fetch()
    assert US not in await due_lists(stage.store, stage.now)
    early = await stage.tell(FetchList(source=US, scheduled=True))
    assert early.result == {"attempt": 1, "note": "it is not due yet"}
    await stage.advance(timedelta(hours=2))
    assert US in await due_lists(stage.store, stage.now)


async def test_a_list_without_an_address_is_only_loaded(publisher: Publisher) -> None:
    stage = Polled(publisher)
    outcome = await stage.tell(FetchList(source="own"))
    assert outcome.error is not None
    assert "has no official address" in outcome.error["reason"]


def test_the_embedded_mode_fetches_nothing_on_its_own_unless_told() -> None:
    assert Settings(embedded=True).fetches_lists is False
    assert Settings(embedded=False).fetches_lists is True
    assert Settings(embedded=True, lists_fetch=True).fetches_lists is True


# ---------------------------------------------------------------- where it does not go


async def refused(fetcher: Fetcher, words: str) -> None:
    with pytest.raises(NotFetched, match=words):
        await fetcher.fetch(US)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://publisher.example/list.xml", "is no https address"),
        ("file:///etc/passwd", "where no list is|is no https address"),
        ("https://localhost/list.xml", "is no public address"),
        ("https://127.0.0.1/list.xml", "is no public address"),
        ("https://169.254.169.254/latest/meta-data", "is no public address"),
        ("https://10.0.0.8/list.xml", "is no public address"),
        ("https://[::1]/list.xml", "is no public address"),
        ("http://127.0.0.2:8000/list.xml", "is no https address"),
    ],
)
async def test_only_public_https_addresses_are_asked(url: str, words: str) -> None:
    await refused(Fetcher(addresses={US: [url]}, local=True), words)


async def test_outside_the_embedded_mode_this_machine_is_not_asked(publisher: Publisher) -> None:
    publisher.says(200, LIST)
    await refused(fetcher(publisher, local=False), "is no https address")
    assert publisher.asked == []


@pytest.mark.parametrize(
    "where", ["http://169.254.169.254/", "https://elsewhere.example/list.xml", "file:///etc/passwd"]
)
async def test_nobody_is_followed_to_another_place(publisher: Publisher, where: str) -> None:
    publisher.says(302, Location=where)
    await refused(fetcher(publisher), "the publisher sends on to")


async def test_nobody_is_followed_in_circles(publisher: Publisher) -> None:
    publisher.says(302, Location="/list")
    await refused(fetcher(publisher), "sends on more than 3 times")
    assert len(publisher.asked) == 4


async def test_a_move_on_the_same_host_is_followed(publisher: Publisher) -> None:
    publisher.says(302, Location="/moved.xml")
    publisher.says(200, LIST)
    came = await fetcher(publisher).fetch(US)
    assert came is not None
    assert came.data == LIST
    assert publisher.asked[1][1] == "/moved.xml"


async def test_a_file_that_is_too_large_is_not_read_to_its_end(publisher: Publisher) -> None:
    publisher.says(200, b"x" * 200_000)
    await refused(fetcher(publisher, largest=100_000), "more than 100000 bytes")


async def test_a_file_that_unpacks_to_something_too_large_is_not_unpacked(
    publisher: Publisher,
) -> None:
    publisher.says(200, gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")
    await refused(fetcher(publisher, largest=1_000_000), "more than 1000000 bytes")


async def test_a_file_that_breaks_off_on_its_way_is_not_taken(publisher: Publisher) -> None:
    publisher.says(200, LIST[:500], Content_Length=str(len(LIST)))
    await refused(fetcher(publisher), "the publisher does not answer")


async def test_nobody_is_waited_for_without_end(publisher: Publisher) -> None:
    publisher.says(200, LIST)
    await refused(fetcher(publisher, patience=0.0), "it took longer than 0 s")


async def test_a_publisher_that_is_not_there_is_said_so() -> None:
    nobody = Fetcher(addresses={US: ["http://127.0.0.1:9/list"]}, local=True)
    await refused(nobody, "the publisher does not answer")


async def test_keys_go_along_and_questions_are_posted(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.says(200, b"{}")
    asked = Fetcher(addresses={}, headers={"edes": {"apikey": "k"}}, local=True)
    address = Address(url=publisher.url, post={"page": 0, "ecOpName": None})
    monkeypatch.setattr(asked, "addresses", lambda name: (address,))
    await asked.fetch("edes")
    method, _, headers, body = publisher.asked[0]
    assert (method, headers["apikey"]) == ("POST", "k")
    assert body.replace(b" ", b"") == b'{"page":0,"ecOpName":null}'


def edes_page(total: int, *names: str) -> bytes:
    cases = [{"ecOpName": name, "ecOpCountryCode": "IT"} for name in names]
    return b")]}',\n" + json.dumps({"content": cases, "totalElements": total}).encode()


def paged(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Fetcher:
    asked = Fetcher(local=True)
    (official,) = asked.addresses("edes")
    here = official.model_copy(update={"url": publisher.url})
    monkeypatch.setattr(asked, "addresses", lambda name: (here,))
    return asked


async def test_a_list_in_pages_is_asked_for_to_its_end(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.says(200, edes_page(3, "Vestamar Srl", "Polar House"))
    publisher.says(200, edes_page(3, "Otherwise Unheardof"))
    came = await paged(publisher, monkeypatch).fetch("edes")
    assert came is not None
    file = await Stage().watchlists.accept("edes", came.data)
    assert [one.name for one in file.entries] == [
        *("Vestamar Srl", "Polar House", "Otherwise Unheardof"),
    ]
    assert [json.loads(body)["page"] for *_, body in publisher.asked] == [0, 1]


async def test_one_page_is_kept_as_it_came(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.says(200, edes_page(1, "Vestamar Srl"))
    came = await paged(publisher, monkeypatch).fetch("edes")
    assert came is not None
    assert came.data == edes_page(1, "Vestamar Srl")


async def test_pages_that_stop_too_early_are_no_list(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.says(200, edes_page(3, "Vestamar Srl"))
    publisher.says(200, edes_page(3))
    with pytest.raises(NotFetched, match="gave 1 of 3 entries and no more"):
        await paged(publisher, monkeypatch).fetch("edes")
    with pytest.raises(Rejected, match="1 of 3 cases: pages are missing"):
        await Stage().watchlists.accept("edes", edes_page(3, "Vestamar Srl"))


async def test_several_files_of_one_list_are_one(publisher: Publisher) -> None:
    for name in ("sdn", "alt", "add"):
        publisher.says(200, (LISTS / f"ofac/{name}.csv").read_bytes())
    urls = [f"{publisher.url}/{name}.csv" for name in ("sdn", "alt", "add")]
    stage = Stage(fetcher=Fetcher(addresses={"us-sdn": urls}, local=True))
    came = await stage.fetcher.fetch("us-sdn")
    assert came is not None
    file = await stage.watchlists.accept("us-sdn", came.data)
    assert len(file.entries) == 4


def test_official_addresses_are_https_and_bind_where_the_law_says_so() -> None:
    binding = {name for name, known in sources().items() if known.binding}
    assert binding == {"eu", "un"}
    for known in sources().values():
        for address in known.poll.addresses if known.poll else ():
            assert address.url.startswith("https://")


async def test_an_unknown_list_has_no_address(publisher: Publisher) -> None:
    with pytest.raises(Rejected, match="no list with id nope"):
        fetcher(publisher).addresses("nope")
