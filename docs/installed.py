"""The services of this installation, found by their entry points and built without any system."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from shared.runtime import Service

GROUP = "ansvar.services"

NO_SECRET = "00" * 32
"""Stands where a service asks for a key: what is built here never seals or signs anything."""


@dataclass
class Installed:
    """The services that could be built, by name, and those that are announced but not there."""

    services: dict[str, Service] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


@contextmanager
def given_settings(**settings: str) -> Iterator[None]:
    """These settings of Ansvar and no others, whatever the environment says."""
    before = {name: value for name, value in os.environ.items() if name.startswith("ANSVAR_")}
    for name in before:
        del os.environ[name]
    ours = {f"ANSVAR_{name.upper()}": value for name, value in settings.items()}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]
        os.environ.update(before)


def installed(issuer_key_file: Path | None = None) -> Installed:
    """Build every service. Nothing is started; tokens are believed that `issuer_key_file` signs."""
    found = Installed()
    key_file = issuer_key_file or Path(tempfile.gettempdir()) / "ansvar-no-issuer.json"
    with given_settings(
        master_key=NO_SECRET,
        person_key=NO_SECRET,
        link_key=NO_SECRET,
        issuer_key_file=str(key_file),
    ):
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
            service = _built(point)
            if service is None:
                found.missing.append(point.name)
            else:
                found.services[point.name] = service
    return found


def _built(point: EntryPoint) -> Service | None:
    try:
        build = point.load()
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("services."):
            raise
        return None
    service: Service = build()
    return service
