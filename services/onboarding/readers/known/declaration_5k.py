"""The declaration about Russian involvement (Regulation 833/2014 Art 5k).

Points (a) to (d) are those of the Commission's model: Russian nationals and entities, owned more
than 50 %, acting on their behalf, and more than 10 % by subcontractors or those relied upon.
"""

from ..pdf import Text
from ..reading import Reading
from ..statements import declare, points

KINDS = ("declaration-5k",)
CONTENT = ("pdf",)
POINTS = {"a": "established", "b": "owned", "c": "on behalf", "d": "subcontractors"}


def fits(text: Text) -> bool:
    return text.says(
        r"833/2014|Art(?:ikel|icle|\.)?\s*5\s?k",
        r"erklær|försäkra|intyga|declar",
        r"rus|ryss|Russia",
    )


def read(text: Text) -> Reading:
    found = points(text, "abcd")
    return declare(
        text,
        kind=KINDS[0],
        reader="declaration_5k 1",
        code="art-5k",
        ground="SAN-5K",
        parts={name: found.get(letter) for letter, name in POINTS.items()},
    )
