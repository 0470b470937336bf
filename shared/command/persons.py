"""`ansvar persons`: what is known of a person, who saw it, and its end.

For whoever answers to the person (GDPR Art 15, 17, 18): run on the machine with the keys, and
each use is itself on the access record.
"""

import asyncio
import getpass
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import orjson
import typer

from shared.access import AccessEntry, purpose_of
from shared.command.running import DEFAULT_DATA, Data, take_settings
from shared.command.says import Trouble, say, show_table
from shared.command.services import load_services, service_names
from shared.events.base import is_natural_person
from shared.mongo import MongoKeyRing, MongoStore
from shared.runtime import Service
from shared.sealing import HeldBack, names_in_bytes, names_in_values, plan_of, unseal_values

Person = Annotated[str, typer.Argument(help="The person's id, such as person-1f3c….")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept on the access record.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What is known of a person, and its end.", no_args_is_help=True)
    app.add_typer(group, name="persons")

    @group.command()
    def find(
        reason: Why,
        name: Annotated[str, typer.Option(prompt="Name", help="All of its words, in any order.")],
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Say under which ids a person of this name is known.

        Without --name it is asked for, so that it stands in no history of a shell.
        """
        found = asyncio.run(_find(_all_services(data), name, reason))
        show_table(
            ("person", "known to"), ((id, ", ".join(sorted(at))) for id, at in found.items())
        )
        say(f"{len(found)} persons have a value with all words of the name")

    @group.command()
    def rewrap(data: Data = DEFAULT_DATA) -> None:
        """Wrap all keys with the master key of now, after it was changed (see docs/privacy.md)."""
        done = asyncio.run(_rewrap(_all_services(data)))
        say(f"{done} keys were wrapped with an earlier master key, and are not any more")

    @group.command()
    def export(person: Person, reason: Why, out: Path, data: Data = DEFAULT_DATA) -> None:
        """Write everything that is sealed for a person, and who saw it, into a JSON file."""
        told = asyncio.run(_export(_services(person, data), person, reason))
        out.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        out.chmod(0o600)
        say(f"{len(told['values'])} values and {len(told['shown'])} views are in {out}")

    @group.command()
    def shown(person: Person, data: Data = DEFAULT_DATA) -> None:
        """Say who saw a person's data, when and why."""
        entries = asyncio.run(_shown(_services(person, data), person))
        rows = ((e["at"], e["service"], e["caller"], e["route"], e["purpose"]) for e in entries)
        show_table(("at", "service", "caller", "by", "why"), rows)

    @group.command()
    def erase(person: Person, reason: Why, data: Data = DEFAULT_DATA) -> None:
        """Destroy a person's keys. Nothing brings the data back, and the record stays whole."""
        asyncio.run(_keep(_services(person, data), person, "erase", reason))
        say(f"{person} is erased; running services forget the key within a minute")

    @group.command()
    def hold(person: Person, reason: Why, data: Data = DEFAULT_DATA) -> None:
        """Let nobody erase a person, as during a dispute (GDPR Art 17(3)(e))."""
        asyncio.run(_keep(_services(person, data), person, "hold", reason))
        say(f"{person} is held: it cannot be erased")

    @group.command()
    def release(person: Person, reason: Why, data: Data = DEFAULT_DATA) -> None:
        """End a hold."""
        asyncio.run(_keep(_services(person, data), person, "release", reason))
        say(f"{person} is held no longer")


def _services(person: str, data: Path) -> Sequence[Service]:
    if not is_natural_person(person):
        raise Trouble(
            f"{person} is no natural person: ids of persons begin with person- or se-sole-"
        )
    return _all_services(data)


def _all_services(data: Path) -> Sequence[Service]:
    take_settings(data)
    return load_services(service_names(""))


def _ring(service: Service) -> MongoKeyRing:
    return MongoKeyRing.of(service.settings)


async def _find(services: Sequence[Service], name: str, reason: str) -> dict[str, set[str]]:
    """Persons of whom some stored value has all these words, and which services know them.

    Whoever is found is on the access record before it is said.
    """
    words = _words(name)
    if not words:
        raise Trouble("a name has at least one word")
    found: dict[str, set[str]] = {}
    async with AsyncExitStack() as undo:
        ring = _ring(services[0])
        undo.callback(ring.close)
        for service in services:
            store = MongoStore(service.settings.mongo_url, service.name, ring)
            undo.callback(store.close)
            for kind in (kind for kind in service.kinds if plan_of(kind)):
                async for document in store.documents(kind):
                    for subject, value in await _opened(document, ring):
                        if words <= _words(value):
                            found.setdefault(subject, set()).add(service.name)
            if service.name == "onboarding":
                keeper = store
        if found:
            await keeper.note_access([_entry(subject, "find", reason) for subject in found])
    return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


async def _opened(values: Any, ring: MongoKeyRing) -> list[tuple[str, str]]:
    """Each value of a natural person in a document, opened, with whose it is."""
    names = {name for name in names_in_values(values) if is_natural_person(name[1])}
    if not names:
        return []
    keys = await ring.keys(names, create=False)
    subjects = {subject for _, subject in names}
    return [
        (subject, unseal_values(sealed, keys))
        for subject in subjects
        for _, sealed in _paths(values, subject)
    ]


async def _rewrap(services: Sequence[Service]) -> int:
    ring = _ring(services[0])
    try:
        return await ring.rewrap()
    except ValueError as unknown:
        raise Trouble(str(unknown)) from unknown
    finally:
        ring.close()


async def _export(services: Sequence[Service], person: str, reason: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    async with AsyncExitStack() as undo:
        ring = _ring(services[0])
        undo.callback(ring.close)
        for service in services:
            store = MongoStore(service.settings.mongo_url, service.name, ring)
            undo.callback(store.close)
            async for where, values in _sealed_in(service, store, person):
                keys = await ring.keys(names_in_values(values), create=False)
                found += [
                    {"service": service.name, "in": where, "field": path, "value": value}
                    for path, sealed in _paths(values, person)
                    for value in [unseal_values(sealed, keys)]
                ]
            if service.name == "onboarding":
                await store.note_access([_entry(person, "export", reason)])
    return {
        "person": person,
        "made": datetime.now(UTC).isoformat(),
        "values": found,
        "shown": await _shown(services, person),
    }


async def _sealed_in(
    service: Service, store: MongoStore, person: str
) -> AsyncIterator[tuple[str, Any]]:
    """Each stored document and each fact in which something is sealed for the person."""
    for kind in service.kinds:
        async for document in store.documents(kind):
            if any(subject == person for _, subject in names_in_values(document)):
                yield f"{kind.__name__} {document['_id']}", document
    async for block in store.blocks():
        for entry in block.entries:
            if any(subject == person for _, subject in names_in_bytes(entry.body)):
                yield f"fact {entry.type} of {entry.time}", orjson.loads(entry.body)


def _paths(values: Any, person: str, path: str = "") -> list[tuple[str, str]]:
    """Where the person's own sealed values stand: of others in the same document, nothing."""
    if isinstance(values, dict):
        below = ((f"{path}.{name}".strip("."), value) for name, value in values.items())
    elif isinstance(values, list):
        below = ((f"{path}.{number}", value) for number, value in enumerate(values))
    else:
        mine = isinstance(values, str) and any(s == person for _, s in names_in_values(values))
        return [(path, values)] if mine else []
    return [found for place, value in below for found in _paths(value, person, place)]


async def _shown(services: Sequence[Service], person: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for service in services:
        store = MongoStore(service.settings.mongo_url, service.name, _ring(service))
        found = await store.search(AccessEntry, {"subject": person}, sort="at", limit=10_000)
        entries += [{"service": service.name} | one.model_dump() for one in found]
        store.close()
    return sorted(entries, key=lambda one: str(one["at"]))


async def _keep(services: Sequence[Service], person: str, what: str, reason: str) -> None:
    """What is done with the keys is on the record before it is done."""
    owner = next(one for one in services if one.name == "onboarding")
    ring = _ring(owner)
    store = MongoStore(owner.settings.mongo_url, owner.name, ring)
    try:
        await store.note_access([_entry(person, what, reason)])
        match what:
            case "erase":
                await ring.destroy(person)
            case "hold":
                await ring.hold(person, purpose_of(reason, what))
            case _:
                await ring.release(person)
    except HeldBack as held:
        raise Trouble(str(held)) from held
    finally:
        store.close()
        ring.close()


def _entry(person: str, what: str, reason: str) -> AccessEntry:
    return AccessEntry(
        id=str(uuid4()),
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        subject=person,
        key_classes=(),
        caller=f"operator:{getpass.getuser()}",
        roles=(),
        buyers=("*",),
        route=f"ansvar persons {what}",
        purpose=purpose_of(reason, what),
    )
