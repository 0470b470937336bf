"""Who is meant by an id, now or as was known at a moment: several can be one party (ADR-0032)."""

from dataclasses import dataclass
from datetime import datetime

from services.contracts.domain import KnownParty, PartyFile
from shared.store import Store


@dataclass(frozen=True)
class Whole:
    """A party as it was known at a moment: its id then, and all ids that were one with it."""

    id: str
    ids: tuple[str, ...]
    pages: tuple[KnownParty, ...]
    file: PartyFile | None

    def screened(self, at: datetime | None = None) -> bool:
        """Whether it has been compared with the lists, now or until a moment."""
        since = self.file.screened if self.file else None
        return since is not None and (at is None or since <= at)

    def known_since(self, buyer_id: str) -> datetime | None:
        since = [page.buyers[buyer_id] for page in self.pages if buyer_id in page.buyers]
        return min(since, default=None)


async def whole(store: Store, party_id: str, at: datetime | None = None) -> Whole:
    """Whom an id means, with everyone who is one with it; without `at`, now."""
    pages = await store.fetch(KnownParty, [party_id])
    root = pages[party_id].known_as(at) if party_id in pages else party_id
    if root not in pages:
        pages |= await store.fetch(KnownParty, [root])
    twins = pages[root].twins if root in pages else ()
    if twins:
        pages |= await store.fetch(KnownParty, twins)
    ids = (root, *(id for id in twins if id in pages and pages[id].known_as(at) == root))
    files = await store.fetch(PartyFile, ids)
    return Whole(
        id=root,
        ids=ids,
        pages=tuple(pages[id] for id in ids if id in pages),
        file=PartyFile.together([files[id] for id in ids if id in files]) if files else None,
    )
