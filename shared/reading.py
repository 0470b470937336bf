"""From bytes to what they say: opens sealed values, validates, and tells what is wrong in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from shared.access import closed_now
from shared.domain import Rejected
from shared.envelope import Message
from shared.events import catalogue
from shared.events.base import Said
from shared.held import DISMISSED
from shared.router import Route, Router
from shared.sealing import KeyRing, names_in_bytes, unseal_bytes


class Unreadable(Rejected):
    """The body is not what its type promises."""


@dataclass(slots=True)
class Ready:
    """A message with its route and what it says, or why it cannot be read."""

    message: Message
    route: Route | None
    said: Said | None
    problem: Rejected | None = None


class Reader:
    def __init__(self, router: Router, keyring: KeyRing) -> None:
        self.router = router
        self.keyring = keyring
        self.catalogue = catalogue()

    async def read(self, messages: Sequence[Message]) -> list[Ready]:
        """What each message says. The keys for all of them are asked for once."""
        names = set().union(*(names_in_bytes(m.body) for m in messages)) if messages else set()
        keys = await self.keyring.keys(names, create=False) if names else {}
        ready = []
        for message in messages:
            route = self.router.routes.get(message.type)
            kind = route.kind if route else self.catalogue.get(message.type)
            if message.said is not None or message.type == DISMISSED:
                ready.append(Ready(message, route, message.said))
            elif kind is None:
                problem = Unreadable(f"nobody here knows the type {message.type!r}")
                ready.append(Ready(message, None, None, problem))
            else:
                try:
                    body = unseal_bytes(message.body, keys, closed_now())
                    ready.append(Ready(message, route, kind.model_validate_json(body)))
                except ValidationError as error:
                    ready.append(Ready(message, route, None, Unreadable(in_words(error))))
                except ValueError as error:  # a text that looks sealed and does not open
                    ready.append(Ready(message, route, None, Unreadable(str(error))))
        return ready


def in_words(error: ValidationError) -> str:
    """Which field is wrong and what would be right, without repeating what was sent."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "the body"
    return f"{place}: {first['msg']}"
