"""What the tests of contracts have in common: releases, facts, and a world to tell them to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.contracts.app import LAW, SENDING, SUPPLY, TEMPLATES
from services.contracts.clause_templates import Templates
from services.contracts.handlers import router
from services.contracts.ledger import Ledger
from services.contracts.powers import Law
from services.contracts.sending_terms import SendingTerms
from services.contracts.status_file import StatusFiles
from services.contracts.supply import Supply
from services.contracts.webhooks import Webhooks
from shared.persons import PersonKey
from shared.testing import World
from shared.webhooks import Addresses, Secrets

SAMPLES = Path(__file__).parents[2] / "samples" / "ocds"
PERSON_KEY = PersonKey(bytes(32))
ROOT_SECRET = "a root secret that is long enough for its purpose"

Build = Callable[..., dict[str, Any]]


@pytest.fixture
def status_folder() -> Path | None:
    """Where nightly files are put: nowhere, unless a test is about them."""
    return None


@pytest.fixture
def world(status_folder: Path | None) -> World:
    return new_world(status_folder)


def new_world(status_folder: Path | None = None) -> World:
    addresses = Addresses(["127.0.0.1"])
    secrets = Secrets(ROOT_SECRET)
    made: list[World] = []
    world = World(
        router,
        adapters={
            "templates": Templates.load(TEMPLATES),
            "law": Law.load(LAW),
            "supply": Supply.load(SUPPLY),
            "terms": SendingTerms.load(SENDING),
            "status_files": StatusFiles(lambda: made[0].store, PERSON_KEY, status_folder),
            "addresses": addresses,
            "secrets": secrets,
            "ledger": Ledger(life=0.0),
            "webhooks": Webhooks(addresses, secrets),
        },
    )
    made.append(world)
    return world


def sample(name: str) -> dict[str, Any]:
    package: dict[str, Any] = json.loads((SAMPLES / name).read_text())
    return package


def release(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A release with one contract of a Danish region with one supplier; `changed` says what
    differs in the release, `contract` in its contract.
    """
    contract = {
        "id": "K1",
        "awardID": "A1",
        "title": "Cleaning",
        "status": "active",
        "period": {"startDate": "2026-11-01T00:00:00+01:00", "endDate": "2028-10-31T23:59:00Z"},
        "value": {"amount": 1000000, "currency": "DKK"},
        "dateSigned": "2026-10-12T13:00:00+02:00",
        "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "90910000-9"}}],
    }
    return {
        "ocid": "ocds-abc123-R1",
        "id": f"ocds-abc123-R1-{number:02}",
        "date": f"2026-11-{number:02}T10:00:00Z",
        "tag": ["contract"],
        "parties": [
            {
                "id": "DK-CVR-91204711",
                "name": "Region Nordlyset",
                "roles": ["buyer"],
                "identifier": {"scheme": "DK-CVR", "id": "91204711"},
            },
            {
                "id": "DK-CVR-92431185",
                "name": "Nordlys",
                "roles": ["supplier"],
                "identifier": {
                    "scheme": "DK-CVR",
                    "id": "92431185",
                    "legalName": "Nordlys Rengøring A/S",
                },
                "contactPoint": {"name": "Some Person", "email": "post@nordlys.example"},
            },
        ],
        "buyer": {"id": "DK-CVR-91204711"},
        "tender": {"id": "R1"},
        "awards": [
            {
                "id": "A1",
                "date": "2026-09-21T00:00:00Z",
                "suppliers": [{"id": "DK-CVR-92431185"}],
            }
        ],
        **{name: value for name, value in changed.items() if name != "contract"},
        "contracts": [contract | changed.get("contract", {})],
    }


def package(*releases: dict[str, Any]) -> dict[str, Any]:
    return {"version": "1.1", "releases": list(releases)}
