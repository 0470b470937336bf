"""Reads OCDS 1.1 releases and records: what each says of which contract or procedure, or which
field is wrong.

Tags that say something of contracts: `contract`, `contractUpdate`, `contractAmendment`,
`contractTermination`, and `compiled` where only that release of a record is there. Those of a
tender or an award say something of the procedure. Others are answered as not concerning us.
"""

import json
import re
from datetime import UTC
from typing import Any

from pydantic import ValidationError

from services.contracts.domain import Deal, Tidings
from services.contracts.domain.noticed import Noticed
from services.contracts.ocds_terms import clause_terms_of, terms_of
from services.contracts.parties import Wrong, buyer_numbers, suppliers_of
from services.contracts.reading import Reading, fingerprint
from services.contracts.release import (
    Award,
    OcdsValue,
    Period,
    Release,
    ReleasedContract,
    extensions_of,
)
from shared.domain import Rejected
from shared.events.words import Clause, Money, PartyDescription
from shared.identifiers import country_of, party_id_of, slug
from shared.persons import PersonKey

MOST_RELEASES = 500
"""In one package: what one commit can take. A larger one is sent in parts."""

TIDINGS = {
    "contractTermination": Tidings.ENDED,
    "contractAmendment": Tidings.AMENDED,
    "contractUpdate": Tidings.AMENDED,
    "contract": Tidings.SIGNED,
    "compiled": Tidings.SIGNED,
}
"""The tags that concern contracts; the first that a release carries says what it is."""

OF_PROCEDURES = {"tender", "tenderAmendment", "tenderUpdate", "award", "awardUpdate", "compiled"}
"""The tags that say something of the procedure itself."""

AWARDS = {"award", "awardUpdate", "compiled"}
NOT_MADE = ("pending", "cancelled", "unsuccessful")
"""Values of award.status with which nobody has won, or not yet."""

OVER = ("terminated", "cancelled")
"""Values of contract.status that end a contract, whatever the release is tagged with."""

DIRECTIVES = {
    "32014L0023": "directive-2014-23",
    "32014L0024": "directive-2014-24",
    "32014L0025": "directive-2014-25",
    "32009L0081": "directive-2009-81",
}
"""CELEX numbers of the procurement directives, which apply above their thresholds."""

NATIONAL_LAW = {"DK": "udbudsloven", "SE": "lou"}
"""What directive 2014/24/EU became in national law."""


def read(body: dict[str, Any], key: PersonKey) -> list[Reading]:
    """The releases of a package (of releases or records), or one release or record.

    Raises `Rejected` where it is none of them.
    """
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # JSON may escape halves of characters (RFC 8259 8.2), which nothing can write down again.
        raise Rejected("a text in it holds half a character (U+D800 to U+DFFF)") from None
    if "ocid" in body and "records" not in body and "tag" in body:
        return [_read_one("", body, key)]
    version = body.get("version", "1.1")
    if not re.fullmatch(r"1\.1(\.\d+)?", str(version)):
        raise Rejected("OCDS 1.1 is read here", field="version")
    if "records" in body or ("ocid" in body and "releases" in body):
        parts = _of_records(body.get("records", [body]))
    else:
        releases = body.get("releases")
        if not isinstance(releases, list) or not releases:
            if "ocid" in body:
                return [_read_one("", body, key)]
            raise Rejected(
                "this is no OCDS package: it has a list `releases` or `records`, not empty",
                field="releases",
            )
        parts = [(f"releases.{number}", raw) for number, raw in enumerate(releases)]
    if len(parts) > MOST_RELEASES:
        raise Rejected(f"at most {MOST_RELEASES} releases at a time", field="releases")
    return [_read_one(place, raw, key) for place, raw in parts]


def _of_records(records: Any) -> list[tuple[str, Any]]:
    """The releases of records, the oldest first; of one that only links to them, the compiled one.

    A linked release is not fetched: what an intake reads is what was sent.
    """
    if not isinstance(records, list) or not records:
        raise Rejected("a record package has a list `records`, not empty", field="records")
    parts: list[tuple[str, Any]] = []
    for number, record in enumerate(records):
        place = f"records.{number}"
        if not isinstance(record, dict):
            parts.append((place, record))
            continue
        held = record.get("releases")
        inside = [
            (f"{place}.releases.{n}", one)
            for n, one in enumerate(held if isinstance(held, list) else [])
            if isinstance(one, dict) and "tag" in one
        ]
        if inside:
            parts += sorted(inside, key=lambda part: str(part[1].get("date", "")))
        elif isinstance(record.get("compiledRelease"), dict):
            parts.append((f"{place}.compiledRelease", record["compiledRelease"]))
        else:
            # Read as it stands, it is answered with the fields of a release that it lacks.
            parts.append((place, record))
    return parts


