"""What each register is asked, and how its answer reads.

Sources: CVR: Erhvervsstyrelsen, system-to-system access to CVR data (Elasticsearch). Bolagsverket:
API for high-value data sets (M). VIES: REST of the European Commission. GLEIF: API v1 (JSON:API).
EUDAMED: the public site's own interface, which is not documented (M).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from shared.events.onboarding import RegisterFact


class RegisterState(StrEnum):
    NOT_ASKED = "not asked"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    KNOWN = "known"


class Answer(BaseModel, frozen=True):
    """What a register said. `problem` is why it said nothing."""

    state: RegisterState
    facts: tuple[RegisterFact, ...] = ()
    problem: str = ""

    @classmethod
    def known(cls, **facts: object) -> "Answer":
        """Facts by our words for them; what the register leaves open is left out."""
        return cls(
            state=RegisterState.KNOWN,
            facts=tuple(
                RegisterFact(name=name, value=" ".join(str(value).split()))
                for name, value in facts.items()
                if value not in (None, "", [])
            ),
        )

    def fact(self, name: str) -> str:
        return next((f.value for f in self.facts if f.name == name), "")


UNKNOWN = Answer(state=RegisterState.UNKNOWN)


class Question(BaseModel, frozen=True):
    """One request: the path below the register's address, and the JSON that goes along.

    `largest` is how many bytes its answer may have.
    """

    path: str = ""
    body: dict[str, Any] | None = None
    parameters: dict[str, str] = {}
    largest: int = 2_000_000


class Changes(BaseModel, frozen=True):
    """How a register is asked which of many numbers have changed since a moment, `most` of them at
    once. `read` gives the answers of those that have, by their numbers.
    """

    most: int
    ask: Callable[[Sequence[str], datetime], Question]
    read: Callable[[Any, datetime], dict[str, Answer]]


class Format(BaseModel, frozen=True):
    """By which number a register is asked, how, and how its answer reads.

    `read` raises KeyError, TypeError, IndexError or ValueError for what is no answer of it.
    `changes` is there where the register can be asked what has changed.
    """

    scheme: str
    ask: Callable[[str], Question]
    read: Callable[[Any], Answer]
    changes: Changes | None = None


class NoAnswer(ValueError):
    """The register answered that it cannot answer now."""


def _ask_cvr(number: str) -> Question:
    return Question(
        path="/cvr-permanent/virksomhed/_search",
        body={"query": {"term": {"Vrvirksomhed.cvrNummer": int(number)}}, "size": 1},
    )


def _read_cvr(said: Any) -> Answer:
    hits = said["hits"]["hits"]
    if not hits:
        return UNKNOWN
    return _company_of_cvr(hits[0]["_source"]["Vrvirksomhed"])


def _company_of_cvr(company: Any) -> Answer:
    about = company["virksomhedMetadata"]
    at = about.get("nyesteBeliggenhedsadresse") or {}
    street = (
        at.get("vejnavn"),
        at.get("husnummerFra"),
        at.get("postnummer"),
        at.get("postdistrikt"),
    )
    return Answer.known(
        name=about["nyesteNavn"]["navn"],
        form=(about.get("nyesteVirksomhedsform") or {}).get("kortBeskrivelse"),
        status=about.get("sammensatStatus"),
        address=" ".join(str(part) for part in street if part),
        country=at.get("landekode"),
        founded=about.get("stiftelsesDato"),
        updated=company.get("sidstOpdateret"),
    )


MANY = 20_000_000
"""Bytes of an answer about five hundred companies: one has some twenty thousand."""


def _ask_cvr_changes(numbers: Sequence[str], since: datetime) -> Question:
    known = {"terms": {"Vrvirksomhed.cvrNummer": [int(number) for number in numbers]}}
    later = {"range": {"Vrvirksomhed.sidstOpdateret": {"gte": since.isoformat()}}}
    return Question(
        path="/cvr-permanent/virksomhed/_search",
        body={"query": {"bool": {"filter": [known, later]}}, "size": len(numbers)},
        largest=MANY,
    )


def _read_cvr_changes(said: Any, since: datetime) -> dict[str, Answer]:
    companies = [hit["_source"]["Vrvirksomhed"] for hit in said["hits"]["hits"]]
    return {f"{one['cvrNummer']:08}": _company_of_cvr(one) for one in companies}


def _ask_bolagsverket(number: str) -> Question:
    return Question(path="/organisationer", body={"identitetsbeteckning": number})


def _read_bolagsverket(said: Any) -> Answer:
    found = said["organisationer"]
    if not found:
        return UNKNOWN
    one = found[0]
    names = (one.get("organisationsnamn") or {}).get("organisationsnamnLista") or [{}]
    ongoing = (one.get("pagaendeAvvecklingsEllerOmstruktureringsforfarande") or {}).get(
        "pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista"
    ) or []
    gone = one.get("avregistreradOrganisation")
    at = (one.get("postadressOrganisation") or {}).get("postadress") or {}
    parts = (at.get("utdelningsadress"), at.get("postnummer"), at.get("postort"))
    return Answer.known(
        name=names[0].get("namn"),
        form=(one.get("organisationsform") or {}).get("klartext"),
        status="avregistrerad" if gone else ", ".join(o["klartext"] for o in ongoing) or "aktiv",
        address=" ".join(part for part in parts if part),
        country="SE",
    )


def _ask_vies(number: str) -> Question:
    body = {"countryCode": number[:2], "vatNumber": number[2:]}
    return Question(path="/check-vat-number", body=body)


def _read_vies(said: Any) -> Answer:
    if said.get("actionSucceed") is False:
        wrong = [one["error"] for one in said["errorWrappers"]]
        raise NoAnswer(", ".join(wrong))
    if said["valid"] is not True:
        return UNKNOWN
    # Some states do not give name and address: three dashes stand for that.
    given = {k: said.get(k) for k in ("name", "address") if said.get(k) not in (None, "---")}
    return Answer.known(status="valid", updated=said.get("requestDate"), **given)


def _ask_gleif(number: str) -> Question:
    return Question(path=f"/lei-records/{number}")


def _read_gleif(said: Any) -> Answer:
    return _company_of_gleif(said["data"]["attributes"])


def _company_of_gleif(about: Any) -> Answer:
    entity, registration = about["entity"], about["registration"]
    at = entity.get("legalAddress") or {}
    parts = (*(at.get("addressLines") or ()), at.get("postalCode"), at.get("city"))
    return Answer.known(
        name=entity["legalName"]["name"],
        status=entity.get("status"),
        registration=registration.get("status"),
        address=" ".join(part for part in parts if part),
        country=at.get("country"),
        national_number=entity.get("registeredAs"),
        updated=registration.get("lastUpdateDate"),
        renewal=registration.get("nextRenewalDate"),
    )


def _ask_gleif_changes(numbers: Sequence[str], since: datetime) -> Question:
    parameters = {"filter[lei]": ",".join(numbers), "page[size]": str(len(numbers))}
    return Question(path="/lei-records", parameters=parameters, largest=MANY)


def _read_gleif_changes(said: Any, since: datetime) -> dict[str, Answer]:
    """It gives all that were asked for, each with the moment of its last change."""
    records = [one["attributes"] for one in said["data"]]
    return {
        one["lei"]: _company_of_gleif(one)
        for one in records
        if datetime.fromisoformat(one["registration"]["lastUpdateDate"]) >= since
    }


def _ask_eudamed(number: str) -> Question:
    parameters = {"page": "0", "size": "1", "srn": number, "languageIso2Code": "en"}
    return Question(path="/eos", parameters=parameters)


def _read_eudamed(said: Any) -> Answer:
    found = said["content"]
    if not found:
        return UNKNOWN
    one = found[0]
    return Answer.known(
        name=one["name"],
        status=str((one.get("actorStatus") or {}).get("code", "")).rpartition(".")[2],
        role=str((one.get("actorType") or {}).get("code", "")).rpartition(".")[2],
        country=one.get("countryIso2Code"),
        updated=one.get("lastUpdateDate"),
    )


FORMATS = {
    "cvr": Format(
        scheme="dk-cvr",
        ask=_ask_cvr,
        read=_read_cvr,
        changes=Changes(most=500, ask=_ask_cvr_changes, read=_read_cvr_changes),
    ),
    "bolagsverket": Format(scheme="se-orgnr", ask=_ask_bolagsverket, read=_read_bolagsverket),
    "vies": Format(scheme="vat", ask=_ask_vies, read=_read_vies),
    "gleif": Format(
        scheme="lei",
        ask=_ask_gleif,
        read=_read_gleif,
        changes=Changes(most=200, ask=_ask_gleif_changes, read=_read_gleif_changes),
    ),
    "eudamed": Format(scheme="srn", ask=_ask_eudamed, read=_read_eudamed),
}
"""The registers that are known here, by name."""


def number_for(register: str, identifiers: dict[str, str]) -> str | None:
    """The number by which a register knows a party. Danish and Swedish VAT numbers hold another."""
    scheme = FORMATS[register].scheme
    if register == "vies" and scheme not in identifiers:
        if cvr := identifiers.get("dk-cvr"):
            return f"DK{cvr}"
        if orgnr := identifiers.get("se-orgnr"):
            return f"SE{orgnr}01"
    return identifiers.get(scheme)
