"""The chain of a contract as a picture: a column for each tier, a line from who hires to whom.

Positions are in units of the picture. Colours are classes of the style sheet, words come with the
template; the table beside the picture says the same to whoever does not see it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup, escape

from services.console.readmodels.contracts import Contract
from services.console.views import View
from shared.events.words import Share, Status

COLUMN, ROW = 236, 44
WIDE, HIGH = 204, 32
GROUP, WIDEST, AROUND = 4, 8, 4
"""So many that one party hires, and that hire nobody, stand together in a frame, at most so many
side by side; the frame is drawn so far around them."""

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
    Many that hire nobody themselves stand together in a frame: a column of all would be endless.

    Whoever is hired by nobody in the chain stands in the column of its tier.
    """
    members = {member.party_id: member for member in contract.chain}
    states = _states(contract)
    boxes: dict[str, Box] = {}
    lines: list[str] = []
    groups: dict[str, list[Box]] = {}
    for place in _Placing(contract).places():
        member = members.get(place.party_id)
        box = Box(
            party_id=place.party_id,
            column=place.column,
            row=place.row,
            name=names.get(place.party_id) or place.party_id,
            state=states.get(place.party_id, Status.CLEAR),
            standing=member.standing if member else "approved",
            share=member.share if member else None,
        )
        boxes[place.party_id] = box
        if place.grouped:
            groups.setdefault(place.above, []).append(box)
        elif place.above:
            lines.append(joined(boxes[place.above], box))
    for above, group in groups.items():
        lines += [_frame(group), joined(boxes[above], group[0])]
    return Drawing(
        boxes=tuple(boxes.values()),
        lines=tuple(lines),
        width=max((box.x for box in boxes.values()), default=0) + WIDE + AROUND + 1,
        height=max((box.y for box in boxes.values()), default=0) + HIGH + AROUND + 1,
    )


def as_svg(view: View, drawing: Drawing) -> Markup:
    """The picture itself. Not a template: of 300 members that would take ten times as long."""
    shares = {box.share: view.share(box.share) if box.share else "" for box in drawing.boxes}
    lines = "".join(f'<path d="{line}"></path>' for line in drawing.lines)
    boxes = "".join(_linked(view, box, shares[box.share]) for box in drawing.boxes)
    size = f'width="{drawing.width}" height="{drawing.height}"'
    seen = f'viewBox="0 0 {drawing.width} {drawing.height}"'
    return Markup(f"<svg {size} {seen}>{lines}{boxes}</svg>")  # every text in it is escaped


def _linked(view: View, box: Box, share: str) -> str:
    """A box that leads to its party and says all of it to whoever does not see it."""
    concern = view.code("status", box.state) if box.mark else view.words("contract.no_concern")
    standing = view.code("standing", box.standing) if box.column else ""
    says = escape(", ".join(filter(None, (box.name, concern, standing, share))))
    left, middle = box.x + 9, box.y + 20
    texts = f'<text x="{left}" y="{box.y + 14 if share else middle}">{escape(box.short)}</text>'
    if box.mark:
        texts += f'<text class="mark" x="{box.x + WIDE - 9}" y="{middle}">{box.mark}</text>'
    if share:
        texts += f'<text class="part" x="{left}" y="{box.y + 27}">{escape(share)}</text>'
    return (
        f'<a href="/suppliers/{escape(view.id_of(box.party_id))}"'
        f' class="g-{box.state} g-{escape(box.standing)}" aria-label="{says}"><title>{says}</title>'
        f'<rect x="{box.x}" y="{box.y}" width="{WIDE}" height="{HIGH}" rx="4"></rect>{texts}</a>'
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a party stands, and who hires it; `grouped` where it stands in a frame with others."""

    party_id: str
    column: int
    row: int
    above: str = ""
    grouped: bool = False


class _Placing:
    """Finds a place for each party once, circles or not."""

    def __init__(self, contract: Contract) -> None:
        self._hired: dict[str, list[str]] = {}
        for member in contract.chain:
            self._hired.setdefault(member.parent_id, []).append(member.party_id)
        self._tops = [(id, 0) for id in contract.supplier_ids]
        self._tops += [(member.party_id, member.tier) for member in contract.chain]
        self._rows: dict[str, int] = {}
        self._free: dict[int, int] = {}

    def places(self) -> Iterator[Place]:
        for top, tier in self._tops:
            waiting = [(top, tier, "")]
            while waiting:
                party_id, column, above = waiting.pop()
                if party_id in self._rows:
                    continue
                row = max(self._free.get(column, 0), self._rows.get(above, 0))
                if party_id in self._hired:  # beside it there must be room for those whom it hires
                    row = max(row, *(free for one, free in self._free.items() if one > column), 0)
                self._rows[party_id], self._free[column] = row, row + 1
                yield Place(party_id, column, row, above)
                group = self._group(party_id)
                yield from self._in_a_frame(group, column + 1, party_id)
                below = [id for id in self._hired.get(party_id, []) if id not in self._rows]
                waiting += [(id, column + 1, party_id) for id in reversed(below)]

    def _group(self, party_id: str) -> list[str]:
        """Those that a party hires and that hire nobody, where they are many."""
        last = [
            id
            for id in self._hired.get(party_id, [])
            if id not in self._hired and id not in self._rows
        ]
        return last if len(last) >= GROUP else []

    def _in_a_frame(self, group: list[str], column: int, above: str) -> Iterator[Place]:
        if not group:
            return
        wide = min(WIDEST, -(-len(group) // 2))
        columns = range(column, column + wide)
        first = max(self._rows[above], *(self._free.get(one, 0) for one in columns))
        for number, party_id in enumerate(group):
            self._rows[party_id] = first + number // wide
            yield Place(party_id, column + number % wide, self._rows[party_id], above, True)
        for one in columns:
            self._free[one] = first - (-len(group) // wide)


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


def _frame(group: list[Box]) -> str:
    """A line around boxes that stand together."""
    left, top = group[0].x - AROUND, group[0].y - AROUND
    right = max(box.x for box in group) + WIDE + AROUND
    bottom = group[-1].y + HIGH + AROUND
    return f"M{left} {top}H{right}V{bottom}H{left}Z"
