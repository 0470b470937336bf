"""Every field of every ESPD sample, from tables in `expected/`: the official ones and our own.

A table was recorded once and read beside its file; from then on a change of it shows in review.
`test_no_response_is_lost` compares with a count that knows nothing of criteria.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from services.onboarding.domain import Understanding
from services.onboarding.readers import read_document
from services.onboarding.understanding import understand
from shared.persons import PersonKey

EXPECTED = Path(__file__).parent / "expected"
OURS = Path(__file__).parents[2] / "samples" / "espd"
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "espd"
KEY = PersonKey(b"k" * 32)
TABLES = sorted(path.stem for path in EXPECTED.glob("*.json"))


def sample(name: str) -> bytes:
    for folder in (OURS, OFFICIAL):
        if (file := folder / f"{name}.xml").exists():
            return file.read_bytes()
    pytest.skip(f"the official ESPD sample {name} does not lie beside this repository")


def table(understood: Understanding) -> dict[str, Any]:
    """What was understood in the form of the tables."""
    party = understood.party
    return {
        "party": party
        and [party.party_id, party.name, party.country, party.address, party.contact],
        "issued": str(understood.issued),
        "reference": understood.reference,
        "fields": [[f.name, f.value, f.place] for f in understood.fields],
        "persons": [[p.name, p.birth_date, p.role] for p in understood.persons],
        "partners": [
            [p.relation, p.party.name, [i.value for i in p.party.identifiers], list(p.criteria)]
            for p in understood.partners
        ],
        "subcontractors": [
            [n.party.name, [i.value for i in n.party.identifiers], n.share and n.share.minimum]
            for n in understood.named
        ],
        "answers": [
            {
                "criterion": [a.criterion, a.code, a.part, a.ground],
                "value": a.value,
                "self_cleaning": a.self_cleaning,
                "details": [[d.name, d.value] for d in a.details],
                "evidence": [[e.reference, e.uri, e.issuer, e.confidentiality] for e in a.evidence],
                "lots": list(a.lots),
            }
            for a in understood.answers
        ],
        "problems": list(understood.problems),
    }


@pytest.mark.parametrize("name", TABLES)
def test_every_field_of_an_espd_is_read(name: str) -> None:
    wanted = json.loads((EXPECTED / f"{name}.json").read_text())
    read = table(understand(read_document(sample(name)), KEY))
    for part, values in wanted.items():
        assert read[part] == values, part


def test_there_is_a_table_for_every_version() -> None:
    for version in ("1.0.2", "2.1.1", "3.3.0", "4.1.0"):
        assert any(name.endswith(version) for name in TABLES)
        assert any(version in name and name.startswith("ESPD-Response") for name in TABLES) or (
            version == "3.3.0"  # no official sample of 3.x lies in the data
        )


@pytest.mark.parametrize("name", TABLES)
def test_no_response_is_lost(name: str) -> None:
    """Every value that stands in a response is an answer or a detail."""
    data = sample(name)
    root = etree.fromstring(data)
    filled = 0
    for response in root.iterfind(".//{*}TenderingCriterionResponse"):
        parts = ("ResponseValue", "ApplicablePeriod", "EvidenceSupplied")
        filled += sum(1 for part in parts for _ in response.iterfind(f"{{*}}{part}"))
    for response in root.iterfind(".//{*}Requirement/{*}Response"):
        filled += any((leaf.text or "").strip() for leaf in response.iter())
    answers = read_document(data).answers
    mains = sum(1 for a in answers if a.value is not None)
    assert mains + sum(len(a.details) for a in answers) == filled


def test_an_admitted_national_criterion_admits_the_ground_that_it_belongs_to() -> None:
    """4.x: a buyer adds national criteria below one of the directive, with their own answers."""
    text = (OURS / "fyns-espd-4.1.0.xml").read_text()
    group = (
        "<cac:SubTenderingCriterion><cbc:ID>C1_EG_crime-org/SBC1</cbc:ID>"
        "<cac:TenderingCriterionPropertyGroup><cbc:ID>C1_EG_crime-org/SBC1/QG1</cbc:ID>"
        "<cac:TenderingCriterionProperty><cbc:ID>C1_EG_crime-org/SBC1/QG1/Q1</cbc:ID>"
        "<cbc:Description>Your answer</cbc:Description><cbc:TypeCode>QUESTION</cbc:TypeCode>"
        "<cbc:ValueDataTypeCode>INDICATOR</cbc:ValueDataTypeCode>"
        "</cac:TenderingCriterionProperty></cac:TenderingCriterionPropertyGroup>"
        "</cac:SubTenderingCriterion></cac:TenderingCriterion>"
    )
    answer = (
        "<cac:TenderingCriterionResponse><cbc:ID>C1_EG_crime-org/SBC1/QG1/Q1/R1</cbc:ID>"
        "<cbc:ValidatedCriterionPropertyID>C1_EG_crime-org/SBC1/QG1/Q1"
        "</cbc:ValidatedCriterionPropertyID><cac:ResponseValue>"
        "<cbc:ResponseIndicator>true</cbc:ResponseIndicator></cac:ResponseValue>"
        "</cac:TenderingCriterionResponse></QualificationApplicationResponse>"
    )
    changed = text.replace("</cac:TenderingCriterion>", group, 1)
    changed = changed.replace("</QualificationApplicationResponse>", answer)
    reading = read_document(changed.encode())
    grounds = {a.ground: a.value for a in reading.answers if a.ground}
    assert grounds["EX-A1"] is True
    assert "it says that these grounds for exclusion exist: EX-A1" in reading.problems
