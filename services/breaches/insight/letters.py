"""Letters to an applicant: that the request came, that it takes longer, what was decided."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from services.breaches.letters.paper import readable
from shared.domain import Record, Unknown
from shared.events.base import Personal
from shared.languages import LANGUAGES, Language, Words, read_words
from shared.sealing import ERASED

HERE = Path(__file__).parent / "words"


class InsightLetter(Record):
    """A letter as it was written: request and number name it for ever."""

    subject_field: ClassVar[str] = "applicant_id"
    indexes: ClassVar[tuple[str, ...]] = ("insight_id", "buyer_id")

    insight_id: str
    buyer_id: str
    applicant_id: str
    number: int
    kind: str
    dated: datetime
    pdf_da: Personal[str]
    pdf_sv: Personal[str]
    pdf_en: Personal[str]
    text_da: Personal[str]
    text_sv: Personal[str]
    text_en: Personal[str]

    def pdf(self, language: Language) -> bytes:
        """The paper. Raises `Unknown` where its time is over and it was erased."""
        if self.text_da == ERASED:
            raise Unknown("letter", self.id)
        return base64.b64decode(getattr(self, f"pdf_{language}"))


class InsightWriter:
    """Writes the letters of requests for access to documents."""

    def __init__(self, words: Mapping[Language, Words]) -> None:
        self._words = words

    def write(self, kind: str, facts_json: str) -> dict[str, str]:
        """PDF (Base64) and text by `pdf_da`, `text_da` and so on."""
        facts = json.loads(facts_json)
        found: dict[str, str] = {}
        for language in LANGUAGES:
            title, parts = self._paragraphs(language, kind, facts)
            found[f"pdf_{language}"] = base64.b64encode(readable(title, parts)).decode()
            found[f"text_{language}"] = "\n\n".join((title, *parts))
        return found

    def _paragraphs(
        self, language: Language, kind: str, facts: dict[str, Any]
    ) -> tuple[str, list[str]]:
        w = self._words[language]
        day = {name: w.day(datetime.fromisoformat(facts[name])) for name in ("received", "due")}
        said = {**facts, **day, "complaint": facts[f"complaint_{language}"]}
        parts = [w("to", **said), w(f"{kind}.text", **said)]
        for item in facts.get("items", ()):
            parts.append(w(f"item.{item['outcome']}", **item))
            parts += [
                w("withheld", **one, place=_place(w, one), ground=one[f"ground_{language}"])
                for one in item["withheld"]
            ]
        if facts.get("complains"):
            parts.append(w("complaint", **said))
        return w(f"{kind}.title", **said), [*parts, w("closing", **said)]


def _place(w: Words, one: dict[str, str]) -> str:
    """Where it is: a field by its name, a passage without what it says."""
    return {"": w("place.passage"), "*": w("place.all")}.get(one["field"], one["field"])


def read_insight_words() -> dict[Language, Words]:
    return read_words(HERE)
