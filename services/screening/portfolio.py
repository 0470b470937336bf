"""The parties of all buyers, ready to be asked: whom of ours does this listing resemble?

Each process has a portfolio of its own and keeps it in step with the database, where every party
says since when it is as it is (`Screening.changed`); see docs/adr/0020. It is a help to be early:
that every party is compared with every version is for the walk of the sweep to see to.
"""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from services.screening.domain import ListedEntry, Screening
from services.screening.folders import private_folder
from services.screening.indexes import FEW, NotArranged
from services.screening.layers import Change, Layers
from services.screening.matching import Index, Likeness, Policy
from services.screening.matching.kept import open_index
from services.screening.resembling import entry_of, listing_asked, party_asked
from shared.store import Store

log = logging.getLogger("ansvar.screening.portfolio")

LATE, VERY_LATE = timedelta(seconds=5), timedelta(seconds=120)
"""How long after its moment a change may be committed: mostly, and at most. A handler may have
waited for an index to be made, and the clocks of several machines differ."""
LOOK_FAR_BACK = 60.0
"""Seconds of real time after which we look for those that came very late."""
MOST_CHANGED = 5_000
"""Changed parties from which arranging everything anew is worth it; 20 small indexes by then."""
RENEW_AFTER = 20 * 3600.0
"""Seconds of real time: a person who was erased is gone from the index within a day."""
PAGE = 500
MOST_ALIKE = 100_000
"""Parties that may have changed at the same moment."""
MAYBE = 0.01
"""A score from which a party may resemble a listing. It was learned for parties that ask, and
says less the other way round: what is found is compared the right way before it counts."""
MOST_MAYBE = 100


class Resembles(NamedTuple):
    """A party of ours and the listing that it resembles, compared as a party with a list is."""

    party_id: str
    likeness: Likeness


class NotReady(Exception):
    """The parties are being arranged for the first time."""


class Portfolio:
    """`home` is the folder below which large indexes are made; without it all stay in memory."""

    def __init__(self, policy: Policy, home: Path | None = None) -> None:
        self.policy = policy
        self._home = home
        self._layers: Layers | None = None
        self._read_to = ""
        self._far_back_at = 0.0
        self._made_at = 0.0
        self._following = asyncio.Lock()

    @property
    def ready(self) -> bool:
        return self._layers is not None

    @property
    def parties(self) -> int:
        """Parties that can be found."""
        return self._layers.parties if self._layers else 0

    @property
    def wants_renewal(self) -> bool:
        """Whether it is time to arrange everything anew."""
        if self._layers is None or self._layers.changed > MOST_CHANGED:
            return True
        return time.monotonic() - self._made_at > RENEW_AFTER

    # ------------------------------------------------------------ asking

    async def resembling(
        self, listings: Sequence[ListedEntry], among: Index, least: float | None = None
    ) -> list[Resembles]:
        """The parties that resemble these listings, the most alike first, beside the event loop.

        `among` is an index of at least these listings. Without `least` it is the policy's
        threshold, from which a party would be a hit. Raises `NotReady`.
        """
        layers = self._layers
        if layers is None:
            raise NotReady
        return await asyncio.to_thread(_resembling, layers, listings, among, least)

    # ------------------------------------------------------------ keeping in step

    async def catch_up(self, store: Store) -> None:
        """Take in what changed since the last time. Nothing happens before the first renewal."""
        async with self._following:
            if self._layers is None:
                return
            far = time.monotonic() >= self._far_back_at
            since = _before(self._read_to, VERY_LATE if far else LATE)
            async for one in _changed_since(since, store):
                self._layers.put(one.party_id, Change(entry_of(one.party), one.changed))
                self._read_to = max(self._read_to, one.changed)
            if far:
                self._far_back_at = time.monotonic() + LOOK_FAR_BACK

    async def renew(self, store: Store, now: datetime) -> None:
        """Arrange all parties anew, while the ones of before are asked; then change over.

        Raises `NotArranged` where the process that arranges them fails.
        """
        began, since = time.monotonic(), _before(now.isoformat(), VERY_LATE)
        layers = Layers(await self._arranged(store), self.policy)
        async with self._following:
            if self._layers is None:
                self._read_to = since
            else:
                for party_id, change in self._layers.changes_since(since):
                    layers.put(party_id, change)
            self._layers, self._made_at, self._far_back_at = layers, began, 0.0
        await self.catch_up(store)
        log.info("the portfolio is arranged", extra={"parties": self.parties})

    async def _arranged(self, store: Store) -> Index:
        few: list[ListedEntry] = []
        pages = _pages(store)
        async for page in pages:
            few += page
            if len(few) > FEW and self._home is not None:
                return await self._mapped(few, pages, self._home / "portfolio")
        return await asyncio.to_thread(Index, tuple(few), self.policy)

    async def _mapped(
        self, first: list[ListedEntry], rest: AsyncIterator[list[ListedEntry]], place: Path
    ) -> Index:
        """Arranged by a process of its own in a folder that is gone when this one has mapped it."""
        with private_folder(place) as folder:
            file = folder / "entries.jsonl"
            with file.open("wb") as lines:
                lines.writelines(_line(one) for one in first)
                async for page in rest:
                    await asyncio.to_thread(lines.writelines, [_line(one) for one in page])
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.screening.matching.build",
                str(file), str(folder / "index"), self.policy.version,
                stderr=asyncio.subprocess.PIPE, umask=0o077,
            )  # fmt: skip
            try:
                _, said = await process.communicate()
            except asyncio.CancelledError:
                process.kill()
                raise
            if process.returncode:
                raise NotArranged(said.decode(errors="replace")[-2000:])
            return await asyncio.to_thread(open_index, folder / "index", self.policy)


def _resembling(
    layers: Layers, listings: Sequence[ListedEntry], among: Index, least: float | None
) -> list[Resembles]:
    maybe: dict[str, ListedEntry] = {}
    for listing in listings:
        for one in layers.search(listing_asked(listing), MAYBE, MOST_MAYBE):
            maybe[one.entry.entry_id] = one.entry
    asked = {listing.place for listing in listings}
    found = [
        Resembles(party_id, likeness)
        for party_id, entry in maybe.items()
        for likeness in among.search(party_asked(entry), least)
        if likeness.entry.place in asked
    ]
    return sorted(found, key=lambda one: (-one.likeness.score, one.party_id))


def _line(entry: ListedEntry) -> bytes:
    return entry.model_dump_json().encode() + b"\n"


def _before(moment: str, by: timedelta) -> str:
    """The order of moments is the order of their texts, as all are in UTC."""
    return (datetime.fromisoformat(moment) - by).isoformat()


async def _pages(store: Store) -> AsyncIterator[list[ListedEntry]]:
    """All parties that can be found, in pages."""
    after: str | None = None
    while True:
        page = await store.search(Screening, {}, sort="party_id", after=after, limit=PAGE)
        entries = (entry_of(one.party) for one in page)
        yield [one for one in entries if one is not None]
        if len(page) < PAGE:
            return
        after = page[-1].party_id


async def _changed_since(moment: str, store: Store) -> AsyncIterator[Screening]:
    """Parties that are what they are since a later moment than this."""
    while True:
        page = await store.search(Screening, {}, sort="changed", after=moment, limit=PAGE)
        for one in page:
            yield one
        if len(page) < PAGE:
            return
        moment = page[-1].changed
        # a page may have ended among several of the same moment
        for one in await store.search(Screening, {"changed": moment}, limit=MOST_ALIKE):
            yield one
