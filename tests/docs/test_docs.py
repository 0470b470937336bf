"""The generated documents say what the code does: `make docs` writes them anew.

The AsyncAPI documents are held against the official JSON schema of AsyncAPI 3.0.0, which lies
beside this file as `@asyncapi/specs` 6.11.1 publishes it (Apache-2.0). What a schema cannot say,
such as whether every reference leads somewhere, is tested here; the official parser
(`@asyncapi/parser` 3.6.3) found nothing to complain about either when it was asked by hand.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docs.catalogue import HERE, documents, write
from docs.channels import HEADERS
from docs.installed import Installed, given_settings, installed
from docs.usage import usage_of
from docs.wire import Json
from shared.envelope import Entry
from shared.events import catalogue, type_of
from shared.events.breaches import BreachFlagged, EnquiryOpened
from shared.events.onboarding import PartyRegistered
from shared.events.screening import HitConfirmed, HitRaised, HitReopened
from shared.events.words import PartyDescription
from shared.journal import body_of, headers_of

SCHEMA = Path(__file__).parent / "schema" / "asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def there() -> Installed:
    return installed()


@pytest.fixture(scope="module")
def files(there: Installed) -> dict[str, str]:
    return documents(there)


@pytest.fixture(scope="module")
def asyncapi(files: dict[str, str]) -> dict[str, Json]:
    return {name: json.loads(text) for name, text in files.items() if name.startswith("asyncapi")}


def test_every_service_of_the_installation_is_there(there: Installed) -> None:
    assert there.missing == []


def test_the_documents_are_up_to_date(files: dict[str, str]) -> None:
    folders = [HERE / "asyncapi", HERE / "openapi"]
    stored = {str(f.relative_to(HERE)): f for folder in folders for f in folder.glob("*.json")}
    for name in ("data-map.md", "events.md", "metrics.md", "rulebook.md"):
        stored[name] = HERE / name
    stale = [
        name
        for name in sorted(stored.keys() | files.keys())
        if name not in stored or stored[name].read_text() != files.get(name)
    ]
    assert not stale, "run `make docs` and commit what it writes"


def test_the_catalogue_says_what_the_services_do(there: Installed) -> None:
    usage = usage_of(there.services)
    assert usage.hear_everything == ["console", "notifications"]
    assert "subcontractors" in usage.heard_by(HitRaised)
    assert {HitRaised, HitConfirmed, HitReopened, BreachFlagged} <= usage.announced
    assert HitReopened in usage.asking  # its code makes a need
    assert HitConfirmed in usage.settling  # chosen by a condition before it is made
    assert EnquiryOpened in usage.asking_or_settling  # the case says which when it moves on
    assert HitRaised not in usage.asking | usage.settling  # exposures ask, not hits


def test_what_is_gone_is_taken_away(files: dict[str, str], tmp_path: Path) -> None:
    gone = tmp_path / "openapi" / "gone.json"
    gone.parent.mkdir()
    gone.write_text("{}")
    write(files, tmp_path)
    assert not gone.exists()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {str(path.relative_to(tmp_path)): path.read_text() for path in written} == files


def test_every_asyncapi_document_is_valid(asyncapi: dict[str, Json]) -> None:
    """The console hears everything, so that its document has all messages of the others too."""
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    whole = asyncapi["asyncapi/console.json"]
    for name, document in asyncapi.items():
        left = document
        if name != "asyncapi/console.json":
            for part, entries in document["components"].items():
                assert entries.items() <= whole["components"][part].items(), name
            left = document | {"components": {}}
        found = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(left)]
        assert not found, name


def test_the_schema_finds_what_is_wrong(asyncapi: dict[str, Json]) -> None:
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    document = asyncapi["asyncapi/audits.json"] | {"components": {}}
    wrong = document["operations"]["announce"] | {"action": "shout"}
    assert not validator.is_valid(document | {"operations": {"announce": wrong}})


def test_every_reference_leads_somewhere(files: dict[str, str]) -> None:
    for name, text in files.items():
        if name.endswith(".json"):
            document = json.loads(text)
            for reference in set(references(document)):
                assert at(document, reference) is not None, f"{name}: {reference}"


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def at(document: Json, reference: str) -> Any:
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def test_every_fact_is_announced_in_one_document(asyncapi: dict[str, Json]) -> None:
    said = [
        at(document, at(document, message["$ref"])["$ref"])["name"]
        for document in asyncapi.values()
        if "announce" in document["operations"]
        for message in document["operations"]["announce"]["messages"]
    ]
    assert sorted(said) == sorted(catalogue())


def test_the_headers_are_those_that_the_journal_sends() -> None:
    entry = Entry("id", "type", "t", "Party", "key", 1, "0" * 64, "h", "c", "s", "2026", b"{}")
    assert list(HEADERS) == [name for name, _ in headers_of("onboarding", entry)]


def test_what_is_sent_fits_the_document(asyncapi: dict[str, Json]) -> None:
    document = asyncapi["asyncapi/onboarding.json"]
    fact = PartyRegistered(party=PartyDescription(party_id="dk-cvr-61056416", name="Nordlys A/S"))
    message = document["components"]["messages"]["PartyRegistered"]
    assert message["name"] == type_of(PartyRegistered)
    schema = message["payload"] | {"components": document["components"]}
    jsonschema.validate(json.loads(body_of(fact, {})), schema)
    with pytest.raises(jsonschema.ValidationError, match="required"):
        jsonschema.validate({"party": {"name": "Nordlys A/S"}}, schema)


def test_settings_of_the_machine_change_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSVAR_PUBLIC_URL", "https://elsewhere.example")
    with given_settings(link_key="00"):
        assert "ANSVAR_PUBLIC_URL" not in os.environ
        assert os.environ["ANSVAR_LINK_KEY"] == "00"
    assert os.environ["ANSVAR_PUBLIC_URL"] == "https://elsewhere.example"
