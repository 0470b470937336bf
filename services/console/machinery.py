"""What an operator sees of the machinery, and does to it: the broker's side and each service's own.

The administration module speaks with the broker by blocking calls: they are made in threads, and
only while an administrator looks.
"""

import asyncio
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Protocol

from prometheus_client.parser import text_string_to_metric_families

from services.console.courier import Courier
from shared.administration import CannotAdminister, dead, lag
from shared.administration.dead import DeadLetter
from shared.administration.lag import Lag

FIGURES = {
    "ansvar_relay_age_seconds": "relay_age",
    "ansvar_relay_depth": "relay_depth",
    "ansvar_messages_parked": "parked",
    "ansvar_effects_pending": "effects",
    "ansvar_deadlines_overdue": "overdue",
}
"""Of all figures of a service those that say whether something is stuck."""


class Broker(Protocol):
    """What is waiting on the broker. Everything raises `CannotAdminister` where it is away."""

    async def lag(self) -> list[Lag]: ...
    async def letters(self, service: str = "") -> list[DeadLetter]:
        """Those of one service, or of all: each takes a reading of its own."""

    async def replay(self, letter: DeadLetter) -> None: ...
    async def dismiss(self, letter: DeadLetter, reason: str, by: str) -> None: ...


def service_names() -> list[str]:
    return sorted(point.name for point in entry_points(group="ansvar.services"))


class Kafka:
    """The broker of this system."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def lag(self) -> list[Lag]:
        return await asyncio.to_thread(lag.lag, self._url, service_names())

    async def letters(self, service: str = "") -> list[DeadLetter]:
        names = [name for name in service_names() if service in ("", name)]
        found = await asyncio.gather(
            *(asyncio.to_thread(dead.open_letters, self._url, [name]) for name in names)
        )
        return sorted((letter for some in found for letter in some), key=lambda one: one.at)

    async def replay(self, letter: DeadLetter) -> None:
        await asyncio.to_thread(dead.replay, self._url, letter)

    async def dismiss(self, letter: DeadLetter, reason: str, by: str) -> None:
        await asyncio.to_thread(dead.dismiss, self._url, letter, reason=reason, by=by)


@dataclass(frozen=True)
class Condition:
    """How a service is. `figures` are empty and `missing` says so where it does not answer."""

    service: str
    ready: bool
    missing: tuple[str, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)
    behind: int = 0


async def conditions(courier: Courier, behind: dict[str, int]) -> list[Condition]:
    return list(
        await asyncio.gather(
            *(_condition(courier, name, behind.get(name, 0)) for name in service_names())
        )
    )


async def _condition(courier: Courier, name: str, behind: int) -> Condition:
    said, text = await asyncio.gather(
        courier.fetch(name, "/readyz", token=""), courier.fetch(name, "/metrics", token="")
    )
    try:
        checks = said.json()["checks"]
    except (ValueError, KeyError, TypeError):
        return Condition(name, ready=False, missing=("silent",), behind=behind)
    figures = {}
    if text.is_success:
        for family in text_string_to_metric_families(text.text):
            for sample in family.samples:
                if sample.name in FIGURES and sample.labels.get("service") == name:
                    figures[FIGURES[sample.name]] = sample.value
    missing = tuple(
        f"{one['name']}: {one['detail']}" if one.get("detail") else one["name"]
        for one in checks
        if not one["ok"]
    )
    return Condition(name, bool(said.is_success) and not missing, missing, figures, behind)


__all__ = ["Broker", "CannotAdminister", "Condition", "Kafka", "conditions", "service_names"]
