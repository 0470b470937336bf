"""What would be sent to whom if a fact were announced: by the rules, without sending anything."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from services.notifications.domain import Directory, Person, id_of
from services.notifications.letters import letter_facts, until
from services.notifications.mail import Writer
from services.notifications.messages import SendMail
from services.notifications.rules import Letter, Route, Rules
from shared.events import catalogue
from shared.events.base import Event, Need
from shared.languages import LANGUAGES, Language
from shared.links import LinkBook

SENDER = "ansvar@ansvar.example"
SAMPLE_TIME = timedelta(days=14)
"""Until the deadline of a letter that is shown without a fact."""


class CannotPreview(ValueError):
    """The text is no fact; the message says why."""


def kind_of(name: str) -> type[Event]:
    """Raises `CannotPreview`."""
    kinds = {kind.__name__: kind for kind in catalogue().values()}
    if name not in kinds:
        near = sorted(one for one in kinds if name.lower()[:6] in one.lower())
        raise CannotPreview(f"there is no fact {name}" + (f"; {', '.join(near)}?" if near else ""))
    return kinds[name]


def fact_in(text: str) -> Event:
    """A fact in JSON: its fields, and `type` with its name. Raises `CannotPreview`."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise CannotPreview(f"this is no JSON: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise CannotPreview('a fact is an object with a "type", such as "BreachFlagged"')
    kind = kind_of(said.pop("type"))
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise CannotPreview(f"{kind.__name__}.{place}: {first['msg']}") from error


def rule_for(name: str, rules: Rules, *, asks: bool = True) -> str:
    """What the rules say of all facts of a kind."""
    kind_of(name)
    if letter := rules.letters.get(name):
        return (
            f"a letter to its {letter.to}, with a link that opens {letter.scope} ({letter.words})"
        )
    if why := rules.reason_for_nobody(name):
        return f"nobody is told: {why}"
    routes = [one for one in rules.routes if name in one.events] if asks else []
    special = f"; {len(routes)} of the routes speak of it by name" if routes else ""
    return f"the people of the need that it carries, where it carries one{special}"


def letter_for(name: str, rules: Rules, public_url: str, now: datetime) -> Iterator[str]:
    """The letter that facts of a kind become, with the names of fields where values will stand."""
    kind = kind_of(name)
    if letter := rules.letters.get(name):
        writer = Writer(public_url, LinkBook(secrets.token_bytes(32)))
        yield from _letter(_sample(kind, now), letter, writer, now)


def _sample(kind: type[Event], now: datetime) -> Event:
    """A fact that says nothing: it was not announced and is never sent."""
    soon = now + SAMPLE_TIME
    known = {datetime: soon, date: soon.date()}
    values: dict[str, Any] = {
        name: next((at for one, at in known.items() if one in _kinds(field)), f"<{name}>")
        for name, field in kind.model_fields.items()
    }
    return kind.model_construct(**values)


def _kinds(field: FieldInfo) -> tuple[Any, ...]:
    return get_args(field.annotation) or (field.annotation,)


def previewed(
    event: Event, directory: Directory, rules: Rules, public_url: str, now: datetime
) -> Iterator[str]:
    """Line by line: who, how, when, and the mail itself."""
    name = type(event).__name__
    writer = Writer(public_url, LinkBook(secrets.token_bytes(32)))
    letter = rules.letter_of(event)
    if event.settles:
        yield f"{name} ends what was asked by {', '.join(event.settles)}."
    if event.need is not None:
        yield from _need(event, event.need, directory, rules, writer)
    if letter is not None:
        yield from _letter(event, letter, writer, now)
    if event.need is None and letter is None:
        yield f"{name}: {rule_for(name, rules)}."


def _need(
    event: Event, need: Need, directory: Directory, rules: Rules, writer: Writer
) -> Iterator[str]:
    route = rules.route_of(need, event)
    people = directory.asked_by(need)
    for role in route.also:
        people += directory.with_role(role, need.buyer_id)
    people += directory.members(route.teams, need.buyer_id)
    people = tuple({person.subject: person for person in people}.values())
    yield (
        f"{type(event).__name__} asks {need.role} of {need.buyer_id}: {need.kind}, by "
        f"{need.due:%Y-%m-%d %H:%M} ({route.speed}; {', '.join(route.channels)}; "
        f"the next one after {route.unread_hours:g} hours unread)."
    )
    if not people:
        yield "  It reaches nobody: the directory has no such person, approver or admin."
    for person in people:
        later = directory.next_after((person.subject,), need)
        then = f"; if nobody acts: {', '.join(p.subject for p in later)}" if later else ""
        yield f"  {person.subject} {_where(person, route)}, {person.language}{then}"
    if "webhook" in route.channels:
        for team in directory.teams_of(people, need.buyer_id):
            yield f"  {team.kind} {team.name}: {team.webhook_form} webhook, {team.language}"
    for language in dict.fromkeys(person.language for person in people):
        mail = _mail(need.kind, language, words=f"need.{need.kind}", due=need.due)
        mail = mail.model_copy(update={"path": f"/needs/{id_of('need', need.id)}"})
        yield from _written(writer, mail)


def _where(person: Person, route: Route) -> str:
    if person.webhook and "webhook" in route.channels:
        return f"({person.webhook_form} webhook, else <{person.email}>)"
    return f"<{person.email}>" if "mail" in route.channels else "(inbox)"


def _letter(event: Event, letter: Letter, writer: Writer, now: datetime) -> Iterator[str]:
    answer_by = until(event, letter)
    yield (
        f"{type(event).__name__} becomes a letter to {getattr(event, letter.to)}, "
        f"in the language of its country."
    )
    for language in LANGUAGES:
        mail = _mail(letter.words, language, words=letter.words, due=answer_by)
        facts: Mapping[str, Any] = {
            "facts": letter_facts(event, ""),
            "link_id": str(getattr(event, "link_id", "")) or "link",
            "link_scope": f"{letter.scope}/{getattr(event, letter.of)}",
            "link_expires": (answer_by or now) + letter.open_for,
        }
        yield from _written(writer, mail.model_copy(update=dict(facts)))


def _mail(kind: str, language: Language, *, words: str, due: datetime | None) -> SendMail:
    return SendMail(
        notification_id="preview",
        to="reader@example.org",
        language=language,
        words=words,
        due=due,
        facts=(("kind", kind),),
    )


def _written(writer: Writer, mail: SendMail) -> Iterator[str]:
    message = writer.write(mail, SENDER)
    plain = message.get_body(("plain",))
    assert plain is not None
    yield ""
    yield f"  [{mail.language}] {message['Subject']}"
    yield from (f"  | {line}" for line in plain.get_content().strip().splitlines())
