"""Reads eForms notices (TED; regulation (EU) 2019/1780, UBL 2.3): contract and result notices.

A contract notice opens a procedure: regime, category, the voluntary grounds for exclusion that it
chose (BT-67). A result notice names the winners, and the contracts that were concluded (BT-150).
A notice of modification changes them. The business terms (BT) are those of the eForms SDK.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from services.contracts.domain import Agreement, Deal, Noticed, Place, Tidings
from services.contracts.parties import Wrong
from services.contracts.reading import Reading
from shared.countries import alpha2
from shared.domain import Rejected
from shared.events.contracts import Mandate
from shared.events.words import Lot, Money, PartyDescription
from shared.hostile import Damaged, Element, children, first, local, open_xml, text
from shared.identifiers import (
    RightNumber,
    WrongNumber,
    kept,
    party_id_of,
    recognise,
    slug,
)
from shared.persons import PersonKey

KINDS = {"ContractNotice", "ContractAwardNotice", "PriorInformationNotice"}

DIRECTIVES = {
    "32014L0023": "directive-2014-23",
    "32014L0024": "directive-2014-24",
    "32014L0025": "directive-2014-25",
    "32009L0081": "directive-2009-81",
}
NATIONAL_LAW = {"DK": "udbudsloven", "SE": "lou"}

MODIFICATION = "can-modif"
"""The notice type (BT-02) of a change of a contract that was concluded."""

FRAMEWORKS = {"fa-mix", "fa-w-rc", "fa-wo-rc"}
"""Codes of BT-765 that mean a framework agreement."""

ESTIMATED = ("RequestedTenderTotal", "EstimatedOverallContractAmount")
"""Where the estimated value stands (BT-27)."""

CONFIRMED = "selec-w"
"""A winner was chosen (BT-142)."""

MANDATORY = {
    "crime-org",
    "corruption",
    "fraud",
    "terr-offence",
    "finan-laund",
    "human-traffic",
    "tax-pay",
    "socsec-pay",
}
"""Grounds of Art 57(1) and (2): they apply whether a notice names them or not."""


def read_notice(data: bytes, key: PersonKey) -> list[Reading]:
    """What one notice says. Raises `Rejected` where the file is no eForms notice."""
    try:
        root = open_xml(data)
    except Damaged as damaged:
        raise Rejected(damaged.reason, field="file") from damaged
    if local(root) not in KINDS:
        raise Rejected(
            f"{local(root)} is no eForms notice; its root is one of {', '.join(sorted(KINDS))}",
            field="file",
        )
    known = Reading(
        place="notice",
        ocid=text(root, "ContractFolderID"),
        release_id=f"{text(root, 'ID')}-{text(root, 'VersionID') or '01'}",
        fingerprint=hashlib.sha256(data).hexdigest(),
        tags=(text(root, "NoticeTypeCode") or local(root),),
    )
    try:
        notice = _Notice(root, key)
        return [known.model_copy(update={"told": notice.deals(), "noticed": notice.noticed()})]
    except Wrong as wrong:
        return [known.model_copy(update={"field": wrong.field, "problem": wrong.reason})]


class _Notice:
    """One notice: its parts refer to each other by ids such as ORG-0001 and TEN-0001."""

    def __init__(self, root: Element, key: PersonKey) -> None:
        self.root, self._key = root, key
        extension = first(
            root, "UBLExtensions", "UBLExtension", "ExtensionContent", "EformsExtension"
        )
        self.result = first(extension, "NoticeResult")
        self._companies = {
            text(company, "PartyIdentification", "ID"): company
            for one in children(first(extension, "Organizations"), "Organization")
            for company in children(one, "Company")
        }
        self.folder = text(root, "ContractFolderID")
        if not self.folder:
            raise Wrong("ContractFolderID", "a notice has the identifier of its procedure (BT-04)")
        self.issued = self._day(root, "IssueDate")
        if self.issued is None:
            raise Wrong("IssueDate", "a notice has the day of its dispatch (BT-05)")
        self.buyers = [
            self._party(text(one, "Party", "PartyIdentification", "ID"), "ContractingParty", True)
            for one in children(root, "ContractingParty")
        ]
        if not self.buyers:
            raise Wrong("ContractingParty", "a notice has at least one buyer (OPT-300)")
        self.project = first(root, "ProcurementProject")
        country = self.buyers[0].country or "DK"
        directive = DIRECTIVES.get(text(root, "RegulatoryDomain"))
        self.country, self.above = country, directive is not None
        national = NATIONAL_LAW.get(country, "directive-2014-24")
        self.regime = national if directive in (None, "directive-2014-24") else str(directive)

    def noticed(self) -> Noticed:
        winners = {
            party.party_id: party
            for contract in self._settled()
            for party in self._winners(contract)
        }
        settled = self._settled()
        dates = [self._day(one, "AwardDate") or self._day(one, "IssueDate") for one in settled]
        decided = [day for day in dates if day is not None]
        codes = [text(one, "TenderResultCode") for one in children(self.result, "LotResult")]
        return Noticed(
            reference=self._reference(),
            buyer_id=self.buyers[0].party_id,
            at=self._at(),
            title=text(self.project, "Name") or None,
            notice_id=(text(self.root, "ID") or None) if self.result is None else None,
            notice_date=self.issued if self.result is None else None,
            country=self.country,
            regime=self.regime,
            above_threshold=self.above,
            category=self._cpv(self.project) or None,
            value=self._money(self.project, *ESTIMATED),
            grounds=self._grounds(),
            winners=tuple(winners.values()) or None,
            awarded=min(decided) if decided and winners else None,
            over=bool(codes) and CONFIRMED not in codes,
        )

    def deals(self) -> tuple[Deal, ...]:
        """The contracts that a result notice settles, one for each."""
        modified = text(self.root, "NoticeTypeCode").startswith(MODIFICATION)
        return tuple(self._deal(one, modified) for one in self._settled())

    def _deal(self, contract: Element, modified: bool) -> Deal:
        place = f"SettledContract[{text(contract, 'ID')}]"
        number = text(contract, "ContractReference", "ID") or text(contract, "ID")
        winners = tuple(self._winners(contract))
        if not winners and not modified:
            raise Wrong(f"{place}.LotTender", "the contract has no tender with a tenderer")
        tenders = list(self._tenders(contract))
        lots = self._lots(tenders)
        lot = next((self._lot(one.lot_id) for one in lots), None)
        project = first(lot, "ProcurementProject") if lot is not None else self.project
        period = first(project, "PlannedPeriod")
        framework = text(contract, "ContractFrameworkIndicator") == "true"
        return Deal(
            contract_id=f"{slug(self.folder)}--{slug(number)}",
            buyer_id=self.buyers[0].party_id,
            buyer_name=self.buyers[0].name,
            release_id=text(self.root, "ID"),
            at=self._at(),
            tidings=Tidings.AMENDED if modified else Tidings.SIGNED,
            title=text(contract, "Title") or text(project, "Name") or text(self.project, "Name"),
            suppliers=() if modified else winners,
            category=self._cpv(project) or self._cpv(self.project) or None,
            value=self._value(tenders, place),
            starts=self._day(period, "StartDate"),
            ends=self._day(period, "EndDate"),
            signed=self._day(contract, "IssueDate"),
            awarded=self._day(contract, "AwardDate"),
            procedure_id=self._reference(),
            country=self.country,
            regime=self.regime,
            above_threshold=self.above,
            lots=lots or None,
            cpv=tuple(self._codes(project)) or None,
            places=tuple(self._places(project)) or None,
            joint=self._joint(),
            agreement=self._agreement(lot, framework),
        )

    # ------------------------------------------------------------ parts

    def _settled(self) -> list[Element]:
        """Contracts with tenders: those inside a result are only references to them."""
        return list(children(self.result, "SettledContract"))

    def _tenders(self, contract: Element) -> Iterator[Element]:
        wanted = {text(one, "ID") for one in children(contract, "LotTender")}
        for tender in children(self.result, "LotTender"):
            if text(tender, "ID") in wanted:
                yield tender

    def _winners(self, contract: Element) -> Iterator[PartyDescription]:
        wanted = {text(one, "TenderingParty", "ID") for one in self._tenders(contract)}
        for group in children(self.result, "TenderingParty"):
            if text(group, "ID") in wanted:
                for tenderer in children(group, "Tenderer"):
                    yield self._party(text(tenderer, "ID"), "Tenderer", False)

    def _party(self, reference: str, place: str, is_buyer: bool) -> PartyDescription:
        company = self._companies.get(reference)
        if company is None:
            raise Wrong(place, f"no organisation of the notice is called {reference!r} (OPT-200)")
        at = f"Organization[{reference}]"
        name = text(company, "PartyName", "Name")
        if not name:
            raise Wrong(f"{at}.PartyName", "an organisation has a name (BT-500)")
        address = first(company, "PostalAddress")
        country = alpha2(text(address, "Country", "IdentificationCode"))
        numbers = self._numbers(company, country, at, is_buyer)
        party_id = party_id_of(numbers, self._key)
        if party_id is None:
            if is_buyer:
                reason = "the buyer has a number of its register, such as a CVR number (BT-501)"
                raise Wrong(f"{at}.CompanyID", reason)
            local_id = hashlib.sha256(f"{self.folder}|{name}".encode()).hexdigest()[:16]
            party_id = f"notice-party-{local_id}"
        lines = (text(address, part) for part in ("StreetName", "PostalZone", "CityName"))
        return PartyDescription(
            party_id=party_id,
            name=name,
            country=country,
            address=", ".join(line for line in lines if line) or None,
            identifiers=kept(numbers, party_id),
            contact=text(company, "Contact", "ElectronicMail") or None,
        )

    def _numbers(
        self, company: Element, country: str | None, at: str, is_buyer: bool
    ) -> list[RightNumber]:
        """BT-501, of any register: one that Denmark or Sweden would know must be right."""
        found: list[RightNumber] = []
        for entity in children(company, "PartyLegalEntity"):
            for one in children(entity, "CompanyID"):
                given = (one.text or "").strip()
                try:
                    found.append(recognise(given, country=country))
                except WrongNumber as wrong:
                    if country in NATIONAL_LAW:
                        raise Wrong(f"{at}.CompanyID", str(wrong)) from wrong
        return found

    def _lots(self, tenders: list[Element]) -> tuple[Lot, ...]:
        ids = dict.fromkeys(text(one, "TenderLot", "ID") for one in tenders)
        return tuple(
            Lot(lot_id=id, title=text(first(self._lot(id), "ProcurementProject"), "Name"))
            for id in ids
            if id
        )

    def _lot(self, lot_id: str) -> Element | None:
        lots = children(self.root, "ProcurementProjectLot")
        return next((one for one in lots if text(one, "ID") == lot_id), None)

    def _codes(self, project: Element | None) -> Iterator[str]:
        for kind in ("MainCommodityClassification", "AdditionalCommodityClassification"):
            for one in children(project, kind):
                if code := re.match(r"\d{8}", text(one, "ItemClassificationCode")):
                    yield code[0]

    def _cpv(self, project: Element | None) -> str:
        return next(self._codes(project), "")

    def _places(self, project: Element | None) -> Iterator[Place]:
        for one in children(project, "RealizedLocation"):
            address = first(one, "Address")
            yield Place(
                name=text(address, "CityName") or text(one, "Description"),
                nuts=text(address, "CountrySubentityCode"),
                country=alpha2(text(address, "Country", "IdentificationCode")),
            )

    def _grounds(self) -> tuple[str, ...] | None:
        """The voluntary grounds for exclusion that a contract notice chose (BT-67).

        SDK 1.x writes them in the tendering terms as requirements of the tenderer.
        """
        if self.result is not None:
            return None
        chosen = []
        for request in children(first(self.root, "TenderingTerms"), "TendererQualificationRequest"):
            for one in children(request, "SpecificTendererRequirement"):
                for code in children(one, "TendererRequirementTypeCode"):
                    if code.get("listName") == "exclusion-ground" and code.text:
                        chosen.append(code.text.strip())
        return tuple(dict.fromkeys(code for code in chosen if code not in MANDATORY))

    def _joint(self) -> tuple[Mandate, ...] | None:
        """The other buyers of a joint procurement. What they may do is not in a notice."""
        others = [Mandate(buyer_id=one.party_id, name=one.name) for one in self.buyers[1:]]
        return tuple(others) or None

    def _agreement(self, lot: Element | None, framework: bool) -> Agreement:
        """A contract within a framework is a call-off; that of a lot with frameworks is one."""
        if framework:
            return Agreement.CALL_OFF
        systems = children(first(lot, "TenderingProcess"), "ContractingSystem")
        codes = {text(one, "ContractingSystemTypeCode") for one in systems}
        return Agreement.FRAMEWORK if codes & FRAMEWORKS else Agreement.CONTRACT

    def _value(self, tenders: list[Element], place: str) -> Money | None:
        """The sum of the winning tenders (BT-720), where all are in one currency."""
        values = [self._money(one, "LegalMonetaryTotal", "PayableAmount") for one in tenders]
        given = [value for value in values if value is not None]
        if not given:
            return None
        if len({value.currency for value in given}) > 1:
            raise Wrong(f"{place}.PayableAmount", "the tenders of a contract are in one currency")
        total = round(sum(value.amount for value in given), 2)
        return Money(amount=total, currency=given[0].currency)

    def _money(self, element: Element | None, *path: str) -> Money | None:
        found = first(element, *path)
        if found is None:
            return None
        try:
            amount = float((found.text or "").strip())
        except ValueError as error:
            raise Wrong(".".join(path), "an amount is a number such as 95414.50") from error
        if not 0 <= amount < 1e15:
            raise Wrong(".".join(path), "an amount is nought or more")
        return Money(amount=amount, currency=found.get("currencyID", "EUR"))

    def _day(self, element: Element | None, name: str) -> date | None:
        """An eForms date carries its time zone: 2026-09-21+02:00; the day is the one that stands
        there. Withheld dates are 1970-01-01, and 2000-01-01 stands for a day to be found elsewhere.
        """
        given = text(element, name)
        if not given:
            return None
        try:
            day = date.fromisoformat(given[:10])
        except ValueError as error:
            raise Wrong(name, "a date is YYYY-MM-DD with a time zone: 2026-09-21+02:00") from error
        return None if day in (date(1970, 1, 1), date(2000, 1, 1)) else day

    def _at(self) -> datetime:
        assert self.issued is not None
        given = text(self.root, "IssueDate") + "T" + text(self.root, "IssueTime")
        zoned = re.fullmatch(
            r"(\d{4}-\d\d-\d\d)[^T]*T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", given
        )
        if zoned is None:
            return datetime.combine(self.issued, datetime.min.time(), UTC)
        zone = (zoned[3] or "Z").replace("Z", "+00:00")
        return datetime.fromisoformat(f"{zoned[1]}T{zoned[2]}{zone}").astimezone(UTC)

    def _reference(self) -> str:
        """The buyer's own number of the procedure (BT-22), else the folder's (BT-04)."""
        return text(self.project, "ID") or self.folder
