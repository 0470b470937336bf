"""The ways in: what came through each door, what became of every part of it, and why."""

from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from services.console.courier import Courier
from services.console.pages.door import EVERYONE, api, of_buyers
from services.console.pages.sheets import sheet, shown, wants_sheet
from services.console.readmodels.arrivals import Arrival
from services.console.readmodels.documents import Document
from services.console.session import token_in
from services.console.views import View, view_of
from shared.domain import Caller, Unknown
from shared.http import Desk, ServiceDesk

MOST = 300
"""Arrivals that are looked through, the newest."""

DEEPEST = 4
"""Archives in archives whose parts are shown; onboarding opens none deeper (ADR 16)."""

BECAME: dict[str, tuple[str, ...]] = {
    "all": (),
    "waits": ("review", "received", "read"),
    "refused": ("rejected",),
    "counts": ("verified", "kept"),
}
"""What may have become of a part, and the states of documents that are so."""

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
        return self.document.state in states or any(one.became(states) for one in self.parts)

    def says(self, words: str) -> bool:
        own = "" if self.closed else f"{self.arrival.name} {self.document.name}".casefold()
        return words in own or any(one.says(words) for one in self.parts)


@api.get("/arrivals", roles=EVERYONE, response_class=Response)
async def arrivals(desk: Desk, channel: str = "", became: str = "all", q: str = "") -> Response:
    """All doors, or one; `became` shows only what waits, was refused, or counts."""
    if became not in BECAME:
        raise Unknown("list", became)
    view = view_of(desk)
    found = await of_buyers(desk, Arrival, sort="received_at", descending=True, limit=MOST)
    whole = sorted((a for a in found if not a.part_of), key=lambda a: a.received_at, reverse=True)
    came = [await _came(one, desk, DEEPEST) for one in whole]
    wanted = [one for one in came if _fits(one, view, channel, became, q)]
    await view.learn(desk, [i for one in came for i in _parties(one)])
    rows = shown(desk, wanted)
    if wants_sheet(desk):
        return sheet(
            view,
            "arrivals",
            (
                ("col.id", lambda one: one.arrival.id),
                ("arrivals.came", lambda one: view.parse(one.arrival.received_at)),
                ("arrivals.door", lambda one: view.code("channel", one.arrival.channel)),
                ("field.name", lambda one: one.arrival.name or one.document.name),
                ("col.party", lambda one: view.name(one.document.party_id)),
                ("col.state", lambda one: view.code("paper", one.document.state)),
            ),
            [one for one in rows.rows if not one.closed],
        )
    return view.page(
        "arrivals.html.j2",
        arrivals=rows.rows,
        rows=rows,
        total=len(came),
        channels=sorted({one.arrival.channel for one in came if one.arrival.channel}),
        channel=channel,
        became=became,
        becomes=tuple(BECAME),
        q=q,
        mailboxes=await _mailboxes(desk),
    )


async def _came(arrival: Arrival, desk: ServiceDesk, deep: int) -> Came:
    known = await desk.service.store.fetch(Document, [arrival.id])
    document = known.get(arrival.id) or Document(id=arrival.id, buyer_id=arrival.buyer_id)
    parts: list[Came] = []
    if document.state == "opened" and deep:
        inside = await desk.find(Arrival, {"part_of": arrival.id}, limit=MOST)
        parts = [await _came(one, desk, deep - 1) for one in sorted(inside, key=_by_name)]
    return Came(arrival, document, tuple(parts), _is_closed(document, desk.caller))


def _by_name(arrival: Arrival) -> str:
    return arrival.name.casefold()


def _is_closed(document: Document, caller: Caller) -> bool:
    return document.reviewer != "officer" and document.reviewer not in caller.roles


def _fits(one: Came, view: View, channel: str, became: str, q: str) -> bool:
    right = not channel or one.arrival.channel == channel
    return right and (not BECAME[became] or one.became(BECAME[became])) and one.says(q.casefold())


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
