"""The watched lists, and single documents."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from services.console.courier import Answer, Courier
from services.console.pages.door import EVERYONE, api, command, form_of, may_see, onward
from services.console.pages.lines import timeline
from services.console.readmodels.hits import WatchedList
from services.console.readmodels.parties import Document
from services.console.session import token_in
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk


@api.get("/lists", roles=EVERYONE, response_class=Response)
async def lists(desk: Desk) -> Response:
    """Which versions we compare with, how old they are, and what was compared."""
    found = await desk.find(WatchedList)
    found.sort(key=lambda one: (not one.binding, one.id))
    return view_of(desk).page("lists.html.j2", lists=found)


@api.get("/documents/{document_id}", roles=EVERYONE, response_class=Response)
async def document(document_id: str, desk: Desk) -> Response:
    return await _page(document_id, desk)


@api.post("/documents/{document_id}/{verdict}", roles=("officer",), response_class=Response)
async def judge(document_id: str, verdict: str, desk: Desk) -> Response:
    """Let a document count, or not, with a reason."""
    if verdict not in ("verify", "reject"):
        raise Unknown("verdict", verdict)
    found = await desk.get(Document, document_id)
    may_see(desk.caller, found.buyer_id)
    form = await form_of(desk)
    body: dict[str, Any] = {"reason": form.get("reason", "")}
    if verdict == "verify":
        body |= {name: form[name] for name in ("kind", "party_id", "valid_until") if form.get(name)}
    path = f"/documents/{document_id}/{verdict}"
    answer = await command(desk, form, "onboarding", path, body)
    if not answer.done:
        return await _page(document_id, desk, answer=answer, form=form)
    return await onward(desk, answer, f"/documents/{document_id}", said=f"document.{verdict}")


@api.get("/documents/{document_id}/file", roles=EVERYONE, response_class=Response)
async def file(document_id: str, desk: Desk) -> Response:
    """The file as it came, to be saved."""
    found = await desk.get(Document, document_id)
    may_see(desk.caller, found.buyer_id)
    courier: Courier = desk.adapters["courier"]
    path = f"/documents/{document_id}/content"
    came = await courier.fetch("onboarding", path, token=token_in(desk.request))
    if not came.is_success:
        raise Unknown("file", document_id)
    kept = ("content-type", "content-disposition")
    headers = {name: came.headers[name] for name in kept if name in came.headers}
    return Response(came.content, headers=headers)


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
    courier: Courier = desk.adapters["courier"]
    path = f"/documents/{document_id}"
    read = await courier.read("onboarding", path, token=token_in(desk.request))
    return view.page(
        "document.html.j2",
        status=answer.status if answer else 200,
        document=found,
        read=read if isinstance(read, dict) else {},
        lines=await timeline(desk, view, [document_id]),
        problem=answer,
        form=form or {},
    )
