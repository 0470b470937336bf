"""Says a fact in a sentence, in the reader's language and with the names that are known."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from markupsafe import Markup, escape

from services.console.readmodels.timeline import Line
from shared.languages import Words
from shared.why import names_of, text_in_words

PARTIES = {
    "party_id": "party",
    "supplier_id": "supplier",
    "parent_id": "parent",
    "outgoing_id": "outgoing",
    "incoming_id": "incoming",
    "substitute_id": "substitute",
    "addressee_id": "addressee",
    "merged_id": "merged",
    "split_id": "split",
}
WORDS = ("status", "track", "consequence", "role", "verdict", "cause", "kind", "severity")
MOMENTS = ("due", "deadline", "until", "delivered_at")
DAYS = (
    "starts",
    "ends",
    "effective",
    "planned_for",
    "held_on",
    "valid_until",
    "issued",
    "list_date",
    "as_of",
    "ask",
    "since",
)
NUMBERS = ("entries", "added", "changed", "removed", "parties", "gaps")
DASH = "\N{EN DASH}"
SHARE = re.compile(r"([0-9.]+)\.\.([0-9.]+)")


class Values(dict[str, object]):
    """A value that an older fact did not have reads as a dash."""

    def __missing__(self, key: str) -> str:
        return DASH


class Sentences:
    """`name` turns the id of a party into a link with its name, `contract` that of a contract."""

    def __init__(
        self,
        words: Words,
        name: Callable[[str], Markup],
        contract: Callable[[str], Markup],
        people: Mapping[str, str] | None = None,
    ) -> None:
        self._words = words
        self._name = name
        self._contract = contract
        self._people = people or {}

    def say(self, line: Line) -> Markup:
        key = f"fact.{line.kind}"
        if line.values.get("cause") and self._words.knows(f"{key}-{line.values['cause']}"):
            key = f"{key}-{line.values['cause']}"
        elif (verdict := line.values.get("verdict")) and self._words.knows(f"{key}-{verdict}"):
            key = f"{key}-{verdict}"
        if not self._words.knows(key):
            key = f"fact.{line.kind}"
        template = Markup(escape(self._words.messages[key]))
        return template.format_map(Values(self._values(line.values)))

    def _values(self, values: Mapping[str, str]) -> dict[str, object]:
        said: dict[str, object] = {}
        for name, value in values.items():
            if name in PARTIES:
                said[PARTIES[name]] = self._name(value)
            elif name == "party_ids":
                said[name] = Markup(", ").join(self._name(id) for id in value.split(", "))
            elif name == "contract_id":
                said["contract"] = self._contract(value)
            else:
                said[name] = self.value(name, value)
        return said

    def value(self, name: str, value: str) -> str:
        """One value as a person reads it."""
        words = self._words
        if name in WORDS:
            return self.word(name, value)
        if name in ("rule", "cause_rule", "ground", "obligation"):
            return self.word("rule", value)
        if name == "state" and words.knows(stage := f"qualifying.{value.replace(' ', '-')}"):
            return words(stage)
        if name == "by":
            return self.person(value)
        if name in MOMENTS:
            return words.moment(datetime.fromisoformat(value))
        if name in DAYS:
            return words.day(_day_of(value))
        if name == "share" and (share := SHARE.fullmatch(value)):
            return share_text(words, float(share[1]), float(share[2]))
        if name == "amount":
            currency, _, amount = value.partition(" ")
            return f"{currency} {words.number(float(amount))}"
        if name in NUMBERS and value.isdecimal():
            return words.number(int(value))
        if name == "told":
            return text_in_words(value, words.language, names_of(words))
        if name == "changed":
            return ", ".join(self.word("field", one) for one in value.split(", "))
        return value

    def person(self, subject: str) -> str:
        """Who that is, for those in the directory; other subjects in a readable form."""
        return self._people.get(subject) or person(subject)

    def word(self, name: str, value: str) -> str:
        """The word for a code, or the code itself where the catalogue does not know it."""
        key = f"{'document' if name == 'kind' else name}.{value}"
        return self._words(key) if self._words.knows(key) else value


def _day_of(value: str) -> date:
    """A day as it is, or the moment of which the day is meant."""
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def share_text(words: Words, low: float, high: float) -> str:
    if low == high:
        return words.percent(low)
    return f"{words.number(low)}{DASH}{words.percent(high)}"


def person(subject: str) -> str:
    """`Mette Lund` for the subject `mette.lund`; other subjects as they are."""
    parts = subject.split(".")
    return " ".join(part.capitalize() for part in parts) if all(parts) else subject
