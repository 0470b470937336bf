"""Danish, Swedish and English: catalogues of messages, and dates and numbers as each writes them.

A catalogue is a folder with one TOML file per language. Keys are the same in all of them, and so
are the names in braces; the tests of each service that has a catalogue say so.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

Language = Literal["da", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("da", "sv", "en")

MONTHS: dict[Language, str] = {
    "da": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
    "sv": "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
DAY: dict[Language, str] = {"da": "{0}. {1} {2}", "sv": "{0} {1} {2}", "en": "{0} {1} {2}"}
CLOCK: dict[Language, str] = {"da": "%H.%M", "sv": "%H:%M", "en": "%H:%M"}
THOUSANDS: dict[Language, str] = {"da": ".", "sv": "\N{NO-BREAK SPACE}", "en": ","}
DECIMALS: dict[Language, str] = {"da": ",", "sv": ",", "en": "."}

ZONE = ZoneInfo("Europe/Copenhagen")
"""Denmark and Sweden keep the same time."""


def language_of(text: str) -> Language:
    """The language meant by `da`, `sv-SE` or `en-GB`; Danish where it is none of ours."""
    return next((one for one in LANGUAGES if text.strip().lower().startswith(one)), "da")


class Words:
    """What we say in one language."""

    def __init__(self, language: Language, messages: Mapping[str, str]) -> None:
        self.language = language
        self.messages = messages

    def __call__(self, key: str, /, **values: object) -> str:
        """The message with its values filled in. A key that is not in the catalogue is a defect."""
        return self.messages[key].format_map(values)

    def knows(self, key: str) -> bool:
        return key in self.messages

    def day(self, day: date) -> str:
        """`24. nov. 2026`, in the time of the buyer where a moment is given."""
        if isinstance(day, datetime):
            day = day.astimezone(ZONE)
        month = MONTHS[self.language].split()[day.month - 1]
        return DAY[self.language].format(day.day, month, day.year)

    def moment(self, moment: datetime) -> str:
        """`24. nov. 2026 14.05`"""
        return f"{self.day(moment)} {self.clock(moment)}"

    def clock(self, moment: datetime) -> str:
        return moment.astimezone(ZONE).strftime(CLOCK[self.language])

    def number(self, number: float, decimals: int = 0) -> str:
        whole, _, part = f"{number:,.{decimals}f}".partition(".")
        whole = whole.replace(",", THOUSANDS[self.language])
        return f"{whole}{DECIMALS[self.language]}{part}" if part else whole

    def percent(self, number: float) -> str:
        """`60 %`, with a decimal only where there is one."""
        return f"{self.number(number, 0 if number == int(number) else 1)}\N{NO-BREAK SPACE}%"


def read_words(folder: Path) -> dict[Language, Words]:
    """The catalogue in a folder: `da.toml`, `sv.toml`, `en.toml`, tables joined by dots."""
    return {
        language: Words(
            language, dict(_flat(tomllib.loads((folder / f"{language}.toml").read_text()), ""))
        )
        for language in LANGUAGES
    }


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", str(value)))
    return found
