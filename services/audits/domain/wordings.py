"""Words of the dated data that people read: kept by language, English always among them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator


def _by_language(value: object) -> object:
    """What older data, or a record of them, says in English alone."""
    return {"en": value} if isinstance(value, str) else value


Text = Annotated[dict[str, str], BeforeValidator(_by_language)]
"""By language; English stands in for a language that is not there."""


def said_in(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text["en"]
