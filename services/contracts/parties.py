"""The parties of a release: its buyer and its suppliers, by the numbers of their registers."""

import hashlib
import re
from collections.abc import Iterable

from services.contracts.release import Award, OcdsIdentifier, Organization, Release
from shared.events.words import PartyDescription
from shared.identifiers import RightNumber, WrongNumber, check, country_of, kept, party_id_of
from shared.persons import PersonKey

REFERENCE = re.compile(r"([A-Z]{2}-[A-Z0-9_]{2,20}|XI-LEI|LEI|VAT)-(.+)")
"""An OCDS organisation id begins with its register by rule; a local id names none."""


class Wrong(Exception):
    """A field of a release is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def suppliers_of(
    release: Release, award: Award | None, place: str, key: PersonKey
) -> tuple[PartyDescription, ...]:
    """Those of the award; without one, the only parties with the role of supplier."""
    parties = {party.id: (number, party) for number, party in enumerate(release.parties)}
    if award is not None and award.suppliers:
        found = []
        for supplier in award.suppliers:
            if supplier.id not in parties:
                field = f"awards.{release.awards.index(award)}.suppliers"
                raise Wrong(field, "a supplier is not among the parties of the release")
            found.append(parties[supplier.id])
    else:
        found = [(n, party) for n, party in parties.values() if "supplier" in party.roles]
    if not found:
        raise Wrong(f"{place}.awardID", "the contract has no award with suppliers")
    return tuple(_party(release, number, party, key) for number, party in found)


def _party(release: Release, number: int, party: Organization, key: PersonKey) -> PartyDescription:
    numbers = _numbers(f"parties.{number}", party)
    local = hashlib.sha256(f"{release.ocid}|{party.id}".encode()).hexdigest()[:16]
    address = party.address
    lines = (address.streetAddress, address.postalCode, address.locality) if address else ()
    legal_name = party.identifier.legalName if party.identifier else None
    name = legal_name or party.name
    if not name:
        raise Wrong(f"parties.{number}.name", "a supplier has a name")
    party_id = party_id_of(numbers, key) or f"ocds-party-{local}"
    return PartyDescription(
        party_id=party_id,
        name=name,
        country=country_of(numbers),
        address=", ".join(line for line in lines if line) or None,
        identifiers=kept(numbers, party_id),
        aliases=(party.name,) if party.name and party.name != name else (),
        contact=party.contactPoint.email if party.contactPoint else None,
    )


def _numbers(place: str, party: Organization) -> list[RightNumber]:
    """The main identifier must be right; a further one that is not is let be."""
    main = party.identifier
    if main is None or not main.scheme or not main.id:
        return list(_further(party.additionalIdentifiers, _of_reference(party.id)))
    try:
        first = check(main.scheme, main.id)
    except WrongNumber as wrong:
        raise Wrong(f"{place}.identifier.id", str(wrong)) from wrong
    return [first, *_further(party.additionalIdentifiers, [])]


def _further(more: Iterable[OcdsIdentifier], known: list[RightNumber]) -> list[RightNumber]:
    found = list(known)
    for one in more:
        if one.scheme and one.id:
            try:
                found.append(check(one.scheme, one.id))
            except WrongNumber:
                continue
    return found


def _of_reference(reference: str) -> list[RightNumber]:
    parted = REFERENCE.fullmatch(reference)
    if parted is None:
        return []
    try:
        return [check(parted[1], parted[2])]
    except WrongNumber:
        return []


def buyer_numbers(release: Release) -> list[RightNumber]:
    for number, party in enumerate(release.parties):
        if party.id == release.buyer.id:
            return _numbers(f"parties.{number}", party)
    return _of_reference(release.buyer.id)
