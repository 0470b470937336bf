"""Brings what is said to the functions that handle it."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from shared.domain import Aggregate, Stored
from shared.envelope import Message
from shared.events import Event, catalogue, type_of
from shared.events.base import Effect, Internal, Said

Handler = Callable[..., Awaitable[Any]]
F = TypeVar("F", bound=Handler)

Foreseen = Callable[[Any, Message], Iterable[tuple[type[Stored], str]]]
"""What a handler of every fact will load for one: the kinds and ids."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of thing said, the function for it, and what can be read beforehand in bulk."""

    kind: type[Said]
    handler: Handler
    loads: type[Aggregate] | None = None
    key: Callable[[Any], str] | None = None


def name_of(kind: type[Said]) -> str:
    """The type a message of this kind has: `ce_type` of a fact, else its class name."""
    if issubclass(kind, Event) and not issubclass(kind, Internal):
        return type_of(kind)
    return kind.__name__


class Router:
    """The handlers of one service.

    A handler takes what was said and the unit; any further parameter is one of the service's
    adapters, by its name.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.routes: dict[str, Route] = {}
        self.effects: dict[str, Route] = {}
        self.for_all: Handler | None = None
        self.foreseen: Foreseen | None = None

    def on(
        self, kind: type[Said], *, loads: tuple[type[Aggregate], str] | None = None
    ) -> Callable[[F], F]:
        """Handle facts, commands or deadlines of a kind.

        `loads` names an aggregate and the field of the fact that holds its id (`party.party_id`),
        so that a batch reads all of them at once.
        """

        def keep(handler: F) -> F:
            name = name_of(kind)
            if name in self.routes:
                raise ValueError(f"{self.service} has two handlers for {name}")
            key = attrgetter(loads[1]) if loads else None
            self.routes[name] = Route(kind, handler, loads[0] if loads else None, key)
            return handler

        return keep

    def every(self, *, loads: Foreseen | None = None) -> Callable[[F], F]:
        """Handle every fact of every service. `loads` says what it will load for a fact, so that
        a batch reads all of it at once.
        """

        def keep(handler: F) -> F:
            self.for_all, self.foreseen = handler, loads
            return handler

        return keep

    def does(self, kind: type[Effect]) -> Callable[[F], F]:
        """Do an effect outside. What the function returns (an `Internal`) is handled once."""

        def keep(handler: F) -> F:
            self.effects[kind.__name__] = Route(kind, handler)
            return handler

        return keep

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of the facts that are heard here."""
        if self.for_all is not None:
            return tuple(sorted({kind.topic for kind in catalogue().values()}))
        kinds = (route.kind for route in self.routes.values())
        return tuple(sorted({k.topic for k in kinds if issubclass(k, Event) and k.topic}))

    @property
    def heard(self) -> tuple[type[Event], ...]:
        """The kinds of facts that are handled here one by one."""
        kinds = (route.kind for route in self.routes.values())
        return tuple(k for k in kinds if issubclass(k, Event) and k.topic)

    def bound(self, adapters: Mapping[str, object]) -> "Router":
        """This router with the adapters given to the handlers that ask for them."""
        bound = Router(self.service)
        for name, route in self.routes.items():
            handler = _with(route.handler, adapters, given=2)
            bound.routes[name] = Route(route.kind, handler, route.loads, route.key)
        for name, route in self.effects.items():
            bound.effects[name] = Route(route.kind, _with(route.handler, adapters, given=1))
        if self.for_all is not None:
            bound.for_all = _with(self.for_all, adapters, given=2)
            bound.foreseen = self.foreseen
        return bound


def _with(handler: Handler, adapters: Mapping[str, object], *, given: int) -> Handler:
    wanted = list(inspect.signature(handler).parameters)[given:]
    missing = [name for name in wanted if name not in adapters]
    if missing:
        raise TypeError(f"{handler.__name__} asks for {missing}, which the service does not have")
    return partial(handler, **{name: adapters[name] for name in wanted}) if wanted else handler
