"""Writes ownership statements in BODS 0.4: the company, its owners, and what they hold."""

import json
import uuid
from typing import Any

from making.cast import Company, Person
from making.espd import OURS

DECLARED = "2026-11-13"
COUNTRY = {
    "DK": "Danmark",
    "SE": "Sverige",
    "BY": "Belarus",
    "KG": "Kyrgyzstan",
    "MD": "Moldova",
}
REGISTER = {"DK": "Erhvervsstyrelsen, Det Centrale Virksomhedsregister", "SE": "Bolagsverket"}


def record_id(company: Company, what: str) -> str:
    return uuid.uuid5(OURS, f"{company.key}/{what}").hex[:12]


def statement(company: Company, what: str, kind: str, details: dict[str, Any]) -> dict[str, Any]:
    return {
        "statementId": str(uuid.uuid5(OURS, f"bods/{company.key}/{what}")),
        "statementDate": DECLARED,
        "declaration": f"ejer-{company.number}-2026-11",
        "declarationSubject": record_id(company, "entity"),
        "publicationDetails": {
            "publicationDate": DECLARED,
            "bodsVersion": "0.4",
            "publisher": {"name": REGISTER[company.country]},
        },
        "recordId": record_id(company, what),
        "recordType": kind,
        "recordStatus": "new",
        "source": {
            "type": ["selfDeclaration", "officialRegister"],
            "assertedBy": [{"name": company.name}],
        },
        "recordDetails": {"isComponent": False, **details},
    }


def entity(company: Company) -> dict[str, Any]:
    scheme_name = "CVR" if company.country == "DK" else "Organisationsnummer"
    return {
        "entityType": {"type": "registeredEntity"},
        "name": company.name,
        "jurisdiction": {"name": COUNTRY[company.country], "code": company.country},
        "foundingDate": company.founded.isoformat(),
        "identifiers": [
            {"scheme": company.org_scheme, "schemeName": scheme_name, "id": company.number}
        ],
        "addresses": [
            {
                "type": "registered",
                "address": f"{company.street}, {company.city}",
                "postCode": company.postcode,
                "country": {"name": COUNTRY[company.country], "code": company.country},
            }
        ],
    }


def person(owner: Person) -> dict[str, Any]:
    return {
        "personType": "knownPerson",
        "names": [
            {
                "type": "legal",
                "fullName": owner.name,
                "familyName": owner.family,
                "givenName": owner.given,
            }
        ],
        "nationalities": [{"name": COUNTRY[owner.nationality], "code": owner.nationality}],
        "birthDate": owner.born.isoformat(),
    }


def relationship(company: Company, owner: Person, percent: int) -> dict[str, Any]:
    held = {
        "directOrIndirect": "direct",
        # The Danish register and the money-laundering rules of today: more than 25 %.
        "beneficialOwnershipOrControl": percent > 25,
        "share": {"exact": percent},
        "startDate": company.founded.isoformat(),
    }
    return {
        "subject": record_id(company, "entity"),
        "interestedParty": record_id(company, owner.key),
        "interests": [{"type": "shareholding", **held}, {"type": "votingRights", **held}],
    }


def statements(company: Company) -> bytes:
    """The ownership statement of one company, as the register publishes it."""
    told = [statement(company, "entity", "entity", entity(company))]
    told += [statement(company, p.key, "person", person(p)) for p, _ in company.owners]
    told += [
        statement(company, f"{p.key}-holds", "relationship", relationship(company, p, percent))
        for p, percent in company.owners
    ]
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
