"""A day that has passed, built again from the facts that were known at its end.

The read models are made by the handlers that make the present ones, from the same facts, in
memory: what a page shows of a day follows from what was heard until then and from nothing else.
"""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar, cast

from services.console.handlers import FOLLOWING, router
from services.console.readmodels.facts import Fact, follow_facts, screened
from services.console.readmodels.inbox import follow_inbox
from services.console.readmodels.parties import Party
from services.console.readmodels.timeline import Line, follow_lines, sortable
from services.console.readmodels.todos import follow_todos
from shared.access import note_opened
from shared.desk import Served, ServiceDesk
from shared.domain import Aggregate, Stored
from shared.envelope import Message, Outcome
from shared.events.base import Event
from shared.events.onboarding import OwnershipDeclared
from shared.languages import ZONE
from shared.reading import Reader
from shared.sealing import names_in_bytes
from shared.store import Key, Store
from shared.unit import Unit

S = TypeVar("S", bound=Stored)

MOST_OF_ONE = 3_000
"""Facts about one thing that are heard again, the newest."""

MOST_THINGS = 400
"""Things whose facts are gathered around a party."""

AT_ONCE = 8
STEPS = 4
"""From the party to what its facts name, to the owners' owners, and once more."""

HERE = (
    "contract_id",
    "document_id",
    "request_id",
    "hit_id",
    "case_id",
    "finding_id",
    "action_id",
    "audit_id",
    "merged_id",
)
"""What of a fact about the party itself leads to more facts that its page tells."""

NOT_OF_A_DAY = (follow_lines, follow_facts, follow_todos, follow_inbox)
"""Lines are there for every day; what waits for whom is a matter of the present."""


