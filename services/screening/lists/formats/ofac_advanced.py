"""The United States' lists (OFAC: SDN and consolidated) in Advanced XML.

Everything in it is a number that the reference sets at its beginning explain. Documents come
before the parties that they belong to, the sanctions after them: drafts wait for both.
"""

from collections import defaultdict
from datetime import date

from services.screening.domain import EntryKind
from services.screening.lists import ofac
from services.screening.lists.dates import birth_of
from services.screening.lists.draft import Draft, entries_of
from services.screening.lists.reader import Files, Read, Reader, is_xml, only
from services.screening.lists.records import Part, Records, UnreadableList

REFERENCES = frozenset(
    {"Country", "AreaCode", "DetailReference", "FeatureType", "IDRegDocType", "List"}
    | {"PartySubType", "PartyType", "SanctionsType", "NamePartType"}
)
RECORDS = frozenset({"DateOfIssue", "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry"})

META = "consolidated list"
"""A list in the list: it says again what another one says."""

KINDS = {"individual": EntryKind.PERSON, "entity": EntryKind.ORGANISATION}
PLACES = frozenset({"nationality country", "citizenship country", "location", "vessel flag"})


class Sanctions:
    """What was read so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.issued: date | None = None
        self.drafts: dict[str, Draft] = {}
        self._words: defaultdict[str, dict[str, Part]] = defaultdict(dict)
        self._documents: defaultdict[str, list[Part]] = defaultdict(list)
        self._places: dict[str, str] = {}

    def take(self, record: Part) -> None:
        if record.tag in REFERENCES:
            self._words[record.tag][record.get("ID")] = record
        elif record.tag == "DateOfIssue":
            self.issued = _day(record)
        elif record.tag == "Location":
            self._take_location(record)
        elif record.tag == "IDRegDocument":
            self._documents[record.get("IdentityID")].append(record)
        elif record.tag == "DistinctParty":
            for profile in record.all("Profile"):
                self._take_profile(profile)
        else:
            self._take_sanctions(record)

    def _word(self, set: str, id: str) -> str:
        """What a number stands for. One that is not explained is a damaged file."""
        if id not in self._words[set]:
            raise UnreadableList(f"the reference set of {set} does not explain {id:.20}")
        return self._words[set][id].text.strip()

    def _country(self, id: str) -> str:
        known = self._words["Country"].get(id)
        return (known.get("ISO2") or known.text.strip()) if known else ""

    def _take_location(self, record: Part) -> None:
        country = next(record.everywhere("LocationCountry"), None)
        if country is not None:
            self._places[record.get("ID")] = self._country(country.get("CountryID"))
            return
        area = next(record.everywhere("LocationAreaCode"), None)
        known = self._words["AreaCode"].get(area.get("AreaCodeID")) if area else None
        if known is not None:
            self._places[record.get("ID")] = self._country(known.get("CountryID"))

    def _take_profile(self, profile: Part) -> None:
        id = profile.get("ID")
        if not id or id in self.drafts:
            raise UnreadableList(f"a profile has no ID, or its ID {id:.20} is in the file twice")
        draft = Draft(self.source, id, self._kind(profile), publication=ofac.PUBLICATION)
        self.drafts[id] = draft
        for identity in profile.all("Identity"):
            groups = self._name_parts(identity)
            for alias in identity.all("Alias"):
                weak = alias.get("LowQuality").lower() == "true"
                for name in alias.all("DocumentedName"):
                    draft.name(_name(name, groups), strong=not weak)
            for document in self._documents.pop(identity.get("ID"), ()):
                self._take_document(draft, document)
        for feature in profile.all("Feature"):
            self._take_feature(draft, feature)

    def _kind(self, profile: Part) -> EntryKind:
        sub = self._words["PartySubType"].get(profile.get("PartySubTypeID"))
        if sub is None:
            return EntryKind.UNKNOWN
        if sub.text.strip().lower() == "vessel":
            return EntryKind.VESSEL
        kind = self._word("PartyType", sub.get("PartyTypeID")).lower()
        return KINDS.get(kind, EntryKind.UNKNOWN)

    def _name_parts(self, identity: Part) -> dict[str, str]:
        """Which part of a name each group is: `last name`, `first name` and so on."""
        parts = identity.everywhere("NamePartGroup")
        kinds = self._words["NamePartType"]
        return {
            part.get("ID"): kinds[part.get("NamePartTypeID")].text.strip().lower()
            for part in parts
            if part.get("NamePartTypeID") in kinds
        }

    def _take_document(self, draft: Draft, document: Part) -> None:
        kind = ofac.kind_of_number(self._word("IDRegDocType", document.get("IDRegDocTypeID")))
        if kind:
            number = ofac.number_of(kind, document.text_of("IDRegistrationNo"))
            draft.number(kind, number, self._country(document.get("IssuedBy-CountryID")))

    def _take_feature(self, draft: Draft, feature: Part) -> None:
        what = self._word("FeatureType", feature.get("FeatureTypeID")).lower()
        for version in feature.all("FeatureVersion"):
            detail = version.one("VersionDetail")
            said = detail.text.strip() if detail else ""
            if detail and (reference := detail.get("DetailReferenceID")):
                said = self._word("DetailReference", reference)
            if what == "birthdate":
                for period in version.all("DatePeriod"):
                    draft.born(_birth(period))
            elif what == "gender":
                draft.gender(said)
            elif what in PLACES:
                for place in version.all("VersionLocation"):
                    draft.country(self._places.get(place.get("LocationID"), ""))
                draft.country(said)
            elif kind := ofac.kind_of_number(what):
                draft.number(kind, ofac.number_of(kind, said))

    def _take_sanctions(self, record: Part) -> None:
        if self._word("List", record.get("ListID")).lower() == META:
            return
        draft = self.drafts.get(record.get("ProfileID"))
        if draft is None:
            raise UnreadableList(
                f"a sanction names the profile {record.get('ProfileID'):.20}, which is not there"
            )
        for event in record.all("EntryEvent"):
            day = _day(event.one("Date"))
            if day and not draft.listed_on:
                draft.listed_on = day.isoformat()
        for measure in record.all("SanctionsMeasure"):
            if self._word("SanctionsType", measure.get("SanctionsTypeID")).lower() == "program":
                draft.programme(measure.text_of("Comment"))


def read(source: str, files: Files) -> Read:
    sanctions = Sanctions(source)
    Records("* Sanctions", REFERENCES | RECORDS, sanctions.take).read(only(files))
    return sanctions.issued, entries_of(sanctions.drafts.values())


def _name(name: Part, groups: dict[str, str]) -> str:
    """Given names before the family name, which the file writes first."""
    family: list[str] = []
    others: list[str] = []
    for value in name.everywhere("NamePartValue"):
        last = groups.get(value.get("NamePartGroupID")) == "last name"
        (family if last else others).append(value.text.strip())
    return " ".join((*others, *family))


def _day(part: Part | None) -> date | None:
    year, month, day = (_number(part, name) for name in ("Year", "Month", "Day"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(part: Part | None, name: str) -> int:
    said = part.text_of(name) if part else ""
    return int(said) if said.isascii() and said.isdigit() else 0


def _birth(period: Part) -> str:
    """A period of one day is that day, of a year that year, of more from year to year."""
    start, end = period.one("Start"), period.one("End")
    first = _day(start.one("From")) if start else None
    last = _day(end.one("To")) if end else None
    if first is None or last is None:
        year = _number(start.one("From") if start else None, "Year")
        return f"{year:04}" if year else ""
    if first.year != last.year:
        return f"{first.year:04}/{last.year:04}"
    about = "true" in {part.get("Approximate").lower() for part in (start, end) if part}
    return birth_of(first.isoformat()) if first == last and not about else f"{first.year:04}"


READER = Reader("ofac-advanced-xml", ofac.SOURCES, is_xml("Sanctions"), read, named=ofac.NAMED)