def _read_one(place: str, raw: Any, key: PersonKey) -> Reading:
    if not isinstance(raw, dict):
        return Reading(place=place, field=place, problem="a release is a JSON object")
    known = Reading(
        place=place,
        ocid=str(raw.get("ocid", ""))[:200],
        release_id=str(raw.get("id", ""))[:200],
        fingerprint=fingerprint(raw),
    )
    try:
        release = Release.model_validate(raw)
        told = _told(release, raw, key)
        noticed = _noticed(release, raw, key)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        return known.wrong(field, first["msg"])
    except Wrong as wrong:
        return known.wrong(wrong.field, wrong.reason)
    return known.model_copy(update={"tags": release.tag, "told": told, "noticed": noticed})


def _told(release: Release, raw: dict[str, Any], key: PersonKey) -> tuple[Deal, ...]:
    tidings = next((TIDINGS[tag] for tag in TIDINGS if tag in release.tag), None)
    if tidings is None:
        return ()
    if release.date.tzinfo is None:
        raise Wrong("date", "a release has a date with a time zone (OCDS 1.1, date formats)")
    if not release.contracts and "compiled" in release.tag:
        return ()
    if not release.contracts:
        raise Wrong("contracts", "a release with this tag has at least one contract")
    return tuple(
        _told_of(release, raw, tidings, number, contract, key)
        for number, contract in enumerate(release.contracts)
    )


def _told_of(
    release: Release,
    raw: dict[str, Any],
    tidings: Tidings,
    number: int,
    contract: ReleasedContract,
    key: PersonKey,
) -> Deal:
    place = f"contracts.{number}"
    award = _award_of(release, place, contract)
    buyer = buyer_numbers(release)
    buyer_id = party_id_of(buyer)
    if buyer_id is None:
        raise Wrong("buyer.id", "the buyer has an identifier of its register, such as DK-CVR")
    country = country_of(buyer) or "DK"
    regime, above = _law(release, country)
    suppliers: tuple[PartyDescription, ...] = ()
    if tidings is Tidings.SIGNED:
        suppliers = suppliers_of(release, award, place, key)
    period = contract.period
    extensions = extensions_of(release, contract)
    return Deal(
        contract_id=f"{slug(release.ocid)}--{slug(contract.id)}",
        buyer_id=buyer_id,
        release_id=release.id,
        at=release.date.astimezone(UTC),
        tidings=tidings,
        over=tidings is Tidings.ENDED or contract.status in OVER,
        title=contract.title,
        suppliers=suppliers,
        category=_category(contract, award, release),
        value=_money(contract.value, f"{place}.value"),
        starts=period.startDate if period else None,
        ends=period.endDate if period else None,
        signed=contract.dateSigned,
        awarded=award.date if award else None,
        procedure_id=(release.tender.id if release.tender else None) or release.ocid,
        country=country,
        regime=regime,
        above_threshold=above,
        at_buyer_facility=bool(
            contract.ansvar_facility and contract.ansvar_facility.supervisedByBuyer
        ),
        clauses=_clauses(contract, raw["contracts"][number], place),
        reason=_reason(contract),
        buyer_name=release.buyer.name or "",
        **terms_of(raw, raw["contracts"][number], place),
        extensions=json.dumps(extensions, ensure_ascii=False) if extensions else "",
    )


