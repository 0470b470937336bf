"""Evidence that an employer is bound by a collective agreement (overenskomst, kollektivavtal)."""

from ..form import COMPANY, ISSUED, SAYS_UNTIL, Asked, fill
from ..pdf import Text
from ..reading import Reading

KINDS = ("collective-agreement",)
CONTENT = ("pdf",)

ASKED = (
    *COMPANY,
    Asked(
        "agreement",
        (r"Overenskomst(?:ens navn)?", r"Kollektivavtal(?:ets namn)?", r"Collective agreement"),
        needed="it does not name the agreement",
    ),
    Asked(
        "employers",
        (
            r"Arbejdsgiver(?:organisation|forening)",
            r"Arbetsgivarorganisation",
            r"Employers' (?:organi[sz]ation|association)",
        ),
    ),
    Asked(
        "union",
        (
            r"Fagforening",
            r"Forbund",
            r"Lønmodtagerorganisation",
            r"Fackförbund",
            r"Arbetstagarorganisation",
            r"Trade union",
            r"Union",
        ),
    ),
    Asked(
        "area",
        (r"Dækningsområde", r"Fagligt område", r"Avtalsområde", r"Tillämpningsområde", r"Scope"),
    ),
    Asked(
        "period",
        (r"Overenskomstperiode", r"Avtalsperiod", r"Period", r"Gyldighedsperiode"),
        "period",
    ),
    ISSUED,
    SAYS_UNTIL,
)


def fits(text: Text) -> bool:
    return text.begins(
        r".*(?:bekræftelse på|dokumentation for|tiltrædelse af).*overenskomst",
        r".*(?:intyg om|bekräftelse på|hängavtal).*(?:kollektivavtal|avtal)",
        r".*(?:confirmation|evidence) of .*collective agreement",
        r"(?:tiltrædelsesoverenskomst|hængeaftale|hängavtal)\b",
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    if not filled.text("union"):
        filled.doubt("it does not say with which union the agreement is made")
    return filled.paper(KINDS[0], "collective_agreement 1", until=filled.until())
