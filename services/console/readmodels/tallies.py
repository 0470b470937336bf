"""How many things stand on a list, kept in step by the facts that put them there or take them away.

Counting the rows of a long list reads all of it. A tally belongs to one buyer and one partition of
the topics, which only one process hears at a time: so no two of them write the same one, and how
many there are is the sum over the partitions.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import Field

from services.console.readmodels.cases import Case
from services.console.readmodels.contracts import Contract
from services.console.readmodels.documents import Document
from services.console.readmodels.hits import Hit
from services.console.readmodels.todos import Todo, is_personal
from shared.domain import Aggregate, Stored
from shared.steps import is_mark
from shared.unit import Unit

KINDS: tuple[type[Aggregate], ...] = (Todo, Hit, Case, Contract, Document)
"""What is counted: the figures above lists."""

SLOTS = 12
"""Partitions of a topic, unless somebody has made more; then some share a tally."""

BEGUN = "begun"
"""The tally that says whether there were any from the first fact on."""


class Tally(Aggregate):
    """Of one buyer (or of all) and one slot: on which list of which kind stand how many more than
    there were. What one slot has put on a list another may take away, so a number may be negative.
    """

    whole: bool = False
    """Of `BEGUN`: everything was counted. Else whoever asks counts what is there, until
    `ansvar console rebuild` has run."""
    counts: dict[str, int] = Field(default_factory=dict)


def tally_ids(buyer_id: str) -> set[str]:
    """Those of which the sum is asked for; for no buyer, what all see."""
    return {f"{buyer_id}/{slot}" for slot in range(SLOTS)}


def list_key(kind: type[Stored], name: str) -> str:
    return f"{kind.__name__}/{name}"


async def follow_tallies(unit: Unit) -> None:
    """Count what the fact that is handled has changed; last, when all others have followed it."""
    changes: dict[str, Counter[str]] = {}
    for before, after in unit.changed():
        if isinstance(after, KINDS):
            for step, shelves in ((-1, _shelves(before)), (1, _shelves(after))):
                for name, buyer_id in shelves:
                    key = list_key(type(after), name)
                    changes.setdefault(buyer_id, Counter())[key] += step
    changes = {buyer: found for buyer, one in changes.items() if (found := _without_zeros(one))}
    if not changes or not await _is_whole(unit):
        return
    for buyer_id, change in changes.items():
        id = f"{buyer_id}/{_slot(unit.message.place)}"
        tally = await unit.load(Tally, id) or Tally(id=id)
        sums = Counter(tally.counts)
        sums.update(change)
        tally.counts = dict(_without_zeros(sums))
        unit.save(tally)


def _shelves(one: Stored | None) -> Iterator[tuple[str, str]]:
    """The lists on which something stands, and for which buyer each is."""
    names: Iterable[str] = getattr(one, "shelves", ())
    for shelf in names:
        if not is_mark(shelf) and not is_personal(shelf):
            name, _, buyer_id = shelf.partition("/")
            yield name, buyer_id


def _without_zeros(counts: Counter[str]) -> Counter[str]:
    return Counter({name: number for name, number in counts.items() if number})


def _slot(place: str) -> int:
    """The partition from which a message came; what comes from elsewhere has the first."""
    parts = place.rsplit(":", 2)
    return int(parts[1]) % SLOTS if len(parts) == 3 and parts[1].isdecimal() else 0


async def _is_whole(unit: Unit) -> bool:
    """Whether everything that is there was counted, which is so if there was nothing at first."""
    begun = await unit.load(Tally, BEGUN)
    if begun is None:
        there = [await unit.store.ids(kind, {}, limit=1) for kind in KINDS]
        begun = Tally(id=BEGUN, whole=not any(there))
        unit.save(begun)
    return begun.whole