def end_of(day: date) -> datetime:
    """The moment at which a day is over where the buyers are."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


class Past:
    """What was known at a moment, as the pages ask for it; timelines come from the present store,
    and end at that moment.
    """

    def __init__(self, present: Store, known: dict[Key, Aggregate], end: datetime) -> None:
        self._present = present
        self._known = known
        self._end = sortable(end)

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        wanted = list(ids)
        known = {id: self._known.get((kind, id)) for id in wanted}
        found = {id: cast(S, one) for id, one in known.items() if one is not None}
        if kind is Party and (missing := [id for id in wanted if id not in found]):
            there = await self._present.fetch(Party, missing)
            found |= {id: cast(S, _name_alone(one)) for id, one in there.items()}
        return found

    def knows(self, kind: type[Aggregate], id: str) -> bool:
        """Whether anything was known of it."""
        return (kind, id) in self._known

    async def search(
        self,
        kind: type[S],
        where: dict[str, Any],
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 1000,
        after: str | None = None,
    ) -> list[S]:
        if issubclass(kind, Line | Fact):
            until = min(filter(None, (after, self._end)))
            newest: dict[str, Any] = {"sort": "time", "descending": True, "after": until}
            return await self._present.search(kind, where, limit=limit, **newest)
        there = [one for (known, _), one in self._known.items() if known is kind]
        found = [one for one in there if all(_has(one, name, where[name]) for name in where)]
        return [cast(S, one) for one in found[:limit]]

    async def search_any(
        self, kind: type[S], field: str, values: Iterable[str], *, limit: int = 10_000
    ) -> list[S]:
        found: dict[str, S] = {}
        for value in values:
            found |= {one.id: one for one in await self.search(kind, {field: value}, limit=limit)}
        return list(found.values())[:limit]


def _name_alone(party: Party) -> Party:
    """Of those who are only named on the way, whose own facts were not gathered."""
    return Party(id=party.id, kind=party.kind, name=party.name)


def _has(one: Stored, name: str, wanted: object) -> bool:
    value = getattr(one, name)
    return value == wanted or (isinstance(value, tuple) and wanted in value)


class PastDesk(ServiceDesk):
    """A desk on which everything lies as it did at the end of a day."""

    def __init__(self, desk: ServiceDesk, past: Past, end: datetime) -> None:
        super().__init__(desk.request, desk.response)
        self._caller = desk.caller.model_copy(update={"roles": ()})
        self.service = cast(Served, _Then(desk.service, past))
        self.past = past
        self._end = end

    @property
    def now(self) -> datetime:
        return self._end


class _Then:
    """A service with another store."""

    def __init__(self, service: Served, store: Past) -> None:
        self.store = store
        self._service = service

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)


async def at_the_end_of(day: date, party_ids: Iterable[str], desk: ServiceDesk) -> PastDesk:
    """The desk on which these parties, and what their page tells, are as they were known then."""
    end = end_of(day)
    told = await _told(desk, set(party_ids), end)
    unit = Unit(cast(Store, _Nothing()))
    following = [one for one in FOLLOWING if one not in NOT_OF_A_DAY]
    for message, event in told:
        unit.begin(message, message.time or end)
        for follow in following:
            await follow(event, unit)
        unit.conclude(Outcome())
    return PastDesk(desk, Past(desk.service.store, unit.work.saved, end), end)


class _Nothing:
    """The store of one who has heard nothing yet."""

    async def fetch(self, kind: type[S], ids: Iterable[str], **_: Any) -> dict[str, S]:
        return {}

    async def search(self, kind: type[S], where: dict[str, Any], **_: Any) -> list[S]:
        return []


async def _told(desk: ServiceDesk, own: set[str], end: datetime) -> list[tuple[Message, Event]]:
    """The facts about these parties until a moment, and about what they name, in their order."""
    reader = Reader(router, desk.service.store.keyring)
    found: dict[str, tuple[Message, Event]] = {}
    asked: set[str] = set()
    wanted, owners = set(own), set[str]()
    for _ in range(STEPS):
        wanted = set(sorted(wanted - asked)[: MOST_THINGS - len(asked)])
        asked |= wanted
        new = await _opened(reader, await _facts(desk, wanted, end))
        found |= {message.id: (message, event) for message, event in new}
        wanted = set()
        for _, event in new:
            named, above = _leads_to(event, own, owners)
            wanted |= named | above
            owners |= above
        own |= {event.merged_id for _, event in new if hasattr(event, "merged_id")} & wanted
        if not wanted - asked:
            break
    return sorted(found.values(), key=_order)


def _leads_to(event: Event, own: set[str], owners: set[str]) -> tuple[set[str], set[str]]:
    """What else is to be heard because of a fact: things it names, and owners."""
    about = {getattr(event, name, "") for name in ("party_id", "supplier_id", "outgoing_id")}
    about |= {one.party_id for one in getattr(event, "suppliers", ())}
    if party := getattr(event, "party", None):
        about.add(party.party_id)
    above: set[str] = set()
    if isinstance(event, OwnershipDeclared) and event.party_id in own | owners:
        above = {stake.owner.party_id for stake in event.stakes if stake.owner}
    if about & own:
        return {id for name in HERE if (id := getattr(event, name, ""))}, above
    if about & owners and (hit_id := getattr(event, "hit_id", "")):
        return {hit_id}, above
    return set(), above


async def _facts(desk: ServiceDesk, ids: set[str], end: datetime) -> list[Fact]:
    places = asyncio.Semaphore(AT_ONCE)

    async def of(about: str, limit: int) -> list[Fact]:
        newest: dict[str, Any] = {"sort": "time", "descending": True, "after": sortable(end)}
        async with places:
            return await desk.find(Fact, {"about": about}, limit=limit, **newest)

    asked = [of(id, MOST_OF_ONE) for id in ids] + [of(screened(id), 1) for id in ids]
    return [fact for some in await asyncio.gather(*asked) for fact in some]


async def _opened(reader: Reader, facts: list[Fact]) -> list[tuple[Message, Event]]:
    """What the facts say. Whose data is opened is noted, as with everything that is shown."""
    messages = [
        Message(
            id=fact.id,
            type=fact.type,
            key=fact.key,
            body=fact.body.encode(),
            time=datetime.fromisoformat(fact.time),
        )
        for fact in facts
    ]
    for message in messages:
        note_opened(names_in_bytes(message.body))
    ready = await reader.read(messages)
    return [(one.message, one.said) for one in ready if isinstance(one.said, Event)]


def _order(told: tuple[Message, Event]) -> tuple[str, str, int]:
    message, _ = told
    about, _, number = message.id.rpartition("/")
    when = sortable(message.time) if message.time else ""
    return when, about, int(number) if number.isdecimal() else 0
