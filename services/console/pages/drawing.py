"""The chain of a contract as a picture: a column for each tier, a line from who hires to whom.

Positions are in units of the picture. Colours are classes of the style sheet, words come with the
template; the table beside the picture says the same to whoever does not see it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.console.readmodels.contracts import Contract
from shared.events.words import Share, Status

COLUMN, ROW = 236, 44
WIDE, HIGH = 204, 32
LETTERS = 24
"""That fit into a box at its size of type; the whole name is in the title and the table."""


@dataclass(frozen=True)
class Box:
    """One party at its place. `state`: the worst of what touches the contract through it."""

    party_id: str
    column: int
    row: int
    name: str
    state: Status
    standing: str
    share: Share | None

    @property
    def x(self) -> int:
        return self.column * COLUMN + 1

    @property
    def y(self) -> int:
        return self.row * ROW + 1

    @property
    def mark(self) -> str:
        """What is not told by colour alone: a question, or that something must be done."""
        if self.state is Status.CLEAR:
            return ""
        return "?" if self.state in (Status.REVIEW, Status.CONDITIONAL) else "!"

    @property
    def short(self) -> str:
        return shortened(self.name, marked=bool(self.mark))


class Placed(Protocol):
    """What has a place in a picture: its upper left corner."""

    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...


def shortened(name: str, *, marked: bool) -> str:
    """As much of a name as fits into a box."""
    most = LETTERS - 2 if marked else LETTERS
    return name if len(name) <= most else f"{name[: most - 1]}…"


@dataclass(frozen=True)
class Drawing:
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int
    box_width: int = WIDE
    box_height: int = HIGH


def drawn(contract: Contract, names: Mapping[str, str]) -> Drawing:
    """Suppliers left, everyone else right of who hires it, at its height or below the one before.

    Whoever is hired by nobody in the chain stands in the column of its tier.
    """
    members = {member.party_id: member for member in contract.chain}
    states = _states(contract)
    boxes: dict[str, Box] = {}
    lines = []
    for party_id, column, row, above in _places(contract):
        member = members.get(party_id)
        boxes[party_id] = Box(
            party_id=party_id,
            column=column,
            row=row,
            name=names.get(party_id) or party_id,
            state=states.get(party_id, Status.CLEAR),
            standing=member.standing if member else "approved",
            share=member.share if member else None,
        )
        if above:
            lines.append(joined(boxes[above], boxes[party_id]))
    return Drawing(
        boxes=tuple(boxes.values()),
        lines=tuple(lines),
        width=max((box.x for box in boxes.values()), default=0) + WIDE + 1,
        height=max((box.y for box in boxes.values()), default=0) + HIGH + 1,
    )


def _places(contract: Contract) -> Iterator[tuple[str, int, int, str]]:
    """Party, column, row and who hires it, each party once, circles or not."""
    hired: dict[str, list[str]] = {}
    for member in contract.chain:
        hired.setdefault(member.parent_id, []).append(member.party_id)
    tops = [(id, 0) for id in contract.supplier_ids]
    tops += [(member.party_id, member.tier) for member in contract.chain]
    rows: dict[str, int] = {}
    free: dict[int, int] = {}
    for top, tier in tops:
        waiting = [(top, tier, "")]
        while waiting:
            party_id, column, above = waiting.pop()
            if party_id in rows:
                continue
            row = max(free.get(column, 0), rows.get(above, 0))
            rows[party_id], free[column] = row, row + 1
            yield party_id, column, row, above
            waiting += [(id, column + 1, party_id) for id in reversed(hired.get(party_id, []))]


def _states(contract: Contract) -> dict[str, Status]:
    """Of each party in the chain, the worst of what touches the contract through it."""
    worst: dict[str, Status] = {}
    there = {*contract.supplier_ids, *contract.members_ids}
    for exposure in contract.exposures:
        through = next((id for id in reversed(exposure.path) if id in there), exposure.party_id)
        before = worst.get(through, Status.CLEAR)
        worst[through] = max(before, exposure.status, key=lambda status: status.severity)
    return worst


def joined(above: Placed, below: Placed) -> str:
    """From the right side of one box to the left side of another."""
    half = HIGH // 2
    start = above.x + WIDE
    turn = (start + below.x) // 2
    up, down = above.y + half, below.y + half
    return f"M{start} {up}C{turn} {up} {turn} {down} {below.x} {down}"
