"""Parties as they are to be seen now: several that a person merged are one.

The facts stay with the party of which they were told. Whoever asks for one of several merged
parties gets all that is known of them together, under the id into which they were merged.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from services.subcontractors.domain.footprint import Footprint

T = TypeVar("T")


class Surroundings(Mapping[str, Footprint]):
    """Some parties by their ids; an id that was merged into another finds that one."""

    def __init__(self) -> None:
        self._views: dict[str, Footprint] = {}
        self._roots: dict[str, str] = {}
        self._parts: dict[str, tuple[Footprint, ...]] = {}

    def add(self, parts: tuple[Footprint, ...]) -> None:
        """A party with all who were merged into it, itself first."""
        root = parts[0].id
        self._parts[root] = parts
        self._views[root] = parts[0] if len(parts) == 1 else united(parts)
        self._roots.update((part.id, root) for part in parts)

    def update(self, other: "Surroundings") -> None:
        self._views.update(other._views)
        self._roots.update(other._roots)
        self._parts.update(other._parts)

    def root(self, party_id: str) -> str:
        """The id under which a party is known now."""
        return self._roots.get(party_id, party_id)

    def parts(self, party_id: str) -> tuple[Footprint, ...]:
        """The records of a party, the one into which the others were merged first."""
        return self._parts[self.root(party_id)]

    def __getitem__(self, party_id: str) -> Footprint:
        return self._views[self.root(party_id)]

    def __contains__(self, party_id: object) -> bool:
        return isinstance(party_id, str) and self.root(party_id) in self._views

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)


def united(parts: tuple[Footprint, ...]) -> Footprint:
    """All that is known of several parties that are one; its id is the first one's.

    Owners of any of them are owners: none who was ever named is lost by a merging.
    """
    root = parts[0]
    own = {part.id for part in parts}
    declared = [part.owners for part in parts if part.owners is not None]
    owners = _together(declared) if declared else None
    return Footprint(
        id=root.id,
        places=_together(part.places for part in parts),
        left=_together(part.left for part in parts),
        owners=None if owners is None else tuple(o for o in owners if o.party_id not in own),
        companies=tuple(c for c in _together(p.companies for p in parts) if c not in own),
        hits=_together(part.hits for part in parts),
        flags=_together(part.flags for part in parts),
        conclusions=_together(part.conclusions for part in parts),
        seats=_together(part.seats for part in parts),
        claims=_together(part.claims for part in parts),
        qualifications=_together(part.qualifications for part in parts),
        papers=_together(part.papers for part in parts),
        country=next((part.country for part in parts if part.country), ""),
        screened=any(part.screened for part in parts),
        exposure_ids=_together(part.exposure_ids for part in parts),
        twins=tuple(part.id for part in parts[1:]),
    )


def _together(of: "Iterator[tuple[T, ...]] | list[tuple[T, ...]]") -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for values in of for one in values))
