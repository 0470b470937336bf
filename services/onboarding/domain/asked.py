"""The papers of a qualification: planned, asked for, reminded of, come, run out and lost."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from shared.events.onboarding import (
    DocumentOverdue,
    DocumentPlanned,
    DocumentReminded,
    DocumentRequested,
)

from .qualification import Qualification
from .request import Request
from .stages import Around, Stage, Wanted


def plan(
    qualification: Qualification, wanted: Sequence[Wanted], there: Mapping[str, str], around: Around
) -> None:
    """Ask for the documents of a role, anew where it ended once. Those that are `there`
    (kind → id) are not asked for; those that have a day for it are asked for then.
    """
    qualification.requests, qualification.closed, qualification.lost = (), False, False
    qualification.rounds += 1
    for one in wanted:
        _add(qualification, one, there.get(one.kind, ""))
    qualification.review(around)


def _add(
    qualification: Qualification, wanted: Wanted, there: str = "", renews: str = ""
) -> Request:
    qualification.asked = (*qualification.asked, wanted.kind)
    request = Request(
        id=f"{qualification.id.replace('qual-', 'request-')}-{wanted.kind}-"
        f"{qualification.asked.count(wanted.kind)}",
        document_id=there,
        sent=there != "" or wanted.ask is None,
        renews=renews,
        **wanted.model_dump(),
    )
    qualification.requests = (*qualification.requests, request)
    if not there:
        _say(qualification, request)
    return request


def _say(qualification: Qualification, request: Request) -> None:
    """That it is asked for, or will be."""
    if request.sent or request.ask is None:
        _say_asked(qualification, request)
        return
    qualification.announce(
        DocumentPlanned(
            **qualification.about(request),
            ask=request.ask,
            due=request.due,
            needed=request.needed,
            in_time=request.in_time,
            note=request.note,
        )
    )


def unsent(qualification: Qualification) -> tuple[str, ...]:
    """Kinds of papers that are planned, and that nobody was asked for yet."""
    return tuple(
        r.kind for r in qualification.requests if r.open and not r.sent and not qualification.closed
    )


def plan_anew(qualification: Qualification, wanted: Sequence[Wanted], around: Around) -> bool:
    """The days have moved: what was not asked for yet is asked for by the newer ones. Says
    whether that changed anything.
    """
    moved = {one.kind: one for one in wanted}
    before = qualification.requests
    for request in [r for r in qualification.requests if r.open and not r.sent and r.kind in moved]:
        newer = moved[request.kind].model_dump(exclude={"kind"})
        if newer == {name: getattr(request, name) for name in newer}:
            continue
        qualification.change(request, **newer, sent=newer["ask"] is None)
        _say(qualification, next(r for r in qualification.requests if r.id == request.id))
    if qualification.requests == before:
        return False
    qualification.review(around)
    return True


def _say_asked(qualification: Qualification, request: Request) -> None:
    qualification.announce(
        DocumentRequested(
            **qualification.about(request), due=request.due, link_id=qualification.link_id
        )
    )


def send(qualification: Qualification, today: date, around: Around) -> tuple[Request, ...]:
    """The day has come on which planned documents are asked for; returns which."""
    if qualification.closed or qualification.stage is Stage.REFUSED:
        return ()
    now = [r for r in qualification.requests if r.open and not r.sent and r.ask and r.ask <= today]
    for request in now:
        qualification.change(request, sent=True)
        _say_asked(qualification, request)
    qualification.review(around)
    return tuple(now)


def remind(qualification: Qualification, request_id: str, link_id: str) -> bool:
    """Tell once more what is due soon. Says whether that is still to be done."""
    request = qualification.open_request(request_id)
    if request is None or not request.sent or request.overdue:
        return False
    qualification.announce(
        DocumentReminded(**qualification.about(request), due=request.due, link_id=link_id)
    )
    return True


def pass_due(qualification: Qualification, request_id: str, chase_by: datetime) -> None:
    """The day came and the document did not. Announced once; somebody must ask for it."""
    request = qualification.open_request(request_id)
    if request is None or request.overdue:
        return
    qualification.change(request, overdue=True)
    qualification.announce(
        DocumentOverdue(
            **qualification.about(request),
            need=qualification.need(request.need_id, "chase-document", chase_by),
        )
    )


def needs_for(qualification: Qualification, kind: str) -> tuple[str, ...]:
    """What a document of this kind would settle."""
    return tuple(
        r.need_id for r in qualification.requests if r.open and r.kind == kind and r.overdue
    )


def take(qualification: Qualification, kind: str, document_id: str, around: Around) -> None:
    """A verified document came for what was asked; it takes the place of one it renews."""
    renewed = {r.renews for r in qualification.requests if r.open and r.kind == kind and r.renews}
    kept = []
    for request in qualification.requests:
        if request.kind == kind and request.open and request.renews:
            continue
        mine = request.kind == kind and (request.open or request.document_id in renewed)
        kept.append(request.model_copy(update={"document_id": document_id}) if mine else request)
    qualification.requests = tuple(kept)
    qualification.review(around)


def renew(qualification: Qualification, document_id: str, wanted: Wanted) -> tuple[Request, ...]:
    """A document runs out soon: a newer one is asked for while it still counts."""
    if qualification.closed or any(r.renews == document_id for r in qualification.requests):
        return ()
    held = [r for r in qualification.requests if r.document_id == document_id]
    if held:
        qualification.rounds += 1
    return tuple(_add(qualification, wanted, renews=document_id) for _ in held[:1])


def lose(
    qualification: Qualification,
    document_id: str,
    newer_id: str,
    wanted: Wanted,
    around: Around,
    reason: str,
) -> tuple[Request, ...]:
    """A document no longer counts. A newer one takes its place; else it is asked for again,
    and the new requests are returned.
    """
    fresh: list[Request] = []
    for request in qualification.requests:
        if request.document_id != document_id or qualification.closed:
            continue
        if newer_id:
            qualification.change(request, document_id=newer_id)
            continue
        qualification.requests = tuple(r for r in qualification.requests if r != request)
        renewal = next(
            (r for r in qualification.requests if r.renews == document_id and r.open), None
        )
        if renewal is not None:
            qualification.change(renewal, renews="")
        else:
            qualification.rounds += 1
            fresh.append(_add(qualification, wanted))
    qualification.review(around, reason)
    return tuple(fresh)
