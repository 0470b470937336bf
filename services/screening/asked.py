"""Questions that leave no trace: who is asked about, and what the lists in force say."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.screening.domain import Match, Watchlist, watchlist_id
from services.screening.matching import Index, Likeness, Subject
from services.screening.sources import sources
from services.screening.watchlists import Watchlists, matches
from shared.domain import Rejected
from shared.events.words import ListRef
from shared.store import Store

LONGEST_NAME = 1_000
"""Characters. The longest name on the lists of the EU, the UN and OFAC has some 400."""
MOST_NAMES = 50
MOST_CHARACTERS = 50_000
"""Of all names of a request together, as often as each is compared: seconds, not minutes."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A version of a list that is in force, ready to search."""

    source: str
    ref: ListRef
    index: Index


async def lists_in_force(
    watchlists: Watchlists, store: Store, names: Iterable[str] | None = None
) -> list[InForce]:
    """The lists by these names, or all. Raises `Rejected` where none of them is in force.

    An answer that nothing was compared with would look like a clean one.
    """
    wanted = list(sources() if names is None else names)
    held = await store.fetch(Watchlist, [watchlist_id(name) for name in wanted])
    found = []
    for one in held.values():
        if one.current is not None and one.ref is not None:
            index = await watchlists.whole(one.current, store)
            found.append(InForce(one.source, one.ref, index))
    if not found:
        raise Rejected("none of these lists is in force here: nothing can be compared")
    return found


async def search(
    lists: Sequence[InForce],
    subjects: Sequence[Subject],
    least: float | None = None,
    most: int | None = None,
) -> list[list[tuple[InForce, Likeness]]]:
    """For each subject what resembles it, the most alike first, beside the event loop.

    Without `least` it is the policy's threshold.
    """

    def compare() -> list[list[tuple[InForce, Likeness]]]:
        found = []
        for subject in subjects:
            these = [
                (held, one) for held in lists for one in held.index.search(subject, least, most)
            ]
            these.sort(key=lambda pair: -pair[1].score)
            found.append(these[:most])
        return found

    return await asyncio.to_thread(compare)


def as_matches(found: Iterable[tuple[InForce, Likeness]]) -> list[Match]:
    """What was found, with its reasons, in the same order."""
    return [
        next(iter(matches([one], held.source, held.ref.version).values())) for held, one in found
    ]
