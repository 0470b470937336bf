"""The numbers of chain rules as dated data: each holds from a day to a day."""

import json
from functools import cache
from pathlib import Path

from services.subcontractors.domain.rules import Limit

HERE = Path(__file__).parent


@cache
def limits() -> tuple[Limit, ...]:
    """Raises `ValidationError` where the file is not what it should be."""
    return tuple(Limit.model_validate(one) for one in json.loads((HERE / "rules.json").read_text()))
