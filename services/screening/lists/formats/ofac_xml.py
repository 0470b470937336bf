"""The United States' lists (OFAC: SDN and consolidated) in their plain XML."""

from datetime import date

from services.screening.domain import EntryKind, ListedEntry
from services.screening.lists import ofac
from services.screening.lists.dates import american_day_of, birth_of
from services.screening.lists.draft import Draft
from services.screening.lists.reader import Files, Read, Reader, is_xml, only
from services.screening.lists.records import Part, Records, UnreadableList


def read(source: str, files: Files) -> Read:
    entries: list[ListedEntry] = []
    published: list[date | None] = []

    def take(record: Part) -> None:
        if record.tag == "publshInformation":  # the official spelling
            published.append(american_day_of(record.text_of("Publish_Date")))
        else:
            entries.append(_entry(source, record))

    Records("* sdnList", frozenset({"publshInformation", "sdnEntry"}), take).read(only(files))
    return (published[0] if published else None), entries


def _entry(source: str, record: Part) -> ListedEntry:
    uid = record.text_of("uid")
    if not uid:
        raise UnreadableList("an entry has no uid")
    kind = ofac.KINDS.get(record.text_of("sdnType").lower(), EntryKind.UNKNOWN)
    draft = Draft(source, uid, kind, publication=ofac.PUBLICATION)
    draft.name(ofac.whole_name(record.text_of("firstName"), record.text_of("lastName")))
    for aka in record.everywhere("aka"):
        name = ofac.whole_name(aka.text_of("firstName"), aka.text_of("lastName"))
        draft.name(name, strong=aka.text_of("category").lower() != "weak")
    for programme in record.texts("program"):
        draft.programme(programme)
    for birth in record.texts("dateOfBirth"):
        draft.born(birth_of(birth))
    for group in ("nationality", "citizenship", "address"):
        for place in record.everywhere(group):
            draft.country(place.text_of("country"))
    draft.country(record.text_of("vesselInfo", "vesselFlag"))
    for one in record.everywhere("id"):
        what, number = one.text_of("idType"), one.text_of("idNumber")
        if what == "Gender":
            draft.gender(number)
        elif number and (known := ofac.kind_of_number(what)):
            draft.number(known, ofac.number_of(known, number), one.text_of("idCountry"))
    return draft.entry()


READER = Reader("ofac-xml", ofac.SOURCES, is_xml("sdnList"), read, main=True, named=ofac.NAMED)
