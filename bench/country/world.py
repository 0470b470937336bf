"""Who buys, supplies, works and owns in a simulated country, from a seed; and their papers."""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.payments import iban, numbers

sys.path.append(str(Path(__file__).parents[2] / "samples"))
from making import espd, ownership, sanctions
from making.cast import BUYER_NUMBER, FOLDER, Company, Person
from making.sanctions import Listed

REGIONS = ("29190623", "29190925", "29190941", "29190658", "29190909")
"""CVR numbers of five buyers."""

GIVEN = [
    "Anna",
    "Bo",
    "Carl",
    "Dorte",
    "Erik",
    "Freja",
    "Gunnar",
    "Helle",
    "Ivan",
    "Jonas",
    "Karen",
    "Lars",
    "Mette",
    "Niels",
    "Olga",
    "Per",
]
FAMILY = (
    "Agerskov",
    "Brandt",
    "Clausen",
    "Dahlgaard",
    "Frost",
    "Gravgaard",
    "Holst",
    "Juhl",
    "Krogh",
)
WORK = ("Rengøring", "Transport", "Vask", "Vagt", "Kantine", "Montage", "Reparation")
SUBCONTRACTORS = (0, 2, 3, 6, 9, 16)
"""How many a contract has; six on average, as 12 000 of 2 000 contracts."""

LISTED_SHARE = 200
"""One owner in so many is on the second list."""


@dataclass(frozen=True)
class Contract:
    folder: str
    buyer: str
    supplier: Company
    members: tuple[tuple[Company, float], ...]

    @property
    def buyer_id(self) -> str:
        return f"dk-cvr-{self.buyer}"

    @property
    def ocid(self) -> str:
        return f"ocds-213czf-{self.folder}"


