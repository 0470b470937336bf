"""Parties that look like one: side by side, and whether a person finds that they are the same."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import Answer
from services.console.pages.door import EVERYONE, api, command, form_of, may_see_party, onward
from services.console.pages.lines import timeline
from services.console.pages.sheets import long_sheet, ranked, wants_sheet, whole
from services.console.readmodels.likenesses import Likeness
from services.console.readmodels.parties import Party
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

SHOWS = ("open", "all")


@api.get("/likenesses", roles=EVERYONE, response_class=Response)
async def likenesses(desk: Desk, show: str = "open") -> Response:
    """Pairs of which the caller's buyers know one."""
    if show not in SHOWS:
        raise Unknown("list", show)
    view = view_of(desk)

    async def learn(rows: Sequence[Likeness]) -> None:
        await view.learn(desk, [id for one in rows for id in one.party_ids])

    async def keep(one: Likeness) -> bool:
        known = [view.parties[id] for id in one.party_ids if id in view.parties]
        return any([await may_see_party(desk, party) for party in known])

    if wants_sheet(desk):
        return await long_sheet(
            view,
            "likenesses",
            (
                ("col.id", lambda x: x.id),
                ("likeness.pair", lambda x: " / ".join(map(view.former_name, x.party_ids))),
                ("hit.for", lambda x: view.why("; ".join(x.reasons))),
                ("hit.against", lambda x: view.why("; ".join(x.against))),
                ("col.due", lambda x: x.due if x.state == "open" else None),
                ("col.state", lambda x: view.words(f"likeness.{x.state}")),
            ),
            whole(desk, Likeness, show, common=True, learn=learn, keep=keep),
        )
    rows = await ranked(desk, Likeness, show, common=True, learn=learn, keep=keep)
    return view.page("likenesses.html.j2", likenesses=rows.rows, rows=rows, show=show)


@api.get("/likenesses/{likeness_id}", roles=EVERYONE, response_class=Response)
async def likeness(likeness_id: str, desk: Desk) -> Response:
    return await _page(likeness_id, desk)


@api.post("/likenesses/{likeness_id}/{verdict}", roles=("officer",), response_class=Response)
async def judge(likeness_id: str, verdict: str, desk: Desk) -> Response:
    """The same, with one of the two to stay; or two, though they look alike; or two again."""
    found = await _seen(likeness_id, desk)
    form = await form_of(desk)
    path, body = _command(found, verdict, form, await _parties(found, desk))
    answer = await command(desk, form, "onboarding", path, body)
    if not answer.done:
        return await _page(likeness_id, desk, answer=answer, form=form)
    return await onward(
        desk, answer, f"/likenesses/{quote(likeness_id, safe='')}", said=f"likeness.{verdict}"
    )


def _command(
    found: Likeness, verdict: str, form: Mapping[str, str], parties: list[Party]
) -> tuple[str, dict[str, Any]]:
    because: dict[str, Any] = {"reason": form.get("reason", "")}
    match verdict:
        case "merge":
            stays = form.get("stays", "")
            if stays not in found.party_ids:
                raise Unknown("party", stays)
            other = next(id for id in found.party_ids if id != stays)
            return f"/parties/{quote(stays, safe='')}/merge", because | {"absorbed_id": other}
        case "keep-apart":
            return f"/likenesses/{quote(found.id, safe='')}/keep-apart", because
        case "split":
            merged = next((p for p in parties if p.merged_into in found.party_ids), None)
            if merged is not None:
                return f"/parties/{quote(merged.id, safe='')}/split", because
    raise Unknown("verdict", verdict)


async def _parties(found: Likeness, desk: ServiceDesk) -> list[Party]:
    known = await desk.service.store.fetch(Party, found.party_ids)
    return [known.get(id) or Party(id=id) for id in found.party_ids]


async def _may_see(found: Likeness, desk: ServiceDesk) -> bool:
    """Parties are common to all buyers; a pair is for those who have to do with one of them."""
    for party in await _parties(found, desk):
        if await may_see_party(desk, party):
            return True
    return False


async def _seen(likeness_id: str, desk: ServiceDesk) -> Likeness:
    found = await desk.get(Likeness, likeness_id)
    if not await _may_see(found, desk):
        raise Unknown("likeness", likeness_id)
    return found


async def _page(
    likeness_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    found = await _seen(likeness_id, desk)
    view = view_of(desk)
    parties = await _parties(found, desk)
    await view.learn(desk, [*found.party_ids, *(id for p in parties for id in p.owner_of)])
    return view.page(
        "likeness.html.j2",
        status=answer.status if answer else 200,
        likeness=found,
        parties=parties,
        linked=[p.id for p in parties if await may_see_party(desk, p)],
        lines=await timeline(desk, view, [found.id, *found.party_ids], limit=50),
        problem=answer,
        form=form or {},
    )
