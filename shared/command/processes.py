"""Each service in a process of its own, on a port of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from shared.command.services import CONSOLE
from shared.embedded.child import Child
from shared.embedded.readiness import HOST, free_ports

START_LIMIT = 60.0  # seconds; on a busy machine starting takes many times as long


class Processes:
    """The processes of the services. `ansvar serve` runs in each."""

    def __init__(self, names: Sequence[str], room: Path) -> None:
        ports = free_ports(len(names))
        self.places = {
            name: f"http://{HOST}:{port}" for name, port in zip(names, ports, strict=True)
        }
        self._children = {
            f"service-{name}": Child(
                f"service-{name}",
                [sys.executable, "-m", "shared.command", "serve", name, "--port", str(port)],
                room,
            )
            for name, port in zip(names, ports, strict=True)
        }

    @property
    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, child in self._children.items()}

    def start(self) -> None:
        """Start all at once and return when each of them answers."""
        for child in self._children.values():
            child.start()
        for name in self._children:
            self._wait_for(name)

    def stop(self) -> None:
        """Ask all to end at once, then wait for each."""
        for child in self._children.values():
            child.ask_to_end()
        for child in self._children.values():
            child.stop()

    def fallen(self) -> list[str]:
        return [name for name, child in self._children.items() if not child.runs()]

    def raise_again(self, name: str) -> None:
        self._children[name].start()
        self._wait_for(name)

    def _wait_for(self, name: str) -> None:
        place = self.places[name.removeprefix("service-")]
        self._children[name].wait_until(lambda: _answers(place), START_LIMIT)


def prefix(name: str) -> str:
    """Under which path a service is seen from outside."""
    return "" if name == CONSOLE else f"/api/{name}"


def _answers(place: str) -> bool:
    """Whether the process serves requests; what it says of its health is not asked here."""
    try:
        httpx.get(f"{place}/healthz", timeout=2, trust_env=False)
    except httpx.TransportError:
        return False
    return True
