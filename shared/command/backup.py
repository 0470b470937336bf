"""`ansvar backup`, `restore` and `rebuild`: by them a lost machine or database is mended."""

import asyncio
import heapq
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.command.running import (
    DEFAULT_DATA,
    Data,
    embedded_settings,
    has_own_settings,
    kafka_url,
)
from shared.command.says import Trouble, say
from shared.command.services import load_services, service_names

if TYPE_CHECKING:
    from shared import copies
    from shared.administration.line import Parcel
    from shared.journal import Report

File = Annotated[Path, typer.Argument(help="The copy: one tar file.")]


def add_to(app: typer.Typer) -> None:
    @app.command()
    def backup(file: File, data: Data = DEFAULT_DATA) -> None:
        """Copy all databases as of one moment, proved by the journals. No secret is in the copy.

        The embedded system must not run; elsewhere the services may go on.
        """
        with ExitStack() as undo:
            if not has_own_settings():
                start_alone(data, undo)
            began = time.monotonic()
            documents, facts = take(file, data)
            say(
                f"{documents} documents and {facts} facts are in {file} "
                f"({file.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.1f} s)"
            )

    @app.command()
    def restore(
        file: File,
        replace: Annotated[
            bool, typer.Option("--replace", help="Take away what is there now.")
        ] = False,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Put a copy back, prove its journals, and send their facts to topics that lack them.

        The services must be stopped. What was announced after the copy was taken is gone with
        the databases that held it; topics that still hold such facts are refused.
        """
        from shared import copies

        manifest = copies.manifest_in(file)
        with ExitStack() as undo:
            if not has_own_settings():
                if replace:
                    shutil.rmtree(data / "kafka", ignore_errors=True)
                start_alone(data, undo)
            began = time.monotonic()
            documents, facts = put_back(file, manifest, data, replace)
            say(
                f"{documents} documents are back as of {manifest.taken}, {facts} facts are proved "
                f"and in their topics ({time.monotonic() - began:.1f} s)"
            )

    @app.command()
    def rebuild(
        service: Annotated[str, typer.Argument(help="Whose database.")],
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Throw away a database that only repeats what others announced, and fill it again.

        The services must be stopped. The facts wait in the replay topic for the next start.
        """
        service_names(service)
        with ExitStack() as undo:
            if not has_own_settings():
                start_alone(data, undo)
            began = time.monotonic()
            count = rebuild_from_journals(service, kafka_url(data))
            took = time.monotonic() - began
            say(f"{service} will hear {count} facts again when it starts ({took:.1f} s)")


def start_alone(data: Path, undo: ExitStack) -> None:
    """Broker and database alone; refused while an embedded system runs on this data."""
    from shared.embedded.stack import Stack

    stack = Stack(data)
    stack.start()
    undo.callback(stack.stop)
    os.environ.update(embedded_settings(stack.data, stack.kafka_url, stack.mongo_url))


def take(file: Path, data: Path) -> tuple[int, int]:
    """Documents and facts that were copied."""
    from shared import copies
    from shared.clock import Clock
    from shared.command import record

    _prove("what is there now", record.verify(load_services(service_names())))
    manifest = copies.Manifest(taken="", master=copies.told_of(_master()))
    manifest.clock_offset = Clock(data / "clock.json").offset.total_seconds()
    manifest.journals = _journals()
    taken = asyncio.run(copies.take(_mongo(), file, manifest, snapshot=not _embedded()))
    documents = sum(one.documents for all in taken.databases.values() for one in all.values())
    return documents, sum(one["facts"] for one in taken.journals.values())


def put_back(file: Path, manifest: "copies.Manifest", data: Path, replace: bool) -> tuple[int, int]:
    """Documents that were put back, and facts that were proved."""
    from shared import copies
    from shared.administration import reconcile, topics
    from shared.clock import Clock
    from shared.command import record

    if manifest.master != copies.told_of(_master()):
        raise copies.CannotRestore(
            "the keys in the copy were wrapped with another master key: put back the secrets "
            "that belong to it first"
        )
    there = asyncio.run(copies.databases_at(_mongo()))
    if there and not replace:
        raise copies.CannotRestore(
            f"{', '.join(there)} would be replaced: say so with --replace, or take them away"
        )
    names = service_names()
    topics.apply(kafka_url(data), names)
    documents = asyncio.run(copies.put_back(_mongo(), file, manifest))
    _prove("what was put back", record.verify(load_services(names)))
    if _journals() != manifest.journals:
        raise copies.CannotRestore("the journals are not those that were copied")
    ahead = timedelta(seconds=manifest.clock_offset) - Clock(data / "clock.json").offset
    if _embedded() and ahead > timedelta(0):
        Clock(data / "clock.json").advance(ahead)
    reconcile.rewind(kafka_url(data), names, remove_members=_embedded())
    for name in names:
        facts = record.facts_of(name, _mongo(), None, bool)
        reconcile.send_missing(kafka_url(data), f"{name}.v1", facts)
    return documents, sum(one["facts"] for one in manifest.journals.values())


def rebuild_from_journals(service: str, url: str) -> int:
    """Facts that the service will hear; in the order in which they were written."""
    from shared import copies
    from shared.administration import journal_replay, topics
    from shared.command import record

    if next(record.facts_of(service, _mongo(), None, bool), None) is not None:
        raise Trouble(
            f"{service} has announced facts of its own, which only its database and its copies "
            "hold: use `ansvar restore`"
        )
    topics.apply(url, service_names())
    asyncio.run(copies.drop(_mongo(), service))
    every = [
        _dated(record.facts_of(name, _mongo(), None, bool))
        for name in service_names()
        if name != service
    ]
    merged = heapq.merge(*every, key=lambda one: one[0])
    return journal_replay.replay(url, service, (fact for _, fact in merged))


def _dated(facts: "Iterator[Parcel]") -> "Iterator[tuple[str, Parcel]]":
    return ((fact.header("ce_time"), fact) for fact in facts)


def _journals() -> dict[str, dict[str, object]]:
    """What each journal amounts to."""
    from shared import anchors
    from shared.command import record

    bounds = (anchors.BEGINNING, datetime.now(UTC) + timedelta(days=1))
    found = record.sealed(service_names(), _mongo(), bounds)
    return {name: asdict(one) for name, (one,) in found.items()}


def _prove(what: str, reports: "list[Report]") -> None:
    problems = [f"{one.service}: {problem}" for one in reports for problem in one.problems]
    if problems:
        raise Trouble(f"the record of {what} is not whole: {problems[0]} (of {len(problems)})")


def _mongo() -> str:
    return os.environ["ANSVAR_MONGO_URL"]


def _embedded() -> bool:
    return os.environ.get("ANSVAR_EMBEDDED") == "1"


def _master() -> bytes:
    from shared.settings import ServiceSettings

    return ServiceSettings().key("master")
