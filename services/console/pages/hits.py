"""Hits: party and listed entry side by side, and the verdict of an officer."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import Answer
from services.console.pages.counting import Figures
from services.console.pages.door import (
    EVERYONE,
    api,
    command,
    form_of,
    may_see_party,
    onward,
)
from services.console.pages.lines import timeline
from services.console.pages.sheets import long_sheet, next_on, ranked, wants_sheet, whole
from services.console.readmodels.hits import Hit, Verdict
from services.console.readmodels.parties import Party
from services.console.views import View, marked, view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk
from shared.reasons import Said, likelihood_in_words, said

SHOWS = ("open", "all")


@api.get("/hits", roles=EVERYONE, response_class=Response)
async def hits(desk: Desk, show: str = "open") -> Response:
    if show not in SHOWS:
        raise Unknown("list", show)
    view = view_of(desk)

    async def learn(rows: Sequence[Hit]) -> None:
        await view.learn(
            desk, [h.party_id for h in rows], [t.contract_id for h in rows for t in h.touched]
        )

    if wants_sheet(desk):
        return await long_sheet(
            view,
            "hits",
            (
                ("col.id", lambda h: h.id),
                ("col.party", lambda h: view.name(h.party_id)),
                ("col.entry", lambda h: h.entry.name if h.entry else ""),
                ("col.list", lambda h: h.entry.source.upper() if h.entry else ""),
                ("col.likeness", lambda h: round(h.score * 100)),
                ("col.contract", lambda h: view.titles(t.contract_id for t in h.touched)),
                ("col.state", lambda h: view.code("hit", _state(h, desk))),
            ),
            whole(desk, Hit, show),
            learn,
        )
    rows = await ranked(desk, Hit, show)
    await learn(rows.rows)
    return view.page(
        "hits.html.j2",
        hits=rows.rows,
        rows=rows,
        states={h.id: _state(h, desk) for h in rows.rows},
        likelihoods={h.id: _likelihood(h, view) for h in rows.rows},
        show=show,
        total=len(rows.rows) or await Figures(desk).of(Hit, "all"),
    )


@api.get("/hits/{hit_id}", roles=EVERYONE, response_class=Response)
async def hit(hit_id: str, desk: Desk) -> Response:
    return await _page(hit_id, desk)


@api.post("/hits/{hit_id}/{verdict}", roles=("officer",), response_class=Response)
async def judge(hit_id: str, verdict: str, desk: Desk) -> Response:
    """Confirm or dismiss, with a reason, for one buyer; then on to the next open hit."""
    if verdict not in ("confirm", "dismiss"):
        raise Unknown("verdict", verdict)
    form = await form_of(desk)
    body = {"buyer_id": form.get("buyer_id", ""), "reason": form.get("reason", "")}
    answer = await command(
        desk, form, "screening", f"/hits/{quote(hit_id, safe='')}/{verdict}", body
    )
    if not answer.done:
        return await _page(hit_id, desk, answer=answer, form=form)
    found = await desk.get(Hit, hit_id)
    others = [b for b in found.buyers if desk.caller.serves(b) and b != body["buyer_id"]]
    still = any(found.state_for(buyer) == "open" for buyer in others)
    following = None if still else await _next(found, desk)
    to = following.id if following else hit_id
    return await onward(desk, answer, f"/hits/{quote(to, safe='')}", said=f"hit.{verdict}")


def _state(hit: Hit, desk: ServiceDesk) -> str:
    """Open as long as one of the caller's buyers has not decided."""
    states = [hit.state_for(b) for b in hit.buyers if desk.caller.serves(b)]
    return "open" if not states or "open" in states else states[0]


def _likelihood(hit: Hit, view: View) -> str:
    """A word only, by the scale of the day on which the hit was raised: people decide."""
    day = view.parse(hit.raised).date() if hit.raised else view.now.date()
    return likelihood_in_words(hit.score, day, view.words.language)


def _by_side(hit: Hit, view: View) -> dict[str, list[Said]]:
    """What speaks for it and what against, without the sides that have nothing to say."""
    lines = said(hit.reasons, view.words.language)
    sides = {side: [one for one in lines if one.speaks == side] for side in ("for", "against")}
    return {side: found for side, found in sides.items() if found}


async def _page(
    hit_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    found = await desk.get(Hit, hit_id)
    party = (await desk.service.store.fetch(Party, [found.party_id])).get(found.party_id)
    party = party or Party(id=found.party_id)
    serves = desk.caller.serves
    if not any(map(serves, found.buyers)) and not await may_see_party(desk, party):
        raise Unknown("hit", hit_id)
    view = view_of(desk)
    touched = [t for t in found.touched if serves(t.buyer_id)]
    others = await desk.find(Hit, {"party_id": found.party_id})
    path_ids = [id for t in touched for id in t.path]
    await view.learn(
        desk, [found.party_id, *path_ids, *party.owner_of], [t.contract_id for t in touched]
    )
    open_for = [b for b in found.buyers if serves(b) and found.state_for(b) == "open"]
    entry_name = found.entry.name if found.entry else ""
    return view.page(
        "hit.html.j2",
        status=answer.status if answer else 200,
        hit=found,
        party=party,
        party_name=marked(view.name(found.party_id), entry_name),
        entry_name=marked(entry_name, view.name(found.party_id)),
        likelihood=_likelihood(found, view),
        sides=_by_side(found, view),
        state=_state(found, desk),
        touched=touched,
        own=[v for v in found.verdicts if serves(v.buyer_id)],
        foreign=[v for v in found.verdicts if not serves(v.buyer_id)],
        earlier=[h for h in others if h.id != found.id],
        alike=await _on_same_entry(found, desk),
        open_for=open_for,
        following=await _next(found, desk),
        lines=await timeline(desk, view, [found.id], limit=50),
        problem=answer,
        form=form or {},
    )


MOST_ALIKE = 20


async def _on_same_entry(hit: Hit, desk: ServiceDesk) -> list[tuple[Hit, Verdict]]:
    """What was decided of other parties that resemble the entry, the newest first."""
    if not hit.entry_key:
        return []
    others = await desk.find(Hit, {"entry_key": hit.entry_key})
    decided = [(o, v) for o in others if o.party_id != hit.party_id for v in o.verdicts]
    return sorted(decided, key=lambda pair: pair[1].at, reverse=True)[:MOST_ALIKE]


async def _next(hit: Hit, desk: ServiceDesk) -> Hit | None:
    """The next hit that waits, the likeliest first."""
    return await next_on(desk, Hit, "open", hit.id)
