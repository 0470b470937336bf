"""Who plays in the story: every number, name and date that more than one sample repeats.

All companies and persons here are invented. The numbers pass the check of their register
(CVR modulus 11, Swedish organisationsnummer Luhn) but were not looked up in any register.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Person:
    """Someone who owns or runs a company. `name` is the spelling of the business register."""

    key: str
    given: str
    family: str
    born: date
    nationality: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Company:
    """A company of the story. `key` names its files; `owners` are persons with their per cent."""

    key: str
    name: str
    country: str
    number: str
    street: str
    postcode: str
    city: str
    email: str
    director: Person
    owners: tuple[tuple[Person, int], ...] = ()
    espd_role: str = "subcont"
    founded: date = date(2009, 4, 1)
    staff: int = 60
    trade: str = "Almindelig rengøring i bygninger"

    @property
    def party_id(self) -> str:
        """The id that the whole system uses for this company."""
        scheme = "dk-cvr" if self.country == "DK" else "se-orgnr"
        return f"{scheme}-{self.number}"

    @property
    def vat(self) -> str:
        return f"DK{self.number}" if self.country == "DK" else f"SE{self.number}01"

    @property
    def org_scheme(self) -> str:
        """The register's code in org-id.guide, as OCDS and BODS want it."""
        return "DK-CVR" if self.country == "DK" else "SE-BLV"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"


A = Person("A", "Vsevolod", "Zharkovetskij", date(1968, 3, 17), "BY")
B = Person("B", "Ajgul", "Berdikenova", date(1974, 9, 2), "KG")
C = Person("C", "Stepan", "Kyrdjaliev", date(1971, 11, 28), "MD")

LYKKE = Person("lykke", "Lykke Brandstrup", "Kvist", date(1972, 5, 9), "DK")
MADS = Person("mads", "Mads Ellegaard", "Toft", date(1966, 10, 30), "DK")
KIRSTEN = Person("kirsten", "Kirsten Vinther", "Aagaard", date(1977, 1, 21), "DK")
JORGEN = Person("jorgen", "Jørgen Hvidkjær", "Holm", date(1963, 8, 14), "DK")
ANNE = Person("anne", "Anne-Dorthe", "Kildegaard", date(1970, 12, 3), "DK")
PREBEN = Person("preben", "Preben Østerlund", "Skov", date(1968, 6, 25), "DK")
INGRID = Person("ingrid", "Ingrid Sjöstrand", "Hallgren", date(1975, 2, 17), "SE")
HENRIK = Person("henrik", "Henrik Lindholt", "Bjerre", date(1980, 7, 11), "DK")

BUYER_NAME = "Region Nordlyset"
BUYER_NUMBER = "91204711"
BUYER_ID = f"dk-cvr-{BUYER_NUMBER}"
BUYER_GLN = "5798009912343"
FOLDER = "RN-2026-014"
SWEDISH_FOLDER = "RN-2026-021"

NORDLYS = Company(
    key="nordlys",
    name="Nordlys Rengøring A/S",
    country="DK",
    number="92431185",
    street="Fyrvænget 12",
    postcode="9000",
    city="Aalborg",
    email="kontrakt@nordlys-rengoering.example",
    director=LYKKE,
    owners=((LYKKE, 70), (MADS, 30)),
    espd_role="sole-tenderer",
    founded=date(1998, 2, 16),
    staff=640,
)
BALTIC = Company(
    key="baltic",
    name="Baltic Facility Group ApS",
    country="DK",
    number="93587278",
    street="Havnepakhuset 3",
    postcode="8000",
    city="Aarhus C",
    email="office@baltic-facility.example",
    director=KIRSTEN,
    owners=((A, 60), (KIRSTEN, 40)),
    founded=date(2014, 9, 3),
    staff=210,
)
HANSEN_HOLM = Company(
    key="hansen-holm",
    name="Hansen & Holm Service ApS",
    country="DK",
    number="94610346",
    street="Industriparken 27",
    postcode="7100",
    city="Vejle",
    email="post@hansen-holm.example",
    director=JORGEN,
    owners=((B, 20), (JORGEN, 80)),
    founded=date(2006, 11, 20),
    staff=85,
)
ORESUND = Company(
    key="oresund",
    name="Øresund Clean ApS",
    country="DK",
    number="95718426",
    street="Strandlodskajen 41",
    postcode="2300",
    city="København S",
    email="info@oresund-clean.example",
    director=HENRIK,
    owners=((C, 100),),
    founded=date(2019, 1, 8),
    staff=120,
)
FYNS = Company(
    key="fyns",
    name="Fyns Hygiejne A/S",
    country="DK",
    number="96832516",
    street="Kanalbroen 88",
    postcode="5000",
    city="Odense C",
    email="kontor@fyns-hygiejne.example",
    director=ANNE,
    owners=((ANNE, 55), (PREBEN, 45)),
    founded=date(2003, 6, 12),
    staff=175,
)
MALARDALEN = Company(
    key="malardalen",
    name="Mälardalens Textilservice AB",
    country="SE",
    number="5599874129",
    street="Tvätterigatan 6",
    postcode="721 30",
    city="Västerås",
    email="avtal@malardalens-textil.example",
    director=INGRID,
    owners=((INGRID, 100),),
    espd_role="sole-tenderer",
    founded=date(2011, 3, 28),
    staff=95,
    trade="Tvätteriverksamhet",
)

COMPANIES = (NORDLYS, BALTIC, HANSEN_HOLM, ORESUND, FYNS, MALARDALEN)
SHARES = ((BALTIC, 25), (HANSEN_HOLM, 15))
DEBT = 140_000
