"""Two services that hear each other, the clock between them, and everything that waits."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from services.breaches.app import KEEPING
from services.breaches.delegation import read_matrices
from services.breaches.domain import Agreement, Case
from services.breaches.guidance import read_forums
from services.breaches.handlers import router as breaches_router
from services.breaches.insight.law import read_laws
from services.breaches.insight.letters import InsightWriter, read_insight_words
from services.breaches.letters import Writer, read_texts
from services.breaches.rulebook import read_shelf
from services.breaches.terms import Terms
from services.subcontractors.domain import Replacement
from services.subcontractors.handlers import router as subcontractors_router
from services.subcontractors.terms import Terms as ChainTerms
from shared.domain import Caller
from shared.events import catalogue
from shared.events.base import Command, Event, Need
from shared.events.breaches import EnquiryOpened, HearingOpened
from shared.events.notifications import LetterDelivered
from shared.retention import read_keeping
from shared.testing import MemoryKeyRing, World

BEGIN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SHELF = read_shelf()
DAY = timedelta(days=1)
NEVER, LATE = 0, (1, 2, 3)
"""Of twenty letters: one never arrives, three arrive so many days late."""


@dataclass
class Count:
    """What was told and asked, and how often the rules said no."""

    facts: int = 0
    commands: int = 0
    refused: int = 0
    reasons: set[str] = field(default_factory=set)


class Desk:
    """What one service announces, the other hears at once; deadlines come day by day."""

    def __init__(self) -> None:
        adapters = {
            "shelf": SHELF,
            "terms": Terms(),
            "writer": Writer(read_texts()),
            "matrices": read_matrices(),
            "forums": read_forums(),
            "laws": read_laws(),
            "insight_writer": InsightWriter(read_insight_words()),
            "keeping": read_keeping(KEEPING),
            "persons": MemoryKeyRing(),
        }
        self.breaches = World(breaches_router, adapters=adapters, now=BEGIN)
        self.chains = World(subcontractors_router, adapters={"terms": ChainTerms()}, now=BEGIN)
        self.worlds = (self.breaches, self.chains)
        self.count = Count()
        self.needs: dict[str, Need] = {}
        self.history: list[Event] = []
        self._post: list[tuple[datetime, LetterDelivered]] = []
        self._read = {id(world): 0 for world in self.worlds}
        self._kinds = catalogue()

    @property
    def now(self) -> datetime:
        return self.breaches.now

    @property
    def cases(self) -> list[Case]:
        return [d for d in self.breaches.store.documents.values() if isinstance(d, Case)]

    @property
    def replacements(self) -> list[Replacement]:
        held = self.chains.store.documents.values()
        return [d for d in held if isinstance(d, Replacement) and d.is_open]

    def agreement(self, contract_id: str) -> Agreement:
        return self.breaches.state(Agreement, contract_id)

    async def tell(self, *facts: Event) -> None:
        """Facts of other services, to whoever hears them."""
        for fact in facts:
            self.count.facts += 1
            await self._spread(fact, self.worlds)
        await self._hear_each_other()

    async def ask(self, world: World, command: Command, by: Caller) -> bool:
        """What a person does. False where the rules say no."""
        self.count.commands += 1
        error = (await world.tell(command, by=by)).error
        if error is not None:
            self.count.refused += 1
            self.count.reasons.add(f"{type(command).__name__}: {error['reason']}"[:200])
            if error["kind"] not in ("rejected", "forbidden"):
                raise AssertionError(f"{command} ended as {error}")
        await self._hear_each_other()
        return error is None

    async def pass_day(self) -> None:
        here = [letter for at, letter in self._post if at <= self.now]
        self._post = [(at, letter) for at, letter in self._post if at > self.now]
        await self.tell(*here)
        for world in self.worlds:
            await world.advance(DAY)
            await self._hear_each_other()

    async def _spread(self, fact: Event, worlds: tuple[World, ...]) -> None:
        for world in worlds:
            if type(fact) in world.router.heard:
                await world.tell(fact)

    async def _hear_each_other(self) -> None:
        while news := [(world, event) for world in self.worlds for event in self._news(world)]:
            for world, event in news:
                self.history.append(event)
                self._follow(event)
                if isinstance(event, EnquiryOpened | HearingOpened):
                    self._send(event)
                others = tuple(other for other in self.worlds if other is not world)
                await self._spread(event, others)

    def _send(self, asked: EnquiryOpened | HearingOpened) -> None:
        """The letter arrives that day, or some days later, or never."""
        fate = sha256(asked.link_id.encode()).digest()[0] % 20
        if fate == NEVER:
            return
        at = self.now + DAY * (fate if fate in LATE else 0)
        letter = LetterDelivered(
            letter_id=f"letter-{asked.link_id}",
            party_id=asked.supplier_id,
            buyer_id=asked.buyer_id,
            words="letter.hearing",
            about=asked.case_id,
            link_id=asked.link_id,
            channel="mail" if at == self.now else "digital-post",
            delivered_at=at,
        )
        self._post.append((at, letter))

    def _news(self, world: World) -> list[Any]:
        journal, start = world.store.journal, self._read[id(world)]
        self._read[id(world)] = len(journal)
        return [self._kinds[e.type].model_validate_json(e.body) for e in journal[start:]]

    def _follow(self, event: Event) -> None:
        for settled in event.settles:
            self.needs.pop(settled, None)
        if event.need:
            self.needs[event.need.id] = event.need