def _noticed(release: Release, raw: dict[str, Any], key: PersonKey) -> Noticed | None:
    """What a release says of the procedure behind a contract."""
    if not OF_PROCEDURES & set(release.tag) or release.date.tzinfo is None:
        return None
    numbers = buyer_numbers(release)
    buyer_id = party_id_of(numbers)
    if buyer_id is None:
        return None
    country = country_of(numbers) or "DK"
    regime, above = _law(release, country)
    tender = raw["tender"] if isinstance(raw.get("tender"), dict) else {}
    made = [
        (number, award)
        for number, award in enumerate(release.awards)
        if AWARDS & set(release.tag)
        and raw["awards"][number].get("status", "active") not in NOT_MADE
    ]
    winners = [
        party
        for number, award in made
        if award.suppliers
        for party in suppliers_of(release, award, f"awards.{number}", key)
    ]
    standstill = tender.get("standstillPeriod")
    last_day = standstill.get("endDate") if isinstance(standstill, dict) else None
    dates = [award.date for _, award in made if award.date]
    return Noticed(
        reference=(release.tender.id if release.tender else None) or release.ocid,
        buyer_id=buyer_id,
        at=release.date.astimezone(UTC),
        title=tender.get("title") if isinstance(tender.get("title"), str) else None,
        notice_date=Period(startDate=tender.get("datePublished")).startDate,
        country=country,
        regime=regime,
        above_threshold=above,
        category=_category(ReleasedContract(id="-"), None, release),
        grounds=_grounds(tender),
        standstill_until=Period(startDate=last_day).startDate,
        winners=tuple({one.party_id: one for one in winners}.values()) or None,
        awarded=max(dates, default=None),
    )


def _grounds(tender: dict[str, Any]) -> tuple[str, ...] | None:
    """The grounds that the notice chose (OCDS for eForms: tender.exclusionGrounds.criteria)."""
    chosen = tender.get("exclusionGrounds")
    criteria = chosen.get("criteria") if isinstance(chosen, dict) else None
    if not isinstance(criteria, list):
        return None
    return tuple(str(one["type"]) for one in criteria if isinstance(one, dict) and one.get("type"))


def _award_of(release: Release, place: str, contract: ReleasedContract) -> Award | None:
    if contract.awardID is None:
        return release.awards[0] if len(release.awards) == 1 else None
    found = next((award for award in release.awards if award.id == contract.awardID), None)
    if found is None and release.awards:
        raise Wrong(f"{place}.awardID", "no award of the release has this id")
    return found


def _law(release: Release, country: str) -> tuple[str, bool]:
    """Which law governs, and whether above the thresholds: strict where the release is silent."""
    basis = release.tender.legalBasis if release.tender else None
    directive = DIRECTIVES.get((basis.id or "") if basis else "32014L0024")
    if directive in (None, "directive-2014-24"):
        return NATIONAL_LAW.get(country, "directive-2014-24"), directive is not None
    return str(directive), True


def _category(contract: ReleasedContract, award: Award | None, release: Release) -> str | None:
    """The main CPV code: of the contract, else of its award, else of the tender."""
    tender = release.tender.items if release.tender else ()
    for items in (contract.items, award.items if award else (), tender):
        for item in items:
            code = item.classification
            if code and code.scheme == "CPV" and (match := re.match(r"\d{8}", code.id or "")):
                return match[0]
    return None


def _money(value: OcdsValue | None, place: str) -> Money | None:
    if value is None or value.amount is None:
        return None
    if not re.fullmatch(r"[A-Z]{3}", value.currency or ""):
        raise Wrong(f"{place}.currency", "a value has a currency of ISO 4217, such as DKK")
    return Money(amount=value.amount, currency=str(value.currency))


def _clauses(
    contract: ReleasedContract, raw: dict[str, Any], place: str
) -> tuple[Clause, ...] | None:
    if contract.ansvar_clauses is None:
        return None
    codes = [clause.code for clause in contract.ansvar_clauses]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            raise Wrong(f"{place}.ansvar_clauses.{number}.code", "a code comes once in a contract")
    return tuple(
        Clause(
            code=clause.code,
            flows_down=clause.flowsDown,
            rights=tuple(right.value for right in clause.rights),
            remedy_working_days=clause.remedyWorkingDays,
            hearing_working_days=clause.hearingWorkingDays,
            replacement_working_days=clause.replacementWorkingDays,
            reason=clause.reason,
            **clause_terms_of(raw["ansvar_clauses"][number], f"{place}.ansvar_clauses.{number}"),
        )
        for number, clause in enumerate(contract.ansvar_clauses)
    )


def _reason(contract: ReleasedContract) -> str:
    """The rationale of its newest amendment, else what is said of its status."""
    for amendment in reversed(contract.amendments):
        if said := amendment.rationale or amendment.description:
            return said
    return contract.statusDetails or ""