@dataclass
class Country:
    """`contracts` per buyer. Big companies work for many buyers and on many contracts."""

    buyers: int
    contracts: int
    seed: int
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @cached_property
    def companies(self) -> list[Company]:
        found = []
        for n, number in enumerate(numbers(max(self.buyers * self.contracts * 3, 60))):
            owners = tuple((self._person(n, i), share) for i, share in enumerate((70, 30)))
            found.append(
                Company(
                    key=f"c{number}",
                    name=f"{FAMILY[n % len(FAMILY)]} {WORK[n % len(WORK)]} {n} A/S",
                    country="DK",
                    number=number,
                    street=f"Industrivej {n % 99 + 1}",
                    postcode="8000",
                    city="Aarhus C",
                    email=f"post@c{number}.example",
                    director=owners[0][0],
                    owners=owners,
                    espd_role="sole-tenderer",
                )
            )
        return found

    def _person(self, company: int, nth: int) -> Person:
        place = company * 2 + nth
        given = f"{GIVEN[place % len(GIVEN)]} {GIVEN[place // 7 % len(GIVEN)]}"
        family = f"{FAMILY[place // 3 % len(FAMILY)]}{FAMILY[place // 31 % len(FAMILY)].lower()}"
        born = date(1950, 1, 1) + timedelta(days=place * 37 % 16_000)
        return Person(f"p{place}", given, family, born, "DK")

    @cached_property
    def signed(self) -> list[Contract]:
        made = []
        for buyer in REGIONS[: self.buyers]:
            for n in range(self.contracts):
                firms = self._drawn(1 + SUBCONTRACTORS[n % len(SUBCONTRACTORS)])
                members = tuple((one, 2.0 + k) for k, one in enumerate(firms[1:]))
                made.append(Contract(f"R-{buyer}-{n:04}", buyer, firms[0], members))
        return made

    def _drawn(self, count: int) -> list[Company]:
        """Different companies, few of which get much of the work."""
        found: dict[str, Company] = {}
        while len(found) < count:
            one = self.companies[int(len(self.companies) * self.chance.random() ** 2)]
            found[one.number] = one
        return list(found.values())

    def release(self, contract: Contract) -> dict[str, Any]:
        """A contract as its system tells of it, in OCDS 1.1."""
        buyer = {"id": f"DK-CVR-{contract.buyer}", "name": f"Region {contract.buyer}"}
        supplier = {"id": f"DK-CVR-{contract.supplier.number}", "name": contract.supplier.name}
        item = {"id": "1", "classification": {"scheme": "CPV", "id": "90910000"}}
        return {
            "ocid": contract.ocid,
            "id": f"{contract.ocid}-1",
            "date": "2026-11-20T08:30:00+01:00",
            "initiationType": "tender",
            "tag": ["contract"],
            "parties": [
                buyer | {"roles": ["buyer"]} | _number(contract.buyer, buyer["name"]),
                supplier
                | {"roles": ["supplier"]}
                | _number(contract.supplier.number, contract.supplier.name)
                | {"contactPoint": {"name": "Kontor", "email": contract.supplier.email}},
            ],
            "buyer": buyer,
            "tender": {"id": contract.folder, "title": f"Udbud {contract.folder}"},
            "awards": [{"id": "A1", "status": "active", "suppliers": [supplier], "items": [item]}],
            "contracts": [
                {
                    "id": f"{contract.folder}-K1",
                    "awardID": "A1",
                    "title": f"Drift {contract.folder}",
                    "status": "active",
                    "period": {
                        "startDate": "2026-11-01T00:00:00+01:00",
                        "endDate": "2030-10-31T23:59:00+01:00",
                    },
                    "value": {"amount": 8_000_000, "currency": "DKK"},
                    "dateSigned": "2026-10-12T13:00:00+02:00",
                    "items": [item],
                }
            ],
        }

    def papers(self, contract: Contract) -> Iterator[tuple[str, bytes, str]]:
        """Name, bytes and party of each paper that one contract brings in."""
        supplier = contract.supplier
        said = espd.response(supplier)
        said = said.replace(FOLDER.encode(), contract.folder.encode())
        yield "espd.xml", said.replace(BUYER_NUMBER.encode(), contract.buyer.encode()), ""
        for one in firms(contract):
            yield f"ejere-{one.number}.json", ownership.statements(one), one.party_id
        if contract.members:
            yield "underleverandoerer.csv", _subcontractors(contract).encode(), ""

    def entries(self, second: bool) -> bytes:
        """An EU list of 300 strangers; its second version also names some of our owners."""
        strangers = [_listed(self._person(5_000_000 + n, 0), 900_000 + n) for n in range(300)]
        owners = {owner.key: owner for c in self.signed for owner, _ in c.supplier.owners}
        named = [one for n, one in enumerate(owners.values()) if n % LISTED_SHARE == 0]
        ours = [_listed(one, 1 + n) for n, one in enumerate(named)] if second else []
        at = f"2026-11-{25 if second else 19}T15:00:00.000+01:00"
        written: bytes = sanctions.eu_list((*strangers, *ours), at, "2" if second else "1")
        return written

    def invoices(self, buyer: str, count: int) -> list[bytes]:
        known = [c for c in self.signed if c.buyer == buyer]
        return [
            json.dumps(
                {
                    "number": f"{buyer}-{n}",
                    "amount": f"{100 + n % 90_000}.50",
                    "currency": "DKK",
                    "due": "2026-12-23",
                    "payee": {
                        "number": known[n % len(known)].supplier.number,
                        "name": known[n % len(known)].supplier.name,
                    },
                    "iban": iban("440116243"),
                    "reference": f"{buyer}{n:08}",
                }
            ).encode()
            for n in range(count)
        ]


def firms(contract: Contract) -> list[Company]:
    """Everyone who works on it."""
    return [contract.supplier, *(one for one, _ in contract.members)]


def _number(cvr: str, name: str) -> dict[str, Any]:
    return {"identifier": {"scheme": "DK-CVR", "id": cvr, "legalName": name}}


def _subcontractors(contract: Contract) -> str:
    lines = [f"Underleverandører på kontrakt {contract.folder};;;;;;"]
    lines.append("Navn;CVR;Land;Ydelse;Andel (%);Niveau;Startdato")
    for one, share in contract.members:
        part = f"{share:.1f}".replace(".", ",")
        lines.append(f"{one.name};{one.number};DK;Drift;{part};1;2026-12-01")
    return "\r\n".join(lines) + "\r\n"


def _listed(one: Person, number: int) -> Listed:
    name = f"{one.given} {one.family.upper()}"
    born = one.born.isoformat()
    return Listed(number, (name,), "UKR", "2026-01-01", born=born)
