"""How many things stand on the lists to which a figure leads, as far as the caller may see them."""

from collections.abc import Sequence

from services.console.pages.sheets import shelves_of
from services.console.readmodels.tallies import BEGUN, KINDS, Tally, list_key, tally_ids
from services.console.views import MOST_COUNTED, AtLeast
from shared.domain import Stored
from shared.http import ServiceDesk


class Figures:
    """The numbers on one page. What is kept count of is read once, for all of them."""

    def __init__(self, desk: ServiceDesk) -> None:
        self._desk = desk
        self._tallies: dict[str, Tally] | None = None

    async def of(self, kind: type[Stored], shelf: str | Sequence[str]) -> int:
        """How many stand on a list, or on several as one; `AtLeast` so many where it would take
        too long to count them all.
        """
        names = (shelf,) if isinstance(shelf, str) else tuple(shelf)
        buyers = [""] if "*" in self._desk.caller.buyers else list(self._desk.caller.buyers)
        # One thing may concern several buyers, and is one for somebody who acts for all of them.
        if kind in KINDS and len(buyers) == 1 and await self._are_whole():
            return await self._kept(buyers[0], [list_key(kind, name) for name in names])
        found: set[str] = set()
        for one in shelves_of(self._desk, names):
            found |= await self._desk.ids(kind, {"shelves": one}, limit=MOST_COUNTED)
        return AtLeast(MOST_COUNTED) if len(found) >= MOST_COUNTED else len(found)

    async def _are_whole(self) -> bool:
        begun = (await self._read()).get(BEGUN)
        return begun is not None and begun.whole

    async def _kept(self, buyer_id: str, keys: Sequence[str]) -> int:
        own = [one for id, one in (await self._read()).items() if id in tally_ids(buyer_id)]
        return max(0, sum(one.counts.get(key, 0) for one in own for key in keys))

    async def _read(self) -> dict[str, Tally]:
        if self._tallies is None:
            buyers = ("",) if "*" in self._desk.caller.buyers else self._desk.caller.buyers
            ids = {BEGUN}.union(*(tally_ids(buyer) for buyer in buyers[:1]))
            self._tallies = await self._desk.service.store.fetch(Tally, ids)
        return self._tallies
