"""The declaration about the EU list of non-cooperative jurisdictions (udbudsloven § 134 a).

The ESPD does not ask for it. Its ground has a code of its own, so that a no here does not take
the place of an answer about other national grounds.
"""

from ..pdf import Text
from ..reading import Reading
from ..statements import declare

KINDS = ("declaration-134a",)
CONTENT = ("pdf",)


def fits(text: Text) -> bool:
    return text.says(
        r"§\s?134\s?a|section 134\s?a",
        r"erklær|försäkra|intyga|declar",
        r"skattely|skattejurisdiktion|jurisdiktion|jurisdiction|tax",
    )


def read(text: Text) -> Reading:
    sentence = text.between(
        r"(?:(?:Vi|Undertegnede|Undertecknad|Tilbudsgiver|Anbudsgivaren|We|The undersigned|"
        r"The tenderer|Virksomheden|Företaget|The company)\b[^:\n]*?"
        r"(?:erklær|försäkra|intyga|declar)\w*,?)",
        r"(?:Underskrevet|Undertecknat|Signed|Dato|Datum|Date|Sted|Ort|Place|Land|Country)",
    )
    return declare(
        text,
        kind=KINDS[0],
        reader="declaration_134a 1",
        code="section-134a",
        ground="EX-N-134A",
        parts={"listed seat": sentence},
    )
