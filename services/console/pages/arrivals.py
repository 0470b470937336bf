"""The ways in: what came through each door, what became of every part of it, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from services.console.courier import Courier
from services.console.pages.counting import Figures
from services.console.pages.door import EVERYONE, api
from services.console.pages.sheets import long_sheet, ranked, wants_sheet, whole
from services.console.readmodels.arrivals import Arrival
from services.console.readmodels.documents import Document
from services.console.session import token_in
from services.console.views import WORDS, view_of
from shared.domain import Caller, Unknown
from shared.http import Desk, ServiceDesk

MOST = 300
"""Parts of one archive or mail that are looked through."""

DEEPEST = 4
"""Archives in archives whose parts are shown; onboarding opens none deeper (ADR 16)."""

BECAME: dict[str, tuple[str, ...]] = {
    "all": (),
    "waits": ("review", "received", "read"),
    "refused": ("rejected",),
    "counts": ("verified", "kept"),
}
"""What may have become of a part, and the states of documents that are so."""

CHANNELS = sorted(
    name.partition(".")[2] for name in WORDS["en"].messages if name.startswith("channel.")
)
"""The doors that have a word."""

LOOKS = ("officer", "auditor", "admin")
PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Came:
    """A file, what became of it, and what lay in it. `closed` is one whose name is not shown."""

    arrival: Arrival
    document: Document
    parts: "tuple[Came, ...]"
    closed: bool

    def became(self, states: tuple[str, ...]) -> bool:
        return (
            not states
            or self.document.state in states
            or any(one.became(states) for one in self.parts)
        )

    def says(self, words: str) -> bool:
        own = "" if self.closed else f"{self.arrival.name} {self.document.name}".casefold()
        return words in own or any(one.says(words) for one in self.parts)


@api.get("/arrivals", roles=EVERYONE, response_class=Response)
async def arrivals(desk: Desk, channel: str = "", became: str = "all", q: str = "") -> Response:
    """All doors, or one; `became` shows only what waits, was refused, or counts."""
    if became not in BECAME:
        raise Unknown("list", became)
    view = view_of(desk)
    there: dict[str, Came] = {}

    async def learn(rows: Sequence[Arrival]) -> None:
        there.update({one.arrival.id: one for one in await _came(rows, desk, DEEPEST)})
        await view.learn(desk, [id for row in rows for id in _parties(there[row.id])])

    async def fits(row: Arrival) -> bool:
        one = there[row.id]
        return one.became(BECAME[became]) and one.says(q.casefold())

    async def open_ones(row: Arrival) -> bool:
        return await fits(row) and not there[row.id].closed

    shelf = channel or "all"
    if wants_sheet(desk):
        return await long_sheet(
            view,
            "arrivals",
            (
                ("col.id", lambda a: a.id),
                ("arrivals.came", lambda a: view.parse(a.received_at)),
                ("arrivals.door", lambda a: view.code("channel", a.channel)),
                ("field.name", lambda a: a.name or there[a.id].document.name),
                ("col.party", lambda a: view.name(there[a.id].document.party_id)),
                ("col.state", lambda a: view.code("paper", there[a.id].document.state)),
            ),
            whole(desk, Arrival, shelf, descending=True, learn=learn, keep=open_ones),
        )
    rows = await ranked(desk, Arrival, shelf, descending=True, learn=learn, keep=fits)
    return view.page(
        "arrivals.html.j2",
        arrivals=[there[row.id] for row in rows.rows],
        rows=rows,
        total=len(rows.rows) or await Figures(desk).of(Arrival, "all"),
        channels=CHANNELS,
        channel=channel,
        became=became,
        becomes=tuple(BECAME),
        q=q,
        mailboxes=await _mailboxes(desk),
    )


async def _came(arrivals: Sequence[Arrival], desk: ServiceDesk, deep: int) -> list[Came]:
    known = await desk.service.store.fetch(Document, [one.id for one in arrivals])
    came = []
    for arrival in arrivals:
        document = known.get(arrival.id) or Document(id=arrival.id, buyer_id=arrival.buyer_id)
        parts: list[Came] = []
        if document.state == "opened" and deep:
            inside = await desk.find(Arrival, {"part_of": arrival.id}, limit=MOST)
            parts = await _came(sorted(inside, key=_by_name), desk, deep - 1)
        came.append(Came(arrival, document, tuple(parts), _is_closed(document, desk.caller)))
    return came


def _by_name(arrival: Arrival) -> str:
    return arrival.name.casefold()


def _is_closed(document: Document, caller: Caller) -> bool:
    return document.reviewer != "officer" and document.reviewer not in caller.roles


def _parties(one: Came) -> list[str]:
    inside = [id for part in one.parts for id in _parties(part)]
    return [id for id in (one.arrival.sender_id, one.document.party_id, *inside) if id]


async def _mailboxes(desk: ServiceDesk) -> list[dict[str, Any]] | None:
    """How the mailboxes do, from the service that looks into them; none where it does not say."""
    if not set(LOOKS) & set(desk.caller.roles):
        return []
    courier: Courier = desk.adapters["courier"]
    said = await courier.read(
        "onboarding", "/mailboxes", token=token_in(desk.request), patience=PATIENCE
    )
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else None
