"""The rules of who hears of what, how and how fast, as data: `rules.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events import catalogue
from shared.events.base import Event, Need

FILE = Path(__file__).with_name("rules.toml")

Direction = Literal["outgoing", "incoming", "internal"]
Speed = Literal["at-once", "day"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Letter(Rule):
    """A fact that is told to a party: see the words in the file."""

    to: str
    until: str
    scope: str
    of: str
    words: str
    days: int
    each: str = ""
    by: tuple[str, ...] = ()

    @property
    def open_for(self) -> timedelta:
        return timedelta(days=self.days)


class Route(Rule):
    """How needs are told that fit all of its conditions; an empty condition fits everything.

    `where` are fields of the fact and the values that they may have (`severity`, `contract_id`).
    `also` are roles, and `teams` units and steering groups, that are told besides those that the
    need asks for. Somebody who has not looked
    after `unread_hours` is no longer waited for.
    """

    kinds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    speed: Speed
    channels: tuple[Literal["inbox", "mail", "webhook"], ...]
    unread_hours: Annotated[float, Field(gt=0)]
    also: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    def fits(self, need: Need, event: Event, category: str) -> bool:
        conditions = (
            (self.kinds, need.kind),
            (self.events, type(event).__name__),
            (self.buyers, need.buyer_id),
            (self.roles, need.role),
            (self.categories, category),
            *((values, str(getattr(event, field, ""))) for field, values in self.where.items()),
        )
        return all(not wanted or value in wanted for wanted, value in conditions)

    @property
    def fits_everything(self) -> bool:
        return not any(
            (self.kinds, self.events, self.buyers, self.roles, self.categories, self.where)
        )

    @property
    def tells(self) -> bool:
        """Whether anything is sent besides what lies in the inbox."""
        return self.channels != ("inbox",)

    @property
    def unread(self) -> timedelta:
        return timedelta(hours=self.unread_hours)


class Gathering(Rule):
    """Things that come within `seconds` of each other go as one message, which waits for at most
    `most_seconds`. Who got `storm_messages` within an hour gets the next ones
    `storm_pause_minutes` apart.
    """

    seconds: float
    most_seconds: float
    storm_messages: Annotated[int, Field(gt=0)] = 6
    storm_pause_minutes: Annotated[float, Field(gt=0)] = 10

    @property
    def storm_pause(self) -> timedelta:
        return timedelta(minutes=self.storm_pause_minutes)

    @property
    def pause(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    @property
    def most(self) -> timedelta:
        return timedelta(seconds=self.most_seconds)


class Hooks(Rule):
    """A message that a webhook did not take within `fallback_minutes` is mailed instead."""

    fallback_minutes: Annotated[float, Field(gt=0)] = 10

    @property
    def fallback(self) -> timedelta:
        return timedelta(minutes=self.fallback_minutes)


class Office(Rule):
    """Between these times of a working day somebody reads; outside them the rota is told too."""

    opens: Clock
    closes: Clock
    digest_at: Clock


class Posts(Rule):
    """A letter that a post was given waits for its receipt so long."""

    receipt_days: Annotated[float, Field(gt=0)] = 3

    @property
    def patience(self) -> timedelta:
        return timedelta(days=self.receipt_days)


class Left(Rule):
    """Facts about a case that the records system does not get, and why not."""

    why: str
    events: tuple[str, ...]


class Recorded(Rule):
    """Facts that the records system gets, by the way that a paper about them goes."""

    outgoing: tuple[str, ...] = ()
    incoming: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()

    def direction_of(self, name: str) -> Direction | None:
        """Nothing where the fact is not recorded."""
        for direction, names in (
            ("outgoing", self.outgoing),
            ("incoming", self.incoming),
            ("internal", self.internal),
        ):
            if name in names:
                return direction  # type: ignore[return-value]
        return None


class Nobody(Rule):
    """Facts that nobody is told of, and why not."""

    why: str
    events: tuple[str, ...]


class Rules(Rule):
    version: str
    gathering: Gathering
    office: Office
    webhooks: Hooks = Hooks()
    post: Posts = Posts()
    routes: tuple[Route, ...]
    letters: dict[str, Letter] = Field(default_factory=dict)
    records: Recorded = Recorded()
    nobody: tuple[Nobody, ...] = ()
    find_address_days: int = 3

    def route_of(self, need: Need, event: Event, category: str = "") -> Route:
        """The first route that fits; the last one fits everything."""
        return next(one for one in self.routes if one.fits(need, event, category))

    def reason_for_nobody(self, name: str) -> str:
        """Why nobody is told of such facts; nothing where somebody may be."""
        return next((one.why for one in self.nobody if name in one.events), "")

    def letter_of(self, event: Event) -> Letter | None:
        return self.letters.get(type(event).__name__)


def read_rules(file: Path = FILE) -> Rules:
    """The rules, every letter of which names a fact that exists and fields that it has."""
    rules = Rules.model_validate(tomllib.loads(file.read_text()))
    if not rules.routes or not rules.routes[-1].fits_everything:
        raise ValueError(f"{file.name}: the last of [[routes]] must have no conditions")
    kinds = {kind.__name__: kind for kind in catalogue().values()}
    for name, letter in rules.letters.items():
        fields = {letter.to, letter.of, *filter(None, (letter.until,)), "link_id", "buyer_id"}
        missing = fields - set(kinds[name].model_fields) if name in kinds else {name}
        if missing:
            raise ValueError(f"{file.name}: [letters.{name}] names {', '.join(sorted(missing))}")
    named = {name for route in rules.routes for name in route.events}
    named |= {name for group in rules.nobody for name in group.events}
    if unknown := named - set(kinds):
        raise ValueError(f"{file.name}: there is no fact {', '.join(sorted(unknown))}")
    return rules
