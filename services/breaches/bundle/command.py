"""`ansvar bundle CASE` packs the evidence of a case; `ansvar bundle verify FILE` checks it."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from services.breaches.bundle.packing import Evidence, ids_of, pack
from services.breaches.bundle.verify import sentence, verify
from services.breaches.domain import Case
from services.breaches.letters import Letter
from shared.command.running import DEFAULT_DATA, Data, take_settings
from shared.command.says import Trouble, say
from shared.command.services import load_services, service_names
from shared.mongo import MongoFiles, MongoKeyRing, MongoStore
from shared.runtime import Service

VERIFY = "verify"
MOST_LETTERS = 1_000


def add_to(app: typer.Typer) -> None:
    @app.command()
    def bundle(
        case: Annotated[str, typer.Argument(help="The id of the case; or the word verify.")],
        file: Annotated[
            Path | None, typer.Argument(help="Where to write it; or the bundle to check.")
        ] = None,
        redacted: Annotated[
            bool, typer.Option(help="Without free text, letters and documents; with a log.")
        ] = False,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Pack the evidence of a case into one ZIP, or check one without the system."""
        if case == VERIFY:
            _verify(file)
            return
        take_settings(data)
        evidence = asyncio.run(collect(case, load_services(service_names())))
        name = file or Path(f"{case}{'-redacted' if redacted else ''}.zip")
        name.write_bytes(pack(evidence, redacted=redacted))
        facts = sum(map(len, evidence.chains.values()))
        say(f"{name}: {facts} facts, {len(evidence.letters)} letters")


def _verify(file: Path | None) -> None:
    if file is None:
        raise Trouble("name the file: ansvar bundle verify FILE")
    found = verify(str(file))
    say(sentence(found))
    for problem in found.problems:
        say(problem)
    if found.problems:
        raise Trouble(f"the bundle is not whole: {len(found.problems)} problems")


async def collect(case_id: str, services: Iterable[Service]) -> Evidence:
    """What every service recorded of a case: chains of its aggregates, letters, documents."""
    by_name = {service.name: service for service in services}
    stores = {name: _store_of(service) for name, service in by_name.items()}
    try:
        own = stores["breaches"]
        case = (await own.fetch(Case, [case_id])).get(case_id)
        if case is None:
            raise Trouble(f"there is no case {case_id}")
        keys = ids_of(case)
        chains = {name: await store.chains(keys) for name, store in stores.items()}
        letters = await own.search(Letter, {"case_id": case_id}, limit=MOST_LETTERS)
        documents: dict[str, bytes] = {}
        if "onboarding" in by_name:
            documents = await _documents(by_name["onboarding"], stores["onboarding"], keys)
        return Evidence(
            case=case,
            made=datetime.now(UTC),
            chains={name: entries for name, entries in chains.items() if entries},
            letters=letters,
            documents=documents,
        )
    finally:
        for store in stores.values():
            store.close()


async def _documents(service: Service, store: MongoStore, ids: set[str]) -> dict[str, bytes]:
    """The files behind those ids that are documents, as they were received."""
    kind: Any = next((k for k in service.aggregates if k.__name__ == "Document"), None)
    if kind is None:
        return {}
    files, found = MongoFiles(store), {}
    for id, document in (await store.fetch(kind, ids)).items():
        data = await files.get(getattr(document, "sha256", "") or "")
        if data is not None:
            found[id] = data
    return found


def _store_of(service: Service) -> MongoStore:
    settings = service.settings
    keyring = MongoKeyRing.of(settings)
    return MongoStore(settings.mongo_url, service.name, keyring)
