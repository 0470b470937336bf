"""How a person wants to be told, and when they are away."""

from datetime import date, timedelta
from typing import ClassVar, Literal

from shared.domain import Aggregate, Rejected

LONGEST_ABSENCE_DAYS = 400
"""A year's leave. Somebody who is away for longer does not work here."""


MailChoice = Literal["at-once", "digest", "urgent"]
"""As things happen, once a working day, or only what cannot wait; all else lies in the inbox."""


def preferences_id(subject: str) -> str:
    return f"preferences-{subject}"


class Preferences(Aggregate):
    """One person's own settings.

    `quiet_from` and `quiet_to` are times of the day (`18:00`, `07:00`; the night lies between
    them), in which no mail comes; on days off none comes at all where `quiet_on_days_off` says so.
    What gets through at night does so whatever is set here. `away_from` and `away_to` are the first
    and the last day of an absence, in which the deputy is told instead.
    """

    indexes: ClassVar[tuple[str, ...]] = ("subject",)

    subject: str
    language: Literal["da", "sv", "en"] | None = None
    mail: MailChoice = "at-once"
    quiet_from: str = ""
    quiet_to: str = ""
    quiet_on_days_off: bool = False
    away_from: date | None = None
    away_to: date | None = None

    def forgotten(self) -> "Preferences":
        """Nothing is left of them: whoever comes back begins anew."""
        self.language, self.mail = None, "at-once"
        self.quiet_from = self.quiet_to = ""
        self.quiet_on_days_off = False
        self.away_from = self.away_to = None
        return self

    def is_away(self, day: date) -> bool:
        if self.away_from is None or self.away_to is None:
            return False
        return self.away_from <= day <= self.away_to

    def be_away(self, first: date | None, last: date | None, today: date) -> None:
        """Note an absence, or with nothing that there is none."""
        if (first is None) != (last is None):
            raise Rejected("an absence has a first and a last day", field="away_to")
        if first is not None and last is not None:
            if last < first:
                raise Rejected("the last day of an absence is before its first", field="away_to")
            if last < today or last - first > timedelta(days=LONGEST_ABSENCE_DAYS):
                raise Rejected(
                    f"an absence ends today or later and lasts at most {LONGEST_ABSENCE_DAYS} days",
                    field="away_to",
                )
        self.away_from, self.away_to = first, last
