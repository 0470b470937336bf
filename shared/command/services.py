"""Finds the services of this installation without importing them by name."""

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from shared.command.says import Trouble

if TYPE_CHECKING:
    from shared.runtime import Service

GROUP = "ansvar.services"
CONSOLE = "console"  # the service whose pages are served at `/`


def service_names(only: str = "") -> list[str]:
    """All services of this installation, or those asked for, separated by commas."""
    there = sorted(point.name for point in entry_points(group=GROUP))
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := set(wanted) - set(there):
        raise Trouble(
            f"there is no service {' and '.join(sorted(unknown))}; "
            f"there are {', '.join(there) or 'none installed'}"
        )
    return wanted or there


def import_services(names: Iterable[str]) -> None:
    """Load the code of the services. Nothing happens at import, so it needs no settings yet."""
    for point in _points(names):
        try:
            point.load()
        except ModuleNotFoundError as error:
            if error.name and point.module.startswith(error.name):
                raise Trouble(f"the service {point.name} is not in this installation") from error
            raise Trouble(
                f"the service {point.name} needs the package {error.name}: "
                f"run `make setup`, or install ansvar[{point.name}]"
            ) from error


def load_services(names: Iterable[str]) -> "list[Service]":
    """Build the services with the settings of this moment. Which package is missing is named."""
    names = list(names)
    import_services(names)
    return [point.load()() for point in _points(names)]


def _points(names: Iterable[str]) -> list[EntryPoint]:
    points = {point.name: point for point in entry_points(group=GROUP)}
    return [points[name] for name in names]
