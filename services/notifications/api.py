"""Where people ask notifications over HTTP: their inbox, what was sent, and who works here."""

from datetime import date, datetime
from typing import Annotated

from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from services.notifications.claims import Claims
from services.notifications.domain import (
    Delivery,
    Directory,
    Duty,
    Filing,
    InboxEntry,
    Person,
    Preferences,
    Rota,
    Team,
    preferences_id,
    rota_id,
)
from services.notifications.mail import UNSUBSCRIBE
from services.notifications.messages import (
    Acknowledge,
    AcknowledgeEntries,
    AcknowledgeNeed,
    AddDuty,
    HoldPerson,
    ReleasePerson,
    RemoveDuty,
    ReplaceDirectory,
    ReplaceRota,
    SetPreferences,
    StopDigests,
)
from shared.domain import Forbidden, Unknown
from shared.guard import PUBLIC
from shared.http import Api, Desk, Done, Page
from shared.identity import LONGEST_TOKEN
from shared.links import LinkBook
from shared.webhooks import Secrets

PEOPLE = ("officer", "approver", "auditor", "contract_manager", "wage_controller", "admin")
MOST_IN_AN_INBOX = 500

api = Api("notifications")


class InboxView(BaseModel):
    """One thing that waits for the caller."""

    id: str
    need_id: str
    kind: str
    role: str
    buyer_id: str
    about: str
    due: datetime
    since: datetime
    state: str
    escalated: bool


class DeliveryView(BaseModel):
    """One message to one recipient, and what became of it. Addresses are not shown."""

    id: str
    recipient: str
    buyer_id: str
    channel: str
    words: str
    about: str
    need_ids: tuple[str, ...]
    queued: str
    state: str
    problem: str
    ended: datetime | None


class DirectoryView(BaseModel):
    """`teams` are units and steering groups; where a list of people is sent without them, they
    stay as they are. Addresses of webhooks are shown to administrators only: whoever knows one can
    write there."""

    people: tuple[Person, ...]
    teams: tuple[Team, ...] | None = None


@api.get("/inbox", roles=PEOPLE)
async def inbox(desk: Desk, settled: bool = False) -> list[InboxView]:
    """What waits for me, the most urgent first; with `settled` also what no longer does."""
    found = await desk.find(InboxEntry, {"subject": desk.caller.subject}, limit=MOST_IN_AN_INBOX)
    wanted = [
        entry
        for entry in found
        if (settled or entry.state != "settled") and desk.caller.serves(entry.need.buyer_id)
    ]
    return [_entry(entry) for entry in sorted(wanted, key=lambda e: e.need.due)]


@api.post("/inbox/{entry_id}/acknowledge", roles=PEOPLE)
async def acknowledge(entry_id: str, desk: Desk) -> Done:
    """I have seen it. It stays in the inbox until what it asks for is done."""
    return await desk.send(Acknowledge(entry_id=entry_id))


class EntryIds(BaseModel):
    entry_ids: tuple[str, ...]


@api.post("/inbox/acknowledge", roles=PEOPLE)
async def acknowledge_all(body: EntryIds, desk: Desk) -> Done:
    """I have seen all of these."""
    return await desk.send(AcknowledgeEntries(entry_ids=body.entry_ids))


@api.post("/needs/{call_id}/acknowledge", roles=PEOPLE)
async def acknowledge_need(call_id: str, desk: Desk) -> Done:
    """I have seen what this need asks, wherever I saw it."""
    return await desk.send(AcknowledgeNeed(call_id=call_id))


@api.get("/deliveries", roles=("officer", "auditor", "admin"))
async def deliveries(
    desk: Desk, buyer: str, limit: int = 50, after: str | None = None
) -> Page[DeliveryView]:
    """What was sent for a buyer, the newest first."""
    desk.caller.must_serve(buyer)
    return await desk.page(
        Delivery,
        {"buyer_id": buyer},
        sort="queued",
        descending=True,
        view=_delivery,
        limit=limit,
        after=after,
    )


class FilingView(BaseModel):
    """One record of a case. `filed_as` and `journal_date` are those of the records system."""

    record_id: str
    case_id: str
    fact: str
    nth: int
    at: str
    state: str
    filed_as: str
    journal_date: date | None


@api.get("/records", roles=("officer", "approver", "auditor", "admin"))
async def records(desk: Desk, case_id: str) -> list[FilingView]:
    """What the records system was given of a case, in order."""
    found = await desk.find(Filing, {"case_id": case_id}, sort="at", limit=500)
    return [
        FilingView(record_id=one.id, **one.model_dump(include=set(FilingView.model_fields)))
        for one in sorted(found, key=lambda one: one.nth)
        if desk.caller.serves(one.buyer_id)
    ]


@api.get("/directory", roles=("officer", "approver", "auditor", "admin"))
async def directory(desk: Desk) -> DirectoryView:
    """The people of the buyers that I act for."""
    found = await desk.find(Directory, limit=1)
    if not found:
        return DirectoryView(people=(), teams=())
    desk.tag(found[0])
    hidden = {} if "admin" in desk.caller.roles else {"webhook": ""}
    serves = desk.caller.serves
    return DirectoryView(
        people=tuple(
            p.model_copy(update=hidden) for p in found[0].people if any(map(serves, p.buyers))
        ),
        teams=tuple(
            t.model_copy(update=hidden) for t in found[0].teams if any(map(serves, t.buyers))
        ),
    )


@api.put("/directory", roles=("admin",))
async def put_directory(body: DirectoryView, desk: Desk) -> Done:
    """Replace the people of the buyers that I act for; send the ETag that was read."""
    return await desk.send(ReplaceDirectory(people=body.people, teams=body.teams))


