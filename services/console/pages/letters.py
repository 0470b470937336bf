"""What a supplier sees behind a one-time link: what is asked, and how to answer. No menu.

The token is checked here only to know which form to show; the service that the answer goes to
checks it again, and alone decides.
"""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import NEEDED, Answer, Courier
from services.console.pages.answering import send_answer
from services.console.pages.door import api
from services.console.pages.replies import READS, show, take
from services.console.views import View
from shared.domain import Forbidden
from shared.http import PUBLIC, Desk, ServiceDesk
from shared.links import Link, LinkBook

LARGEST_UPLOAD = 30_000_000
FORMS = {
    "documents": ("onboarding", "documents"),
    "enquiry": ("breaches", "answer"),
    "hearing": ("breaches", "answer"),
    "letter": ("breaches", "answer"),
    "insight": ("breaches", "insight"),
    "access": ("breaches", ""),
    "instruction": ("breaches", ""),
    "replacement": ("subcontractors", "substitutes"),
    "chain": ("subcontractors", "chain"),
}
"""By the scope of the link: the service that is answered, and the address there."""


@api.get("/l/{token}", roles=PUBLIC, response_class=Response)
async def letter(token: str, desk: Desk) -> Response:
    link = _open(token, desk)
    if (scope := _scope(link)) in READS:
        return await show(token, scope, link, desk)
    return await _page(token, link, desk)


@api.get("/l/{token}/visit.pdf", roles=PUBLIC, response_class=Response)
async def paper(token: str, desk: Desk) -> Response:
    """The letter about an audit, in the reader's language."""
    _open(token, desk)
    courier: Courier = desk.adapters["courier"]
    language = View(desk.request, caller=None, now=desk.now).words.language
    path = f"/links/{quote(token, safe='')}/visit.pdf?language={language}"
    found = await courier.fetch("audits", path, token="")
    if found.status_code != 200:
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    told = ("content-type", "content-disposition")
    return Response(
        found.content, headers={n: found.headers[n] for n in told if n in found.headers}
    )


@api.get("/l/{token}/letters/{number}.pdf", roles=PUBLIC, response_class=Response)
async def case_paper(token: str, number: int, desk: Desk) -> Response:
    """A letter of a case or of a request for access, in the reader's language."""
    link = _open(token, desk)
    courier: Courier = desk.adapters["courier"]
    language = View(desk.request, caller=None, now=desk.now).words.language
    kept = "access" if _scope(link) == "access" else "letters"
    path = f"/links/{quote(token, safe='')}/{kept}/{number}.pdf?language={language}"
    found = await courier.fetch("breaches", path, token="")
    if found.status_code != 200:
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    told = ("content-type", "content-disposition")
    return Response(
        found.content, headers={n: found.headers[n] for n in told if n in found.headers}
    )


@api.post("/l/{token}", roles=PUBLIC, response_class=Response, max_body=LARGEST_UPLOAD)
async def answer(token: str, desk: Desk) -> Response:
    """Pass the answer on to the service that asked."""
    link = _open(token, desk)
    if (scope := _scope(link)) in READS:
        return await take(token, scope, link, desk)
    service, address = FORMS.get(_scope(link), ("", ""))
    if not address:
        raise Forbidden("nothing is to be answered here")
    form = await desk.request.form()
    courier: Courier = desk.adapters["courier"]
    path, key = f"/links/{quote(token, safe='')}/{address}", str(form.get("key", ""))
    files = 0
    if address == "answer":
        found, files = await send_answer(courier, token, _scope(link), form, key)
    elif address == "documents":
        found = Answer(422, reason="no file was chosen")
        for nth, one in enumerate(form.getlist("file")):
            if isinstance(one, str) or not one.filename:
                continue
            file = (one.filename, await one.read(), one.content_type or "application/octet-stream")
            found = await courier.by_link(service, path, key=f"{key}-{nth}", file=file)
            if not found.done:
                break
    elif address == "insight":
        said = {
            "objects": form.get("objects") == "yes",
            "answer": str(form.get("text", "")).strip(),
        }
        found = await courier.by_link(
            service, f"/links/{quote(token, safe='')}/insight/answer", key=key, body=said
        )
    elif address == "chain" and (leaving := str(form.get("leaving", ""))):
        path = f"{path}/{quote(leaving, safe='')}/withdraw"
        found = await courier.by_link(service, path, key=key, body=_leaving(form))
    else:
        found = await courier.by_link(service, path, key=key, body=_body(address, dict(form)))
    written = {name: form.get(name) for name in ("text", "self_cleaning")}
    return await _page(token, link, desk, answer=found, written=written, files=files)


def _body(address: str, form: dict[str, object]) -> dict[str, object]:
    number = "".join(c for c in str(form.get("number", "")) if c.isalnum())
    party = {
        "name": str(form.get("name", "")).strip(),
        "scheme": str(form.get("scheme", "dk-cvr")),
        "number": number,
        "contact": str(form.get("contact", "")).strip() or None,
    }
    work: dict[str, object] = {"service": str(form.get("service", "")).strip()}
    if address == "chain":
        above, _, tier = str(form.get("parent", "")).rpartition("|")
        work |= {"parent_id": above or None, "tier": int(tier) if tier.isdecimal() else 1}
        share = str(form.get("share", "")).strip().replace(",", ".")
        with suppress(ValueError):
            work["share"] = {"minimum": float(share), "maximum": float(share)}
    return {"party": party} | work


def _leaving(form: Mapping[str, object]) -> dict[str, object]:
    """Somebody works there no longer, from a day on."""
    return {"ends": str(form.get("ends", "")), "reason": str(form.get("reason", "")).strip()}


def _open(token: str, desk: ServiceDesk) -> Link:
    links: LinkBook = desk.adapters["links"]
    return links.open(token)


def _scope(link: Link) -> str:
    return link.scope.partition("/")[0]


async def _page(
    token: str,
    link: Link,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    written: Mapping[str, object] | None = None,
    files: int = 0,
) -> Response:
    """`written` is the form, so that a refusal loses none of it; `files` how many came."""
    view = View(desk.request, caller=None, now=desk.now)
    scope = _scope(link)
    service, _ = FORMS.get(scope, ("", ""))
    courier: Courier = desk.adapters["courier"]
    where = {
        "chain": f"/links/{quote(token, safe='')}/chain",
        "insight": f"/links/{quote(token, safe='')}/insight",
        "access": f"/links/{quote(token, safe='')}/access",
    }.get(scope, f"/links/{quote(token, safe='')}")
    asked = await courier.read(service, where, patience=NEEDED) if service else None
    asked = asked if isinstance(asked, dict) else {}
    case_id, contract_id = link.scope.partition("/")[2], str(asked.get("contract_id", ""))
    if scope == "letter":
        case_id = case_id.removeprefix("letter-").rpartition("-")[0]
    if scope in ("documents", "chain"):
        case_id, contract_id = "", case_id
    proposed = [id for id, _ in asked.get("proposed", ())]
    await view.learn(desk, [asked.get("outgoing_id", ""), *proposed], [contract_id])
    return view.page(
        "letter.html.j2",
        status=answer.status if answer and not answer.done else 200,
        scope=scope if scope in FORMS else "instruction",
        about=view.title(contract_id),
        buyer_id=asked.get("buyer_id") or view.buyer_of(contract_id),
        case_id=case_id,
        asked=asked,
        expires=link.expires,
        token=token,
        problem=answer if answer and not answer.done else None,
        sent=answer is not None and answer.done,
        written=written or {},
        files=files,
    )
