"""Documents: what waits for review, and a page of each beside the fields that were read in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import Answer, Courier
from services.console.pages.counting import Figures
from services.console.pages.door import (
    EVERYONE,
    api,
    command,
    form_of,
    may_see,
    onward,
)
from services.console.pages.lines import timeline
from services.console.pages.search import documents_like
from services.console.pages.sheets import (
    first_of,
    in_one,
    long_sheet,
    next_on,
    ranked,
    shown,
    wants_sheet,
    whole,
)
from services.console.readmodels.documents import Document, of_kind
from services.console.readmodels.parties import Party
from services.console.session import token_in
from services.console.views import WORDS, View, view_of
from shared.domain import Caller, Forbidden, Unknown
from shared.http import Desk, ServiceDesk

REVIEWERS = ("officer", "wage_controller")
PATIENCE = 8.0
"""Seconds to wait for what was read: the pages of a long file are counted on the way."""

MOST_PAGES = 30
"""Pages that are shown beside the fields; of a longer file, the rest is in the file itself."""

MOST_EDITABLE = 250
"""Fields that can be corrected at once. Each is three of the 1000 parts that a form may have."""

MOST_OFFERED = 300
"""Suppliers that are offered while a number or name is typed; any other id can be typed whole."""

SHOWS = ("review", "running_out", "suspended", "rejected", "any")
"""The lists of documents."""

NO_KINDS = ("company", "person", "unknown")
"""Words for kinds of parties, and for what is no kind."""

VERDICT = ("kind", "party_id", "issued", "valid_until")


@api.get("/documents", roles=EVERYONE, response_class=Response)
async def documents(desk: Desk, show: str = "review", kind: str = "", q: str = "") -> Response:
    """What waits for a person first; all other lists by their address."""
    if show not in SHOWS:
        raise Unknown("list", show)
    view = view_of(desk)
    shelf, order = _shelf(show, desk.caller, kind), _order(show)

    async def learn(rows: Sequence[Document]) -> None:
        await view.learn(desk, [d.party_id for d in rows])

    found = await _like(desk, q, shelf) if q else []
    if wants_sheet(desk):
        return await long_sheet(
            view,
            "documents",
            (
                ("col.id", lambda d: d.id),
                ("col.document", lambda d: view.code("document", d.kind) if d.kind else ""),
                ("field.name", lambda d: d.name),
                ("col.party", lambda d: view.name(d.party_id) if d.party_id else ""),
                ("col.reasons", lambda d: view.why(d.reason) if d.reason else ""),
                ("col.due", lambda d: d.decide_by),
                ("field.valid_until", lambda d: d.valid_until),
                ("col.state", lambda d: view.code("paper", d.state)),
            ),
            in_one(found) if q else whole(desk, Document, shelf, **order),
            learn,
        )
    rows = shown(desk, found) if q else await ranked(desk, Document, shelf, **order)
    await learn(rows.rows)
    figures = Figures(desk)
    counts = {name: await figures.of(Document, _shelf(name, desk.caller)) for name in _COUNTED}
    return view.page(
        "documents.html.j2",
        documents=rows.rows,
        rows=rows,
        counts=counts,
        kinds=kinds_of(view),
        shows=SHOWS,
        show=show,
        kind=kind,
        q=q,
        total=len(rows.rows) or await Figures(desk).of(Document, _shelf(show, desk.caller)),
    )


_COUNTED = ("review", "running_out", "suspended")


@api.get("/documents/{document_id}", roles=EVERYONE, response_class=Response)
async def document(document_id: str, desk: Desk) -> Response:
    return await _page(document_id, desk)


@api.get("/documents/{document_id}/pages/{page}", roles=EVERYONE, response_class=Response)
async def picture(document_id: str, page: int, desk: Desk) -> Response:
    """One page as a picture, from the service that keeps the file."""
    await _seen(document_id, desk)
    courier: Courier = desk.adapters["courier"]
    path = f"/documents/{quote(document_id, safe='')}/pages/{page}"
    came = await courier.fetch("onboarding", path, token=token_in(desk.request))
    if not came.is_success:
        raise Unknown("page", str(page))
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(came.content, media_type="image/png", headers=headers)


@api.get("/documents/{document_id}/file", roles=EVERYONE, response_class=Response)
async def file(document_id: str, desk: Desk) -> Response:
    """The file as it came, to be saved."""
    await _seen(document_id, desk)
    courier: Courier = desk.adapters["courier"]
    path = f"/documents/{quote(document_id, safe='')}/content"
    came = await courier.fetch("onboarding", path, token=token_in(desk.request))
    if not came.is_success:
        raise Unknown("file", document_id)
    kept = ("content-type", "content-disposition")
    headers = {name: came.headers[name] for name in kept if name in came.headers}
    return Response(came.content, headers=headers)


@api.post("/documents/{document_id}/{verdict}", roles=REVIEWERS, response_class=Response)
async def judge(document_id: str, verdict: str, desk: Desk) -> Response:
    """What a person says of a document, sent to the service that decides."""
    await _seen(document_id, desk)
    form = await form_of(desk)
    body = _body(verdict, form)
    path = f"/documents/{quote(document_id, safe='')}/{verdict}"
    answer = await command(desk, form, "onboarding", path, body)
    if not answer.done:
        return await _page(document_id, desk, answer=answer, form=form)
    said = f"document.{form['standing'] if verdict == 'standing' else verdict}"
    return await onward(desk, answer, f"/documents/{quote(document_id, safe='')}", said=said)


def _body(verdict: str, form: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"reason": form.get("reason", "")}
    match verdict:
        case "verify":
            return body | {name: form[name] for name in VERDICT if form.get(name)}
        case "reject":
            return body
        case "corrections":
            return body | {"fields": _seen_fields(form), "findings": _findings(form)}
        case "standing":
            since = {"since": form["since"]} if form.get("since") else {}
            return body | {"standing": form.get("standing", "")} | since
        case "read-again":
            return {}
    raise Unknown("verdict", verdict)


def _seen_fields(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields that were ticked as right, or have another value than the one that was read."""
    numbers = [name.removeprefix("value-") for name in form if name.startswith("value-")]
    return [
        {"number": int(n), "value": form[f"value-{n}"]}
        for n in numbers
        if n.isdecimal()
        and (form.get(f"seen-{n}") or form[f"value-{n}"] != form.get(f"was-{n}", ""))
    ]


