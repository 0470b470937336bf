"""The declaration about the origin of bidder and goods (IPI Regulation 2022/1031, 2025/1197)."""

from ..form import Asked, fill
from ..pdf import Text
from ..reading import Reading
from ..statements import declare, points

KINDS = ("declaration-ipi",)
CONTENT = ("pdf",)
POINTS = {"a": "origin of the bidder", "b": "share of goods"}

SHARE = Asked(
    "share_of_origin",
    (
        r"Andel (?:af kontraktens værdi )?med oprindelse i Kina",
        r"Andel (?:av kontraktsvärdet )?med ursprung i Kina",
        r"Share (?:of the contract value )?originating in (?:China|the PRC)",
    ),
    "percent",
)
MOST_SHARE = 50.0
"""Per cent of the contract's value: Implementing Regulation (EU) 2025/1197, obligation of the
winner.
"""


def fits(text: Text) -> bool:
    return text.says(
        r"2022/1031|2025/1197|\bIPI\b", r"erklær|försäkra|intyga|declar", r"Kina|China|PRC"
    )


def read(text: Text) -> Reading:
    found = points(text, "ab")
    reading = declare(
        text,
        kind=KINDS[0],
        reader="declaration_ipi 1",
        code="ipi-origin",
        ground="IPI-CN",
        parts={name: found.get(letter) for letter, name in POINTS.items()},
    )
    share = fill(text, (SHARE,))
    problems = [*reading.problems, *share.problems]
    if (part := share.number("share_of_origin")) is not None and part > MOST_SHARE:
        problems.append(f"it says that {part:g} % comes from China, more than {MOST_SHARE:g} %")
    return reading.model_copy(
        update={"fields": (*reading.fields, *share.fields), "problems": tuple(problems)}
    )