class HoldBody(BaseModel):
    reason: Annotated[str, Field(min_length=3, max_length=1000)]


@api.post("/directory/people/{subject}/hold", roles=("admin",))
async def hold_person(subject: str, body: HoldBody, desk: Desk) -> Done:
    """Keep somebody in the directory whom nobody has seen for long, such as for a court."""
    return await desk.send(HoldPerson(subject=subject, reason=body.reason))


@api.post("/directory/people/{subject}/release", roles=("admin",))
async def release_person(subject: str, desk: Desk) -> Done:
    """Whoever works here no longer is forgotten again by itself."""
    return await desk.send(ReleasePerson(subject=subject))


class SignedIn(BaseModel):
    """The ID token that the provider gave beside the access token."""

    id_token: Annotated[str, Field(max_length=LONGEST_TOKEN)]


@api.post("/directory/me", roles=(*PEOPLE, "data_protection", "tip_receiver"))
async def know_me(body: SignedIn, desk: Desk) -> Done:
    """I have signed in at the provider: be told there what I am called and where I am mailed."""
    claims: Claims | None = desk.adapters["claims"]
    if claims is None:
        raise Forbidden("people sign in without a provider here; the directory is a list")
    return await desk.send(await claims.of(body.id_token, desk.caller.subject))


class HookSecret(BaseModel):
    """What verifies the signature of messages to a webhook (Standard Webhooks)."""

    endpoint_id: str
    secret: str


@api.get("/webhook-secret", roles=("admin",))
async def webhook_secret(desk: Desk, endpoint_id: str) -> HookSecret:
    """The secret of the webhook of a person (`mette.lund`) or of a team (`team/wages`)."""
    found = await desk.find(Directory, limit=1)
    named = found[0].endpoint(endpoint_id) if found else None
    if named is None or not any(map(desk.caller.serves, named.buyers)):
        raise Unknown("webhook", endpoint_id)
    secrets: Secrets = desk.adapters["secrets"]
    return HookSecret(endpoint_id=endpoint_id, secret=secrets.of(endpoint_id, 1))


class PreferencesView(SetPreferences):
    """How I want to be told. Times are those where the buyer is; what cannot wait comes anyway."""


@api.get("/preferences", roles=PEOPLE)
async def preferences(desk: Desk) -> PreferencesView:
    """How I want to be told."""
    kept = await desk.service.store.fetch(Preferences, [preferences_id(desk.caller.subject)])
    found = next(iter(kept.values()), None)
    return PreferencesView(**found.model_dump(include=_CHOSEN)) if found else PreferencesView()


@api.post("/preferences", roles=PEOPLE)
async def set_preferences(body: PreferencesView, desk: Desk) -> Done:
    """Change how I want to be told, and when I am away: my deputy is told then."""
    return await desk.send(SetPreferences(**body.model_dump(include=_CHOSEN)))


@api.post("/unsubscribe/{token}", roles=PUBLIC)
async def unsubscribe(token: str, desk: Desk) -> Done:
    """One click in a mail program (RFC 8058): no more mail but of what cannot wait."""
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    if link.scope != f"{UNSUBSCRIBE}/{link.link_id}":
        raise Forbidden("this link opens something else")
    return await desk.send(StopDigests(subject=link.link_id))


@api.get("/unsubscribe/{token}", roles=PUBLIC, response_class=RedirectResponse, status_code=303)
async def to_the_settings(token: str, desk: Desk) -> RedirectResponse:
    """Whoever opens the link in a browser chooses among the settings, after signing in."""
    return RedirectResponse(f"{desk.service.settings.public_url.rstrip('/')}/preferences", 303)


_CHOSEN = {
    *("language", "mail", "quiet_from", "quiet_to", "quiet_on_days_off", "away_from", "away_to"),
}


class RotaView(BaseModel):
    """Who is on duty outside office hours. Moments have a time zone."""

    duties: tuple[Duty, ...]


@api.get("/rota", roles=PEOPLE)
async def rota(desk: Desk, buyer: str) -> RotaView:
    desk.caller.must_serve(buyer)
    kept = await desk.service.store.fetch(Rota, [rota_id(buyer)])
    found = next(iter(kept.values()), None)
    return RotaView(duties=found.duties if found else ())


@api.put("/rota", roles=("approver", "admin"))
async def put_rota(body: RotaView, desk: Desk, buyer: str) -> Done:
    """Replace who is on duty outside office hours, for what cannot wait until the morning."""
    return await desk.send(ReplaceRota(buyer_id=buyer, duties=body.duties))


class DutyBody(BaseModel):
    """One turn. Moments have a time zone."""

    buyer: str
    duty: Duty


@api.post("/rota/duties", roles=("approver", "admin"))
async def add_duty(body: DutyBody, desk: Desk) -> Done:
    """Put somebody on duty outside office hours."""
    return await desk.send(AddDuty(buyer_id=body.buyer, duty=body.duty))


@api.post("/rota/duties/remove", roles=("approver", "admin"))
async def remove_duty(body: DutyBody, desk: Desk) -> Done:
    """Take a turn out of the rota."""
    return await desk.send(RemoveDuty(buyer_id=body.buyer, duty=body.duty))


def _entry(entry: InboxEntry) -> InboxView:
    need = entry.need
    return InboxView(
        id=entry.id,
        need_id=need.id,
        kind=need.kind,
        role=need.role,
        buyer_id=need.buyer_id,
        about=need.about,
        due=need.due,
        since=entry.since,
        state=entry.state,
        escalated=entry.escalated,
    )


def _delivery(delivery: Delivery) -> DeliveryView:
    return DeliveryView.model_validate(delivery.model_dump(include=set(DeliveryView.model_fields)))