def _findings(form: Mapping[str, str]) -> list[dict[str, Any]]:
    if not form.get("ground"):
        return []
    owed = {"amount": form["owed"].replace(",", ".")} if form.get("owed") else None
    remark = form.get("remark") == "yes"
    return [{"ground": form["ground"], "remark": remark, "owed": owed}]


def _shelf(show: str, caller: Caller, kind: str = "") -> list[str]:
    """The shelves of a list; what waits for review does so for those who may look into it."""
    names = [f"review:{role}" for role in caller.roles] if show == "review" else [show]
    return [of_kind(name, kind) for name in names] if kind else names


def _order(show: str) -> dict[str, Any]:
    """What is to be decided first stands first, else the newest."""
    return {"sort": "turn"} if show == "review" else {"descending": True}


async def _like(desk: ServiceDesk, q: str, shelf: list[str]) -> list[Document]:
    """Those of a list that answer the question by their name, number or party."""
    wanted = set(shelf)
    return [d for d in await documents_like(desk, q) if wanted & set(d.shelves)]


def _may_look(document: Document, caller: Caller) -> bool:
    """Whether this caller is the one who reviews it: payslips are for wage controllers alone."""
    return document.reviewer in caller.roles


def _is_closed(document: Document, caller: Caller) -> bool:
    return document.reviewer != "officer" and not _may_look(document, caller)


async def _seen(document_id: str, desk: ServiceDesk) -> Document:
    """The document, if it is one of the caller's buyers. The service decides who looks into it."""
    found = await desk.get(Document, document_id)
    may_see(desk.caller, found.buyer_id)
    if _is_closed(found, desk.caller) and desk.request.method == "POST":
        raise Forbidden(f"this document is for the role {found.reviewer} alone")
    return found


async def _page(
    document_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    found = await desk.get(Document, document_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    await view.learn(desk, [found.party_id], [found.contract_id])
    closed = _is_closed(found, desk.caller)
    decides = found.state == "review" and _may_look(found, desk.caller)
    read = {} if closed else await _read(found, desk)
    return view.page(
        "document.html.j2",
        status=answer.status if answer else 200,
        document=found,
        closed=closed,
        read=read,
        fields=_in_order(read),
        editable=MOST_EDITABLE,
        pages=range(1, min(read.get("pages") or 0, MOST_PAGES) + 1),
        decides=decides,
        parties=await first_of(desk, Party, "suppliers", MOST_OFFERED) if decides else [],
        kinds=kinds_of(view),
        grounds=_grounds(view),
        following=await _next(found, desk),
        lines=await timeline(desk, view, [document_id]),
        problem=answer,
        form=form or {},
    )


async def _read(found: Document, desk: ServiceDesk) -> dict[str, Any]:
    """What was read, where only the service knows it. Empty without it."""
    if found.due is not None:
        return {}
    courier: Courier = desk.adapters["courier"]
    path = f"/documents/{quote(found.id, safe='')}/review"
    token = token_in(desk.request)
    read = await courier.read("onboarding", path, token=token, patience=PATIENCE)
    return read if isinstance(read, dict) else {}


def _in_order(read: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is unsure first, then as it stands in the document."""
    fields = [one for one in read.get("fields") or [] if isinstance(one, dict)]
    return sorted(fields, key=lambda f: (not f.get("unsure"), f.get("number", 0)))


def kinds_of(view: View) -> list[tuple[str, str]]:
    """Every kind of document that has a word, by that word."""
    named = [k.partition(".")[2] for k in WORDS["en"].messages if k.startswith("document.")]
    kinds = [(k, view.code("document", k)) for k in named if k not in NO_KINDS]
    return sorted(kinds, key=lambda pair: pair[1].casefold())


def _grounds(view: View) -> list[tuple[str, str]]:
    """The grounds for exclusion of which an authority can speak."""
    codes = [k.partition(".")[2] for k in WORDS["en"].messages if k.startswith("rule.EX-")]
    return [(code, view.code("rule", code)) for code in codes]


async def _next(found: Document, desk: ServiceDesk) -> Document | None:
    """The next document that waits for this caller."""
    return await next_on(desk, Document, _shelf("review", desk.caller), found.id, sort="turn")
