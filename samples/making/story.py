"""Writes `story.json`: who and what the demonstration needs, and what is expected to happen."""

import json
from typing import Any

from making import cast
from making.cast import COMPANIES, FYNS, HANSEN_HOLM, ORESUND, Company, Person
from making.listed import PERSON_A, PERSON_B, PERSON_C, Listed

DOCUMENTS = {
    "nordlys": ["pdf/serviceattest-nordlys.pdf", "pdf/iso-9001-nordlys.pdf"],
    "baltic": ["pdf/serviceattest-baltic.pdf"],
    "hansen-holm": ["pdf/serviceattest-hansen-holm.pdf"],
    "oresund": ["pdf/serviceattest-oresund.pdf"],
    "fyns": ["pdf/serviceattest-fyns.pdf", "pdf/iso-9001-fyns.pdf"],
    "malardalen": ["pdf/skatteverket-malardalen.pdf", "pdf/bolagsverket-malardalen.pdf"],
}
ROLES = {
    "nordlys": "supplier",
    "baltic": "subcontractor",
    "hansen-holm": "subcontractor",
    "oresund": "substitute",
    "fyns": "substitute",
    "malardalen": "supplier",
}
EXPECTED = (
    ("contract", "The contract is known with the six clauses of its release; Nordlys is a party."),
    ("onboarding", "Nordlys is screened on lists v1 and cleared; its documents are verified."),
    ("chain", "Baltic (25 %) and Hansen & Holm (15 %) are declared, approved and clear on v1."),
    ("listing", "EU list v2: A, B and C are new, one entry is changed, one is removed."),
    ("block", "A holds 60 % of Baltic: owned by a listed person, BLOCKED_LEGAL, replacement."),
    ("noted", "B holds 20 % of Hansen & Holm: below 50 %, nothing is frozen, reason recorded."),
    ("debt", "Hansen & Holm denies a tax debt, its serviceattest shows DKK 140 000: REVIEW."),
    ("paid", "The receipt shows the debt is paid in full: the ground is gone, case dismissed."),
    ("refused", "Øresund Clean is wholly owned by C, who is listed: refused with reasons."),
    ("replaced", "Fyns Hygiejne is clean: it replaces Baltic from a date, status CLEAR."),
)


def owner(person: Person, percent: int) -> dict[str, Any]:
    return {"key": person.key, "name": person.name, "percent": percent}


def company(who: Company) -> dict[str, Any]:
    shares = {c.key: share for c, share in cast.SHARES}
    return {
        "party_id": who.party_id,
        "name": who.name,
        "country": who.country,
        "number": who.number,
        "vat": who.vat,
        "email": who.email,
        "role": ROLES[who.key],
        "share": shares.get(who.key),
        "espd": f"espd/{who.key}-espd-4.1.0.xml",
        "bods": f"bods/{who.key}.json",
        "documents": DOCUMENTS[who.key],
        "director": who.director.name,
        "owners": [owner(p, percent) for p, percent in who.owners],
    }


def listed(person: Person, entry: Listed) -> dict[str, Any]:
    original = entry.original[0] if entry.original else ""
    owned = next(c for c in COMPANIES if any(p is person for p, _ in c.owners))
    return {
        "name": person.name,
        "birth_date": person.born.isoformat(),
        "nationality": person.nationality,
        "owns": owned.party_id,
        "percent": next(percent for p, percent in owned.owners if p is person),
        "listed_as": entry.names[0],
        "original_script": original,
        "entry": str(entry.number),
        "programme": entry.programme,
    }


def index() -> bytes:
    told: dict[str, Any] = {
        "today": "2026-11-22",
        "buyer": {
            "id": cast.BUYER_ID,
            "name": cast.BUYER_NAME,
            "cvr": cast.BUYER_NUMBER,
            "gln": cast.BUYER_GLN,
        },
        "contracts": {
            "nordlys": {
                "id": "RN-2026-014-K1",
                "ocid": "ocds-213czf-RN-2026-014",
                "procedure": cast.FOLDER,
                "release": "ocds/nordlys-contract.json",
                "amendment": "ocds/nordlys-amendment.json",
                "subcontractors": "xlsx/underleverandoerer-nordlys.xlsx",
            },
            "malardalen": {
                "id": "RN-2026-021-K1",
                "ocid": "ocds-213czf-RN-2026-021",
                "procedure": cast.SWEDISH_FOLDER,
                "release": "ocds/malardalen-contract.json",
            },
        },
        "companies": {who.key: company(who) for who in COMPANIES},
        "persons": {
            "A": listed(cast.A, PERSON_A),
            "B": listed(cast.B, PERSON_B),
            "C": listed(cast.C, PERSON_C),
        },
        "lists": {
            "before": ["lists/un-v1.xml", "lists/eu-v1.xml"],
            "after": ["lists/eu-v2.xml"],
        },
        "debt": {
            "party_id": HANSEN_HOLM.party_id,
            "amount": cast.DEBT,
            "currency": "DKK",
            "claim": "espd/hansen-holm-espd-4.1.0.xml",
            "evidence": "pdf/serviceattest-hansen-holm.pdf",
            "paid": "pdf/betaling-hansen-holm.pdf",
        },
        "substitutes": {"refused": ORESUND.party_id, "cleared": FYNS.party_id},
        "people": "people.csv",
        "expected": [{"step": step, "outcome": outcome} for step, outcome in EXPECTED],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
