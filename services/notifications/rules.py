"""The rules of who hears of what, as data: `rules.toml` beside this file."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events import catalogue
from shared.events.base import Event, Need

FILE = Path(__file__).with_name("rules.toml")


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

    @property
    def open_for(self) -> timedelta:
        return timedelta(days=self.days)


class Needs(Rule):
    channels: tuple[Literal["inbox", "mail"], ...]
    quiet: tuple[str, ...] = ()


class Rules(Rule):
    version: str
    needs: Needs
    letters: dict[str, Letter] = Field(default_factory=dict)

    def mails(self, need: Need) -> bool:
        return "mail" in self.needs.channels and need.kind not in self.needs.quiet

    def letter_of(self, event: Event) -> Letter | None:
        return self.letters.get(type(event).__name__)


def read_rules(file: Path = FILE) -> Rules:
    """The rules, every letter of which names a fact that exists and fields that it has."""
    rules = Rules.model_validate(tomllib.loads(file.read_text()))
    kinds = {kind.__name__: kind for kind in catalogue().values()}
    for name, letter in rules.letters.items():
        fields = {letter.to, letter.of, *filter(None, (letter.until,)), "link_id", "buyer_id"}
        missing = fields - set(kinds[name].model_fields) if name in kinds else {name}
        if missing:
            raise ValueError(f"{file.name}: [letters.{name}] names {', '.join(sorted(missing))}")
    return rules
