"""Environmental evidence: what was measured, against which target, in which period."""

from ..form import COMPANY, ISSUED, Asked, fill
from ..pdf import Text
from ..reading import Reading

KINDS = ("environment",)
CONTENT = ("pdf",)

ASKED = (
    *COMPANY,
    Asked(
        "reference", (r"Kontrakt(?:nummer)?", r"Avtal(?:snummer)?", r"Contract(?: number| no\.?)?")
    ),
    Asked(
        "period",
        (
            r"(?:Opgørelses|Rapporterings)?periode",
            r"(?:Redovisnings|Rapport)?period",
            r"(?:Reporting )?period",
        ),
        "period",
        needed="it does not say for which period it is",
    ),
    Asked("label", (r"Miljømærke", r"Miljömärke", r"Miljömärkning", r"Ecolabel")),
    Asked("label_number", (r"Licensnummer", r"Licence (?:number|no\.?)")),
    Asked(
        "emissions_tonnes",
        (r"CO2-?udledning", r"CO2e?(?: i alt)?", r"(?:CO2-?)?[Uu]tsläpp", r"(?:CO2 )?[Ee]missions"),
        "number",
    ),
    Asked(
        "quota_percent",
        (
            r"Krav(?: i kontrakten)?",
            r"Mål",
            r"Krav enligt avtal",
            r"Target",
            r"Required (?:share|reduction)",
        ),
        "percent",
    ),
    Asked(
        "reached_percent",
        (
            r"Opnået(?: reduktion| andel)?",
            r"Uppnådd (?:minskning|andel)",
            r"Achieved (?:reduction|share)",
        ),
        "percent",
    ),
    Asked(
        "zero_emission_percent",
        (r"Andel (?:nul|noll)emission\w*", r"Zero[- ]emission (?:share|vehicles)"),
        "percent",
    ),
    Asked("verified_by", (r"Verificeret af", r"Verifierad av", r"Verified by")),
    ISSUED,
)


def fits(text: Text) -> bool:
    return text.begins(
        r".*\b(?:miljødokumentation|miljøredegørelse|klimaregnskab|miljøopgørelse)",
        r".*\b(?:miljöredovisning|miljödokumentation|klimatbokslut|klimatredovisning)",
        r".*\b(?:environmental (?:report|evidence|statement)|climate account)",
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    quota, reached = filled.number("quota_percent"), filled.number("reached_percent")
    if quota is not None and reached is not None and reached < quota:
        filled.doubt(f"the target of {quota:g} % was not reached: {reached:g} %")
    measured = ("emissions_tonnes", "reached_percent", "zero_emission_percent", "label")
    if not any(name in filled.values for name in measured):
        filled.doubt("it names neither a figure nor an ecolabel")
    return Reading(
        kind=KINDS[0],
        reader="environment 1",
        about=filled.who(),
        issued=filled.day("issued"),
        reference=filled.text("reference"),
        fields=tuple(filled.fields),
        problems=tuple(filled.problems),
    )
