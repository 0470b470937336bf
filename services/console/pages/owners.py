"""Who owns a party, up to the last that is declared: as a picture, and as a table that says the
same. What nobody has declared is shown as such: an unknown owner is not a clean one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.console.pages.drawing import COLUMN, HIGH, ROW, WIDE, Drawing, joined, shortened
from services.console.readmodels.hits import Hit
from services.console.readmodels.parties import Owner, Party
from services.console.views import View
from shared.events.words import Share, Status
from shared.http import ServiceDesk

DEEPEST, MOST = 8, 150
"""Steps upwards, and owners in all, that one page shows."""

OF_A_LISTED = {"confirmed": Status.BLOCKED_LEGAL, "open": Status.REVIEW}
WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Held:
    """One interest at its place. Without a `party_id` nobody knows whose it is, and `reason` says
    why. `through` is what of the party at the foot it comes to, by this way alone.
    """

    party_id: str
    name: str
    column: int
    row: int
    below: int
    """The row in this list of whom it is an interest in."""
    share: Share
    through: Share
    interest: str
    direct: bool
    reason: str
    state: Status
    again: bool = False
    """Its own owners are shown elsewhere: it owns by several ways, or in a circle."""

    @property
    def x(self) -> int:
        return self.column * COLUMN + 1

    @property
    def y(self) -> int:
        return self.row * ROW + 1

    @property
    def mark(self) -> str:
        if self.state is Status.CLEAR:
            return ""
        return "?" if self.state is Status.REVIEW else "!"

    @property
    def short(self) -> str:
        return shortened(self.name, marked=bool(self.mark))


@dataclass(frozen=True, slots=True)
class Owners:
    """Row 0 is the party itself. `missing` is what of it is not accounted for, if anything."""

    held: tuple[Held, ...]
    picture: Drawing
    missing: Share | None
    cut: bool


async def owners_of(desk: ServiceDesk, view: View, party: Party, day: date) -> Owners | None:
    """None where nothing was declared."""
    known = await _known(desk, party)
    if not _of_day(party, day):
        return None
    view.parties |= known
    states = await _states(desk, known)
    held = [_foot(party, view)]
    free: dict[int, int] = {1: 0}
    waiting = [(0, owner) for owner in reversed(_of_day(party, day))]
    seen = {party.id}
    while waiting and len(held) <= MOST:
        below, owner = waiting.pop()
        column = held[below].column + 1
        row = max(free.get(column, 0), held[below].row)
        free[column] = row + 1
        again = owner.party_id in seen
        held.append(_place(owner, below, column, row, held[below], view, states, again))
        seen |= {owner.party_id} - {""}
        above = known.get(owner.party_id)
        if above is not None and not again and column < DEEPEST:
            place = len(held) - 1
            waiting += [(place, one) for one in reversed(_of_day(above, day))]
    return Owners(tuple(held), _picture(held), _missing(_of_day(party, day)), bool(waiting))


def _of_day(party: Party, day: date) -> list[Owner]:
    """An interest holds from its first day on, and on the day of its end no longer."""
    return [
        one
        for one in party.owners
        if (one.starts is None or one.starts <= day) and (one.ends is None or day < one.ends)
    ]


async def _known(desk: ServiceDesk, party: Party) -> dict[str, Party]:
    """The party and everybody above it, one question for each step."""
    known = {party.id: party}
    wanted = {one.party_id for one in party.owners if one.party_id}
    for _ in range(DEEPEST):
        wanted -= known.keys()
        if not wanted or len(known) > MOST:
            break
        found = await desk.service.store.fetch(Party, sorted(wanted))
        known |= found
        wanted = {one.party_id for p in found.values() for one in p.owners if one.party_id}
    return known


async def _states(desk: ServiceDesk, known: Iterable[str]) -> dict[str, Status]:
    """Of each the worst that the lists say of it to the caller's buyers."""
    states: dict[str, Status] = {}
    for hit in await desk.find_any(Hit, "party_id", list(known)):
        for buyer in hit.buyers:
            state = OF_A_LISTED.get(hit.state_for(buyer)) if desk.caller.serves(buyer) else None
            if state is not None:
                worst = states.get(hit.party_id, Status.CLEAR)
                states[hit.party_id] = max(worst, state, key=lambda one: one.severity)
    return states


def _foot(party: Party, view: View) -> Held:
    all_of_it = Share.exactly(100)
    name, clear = view.name(party.id), Status.CLEAR
    return Held(party.id, name, 0, 0, -1, all_of_it, all_of_it, "", True, "", clear)


def _place(
    owner: Owner,
    below: int,
    column: int,
    row: int,
    under: Held,
    view: View,
    states: dict[str, Status],
    again: bool,
) -> Held:
    unknown = not owner.party_id
    return Held(
        party_id=view.id_of(owner.party_id) if owner.party_id else "",
        name=view.words("supplier.unknown_owner") if unknown else view.name(owner.party_id),
        column=column,
        row=row,
        below=below,
        share=owner.share,
        through=_through(under.through, owner.share),
        interest=owner.interest,
        direct=owner.direct,
        reason=owner.reason,
        state=Status.REVIEW if unknown else states.get(owner.party_id, Status.CLEAR),
        again=again,
    )


def _through(below: Share, share: Share) -> Share:
    """An interval of an interval: the least of the least, the most of the most, in per cent."""
    return Share(
        minimum=below.minimum * share.minimum / 100, maximum=below.maximum * share.maximum / 100
    )


def _missing(owners: list[Owner]) -> Share | None:
    """What direct shareholdings, unknown ones too, leave open of the whole."""
    counted = [one.share for one in owners if one.direct and one.interest in ("", "shareholding")]
    most = WHOLE - sum(float(share.minimum) for share in counted)
    least = WHOLE - sum(float(share.maximum) for share in counted)
    if not counted or most <= 0:
        return None
    return Share.model_validate({"minimum": max(0.0, least), "maximum": most})


def _picture(held: list[Held]) -> Drawing:
    return Drawing(
        boxes=(),
        lines=tuple(joined(held[one.below], one) for one in held[1:]),
        width=max(one.x for one in held) + WIDE + 1,
        height=max(one.y for one in held) + HIGH + 1,
    )
