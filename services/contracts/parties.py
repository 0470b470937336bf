"""The parties of a release: its buyer and its suppliers, by the numbers of their registers."""

import hashlib
from collections.abc import Iterable

from services.contracts.organisations import (
    SoleTrader,
    WrongNumber,
    country_of,
    number_of,
    numbers_in_reference,
    party_id_of,
)
from services.contracts.release import Award, OcdsIdentifier, Organization, Release
from shared.events.words import Identifier, PartyDescription


class Wrong(Exception):
    """A field of a release is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def suppliers_of(
    release: Release, award: Award | None, place: str, key: bytes
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


def _party(release: Release, number: int, party: Organization, key: bytes) -> PartyDescription:
    place = f"parties.{number}"
    numbers = _numbers(place, party)
    companies = tuple(one for one in numbers if isinstance(one, Identifier))
    sole = next((one for one in numbers if isinstance(one, SoleTrader)), None)
    if sole is not None and not key:
        raise Wrong(f"{place}.identifier.id", "sole traders need the key for persons' ids")
    local = hashlib.sha256(f"{release.ocid}|{party.id}".encode()).hexdigest()[:16]
    address = party.address
    lines = (address.streetAddress, address.postalCode, address.locality) if address else ()
    legal_name = party.identifier.legalName if party.identifier else None
    name = legal_name or party.name
    if not name:
        raise Wrong(f"{place}.name", "a supplier has a name")
    return PartyDescription(
        party_id=sole.party_id(key) if sole else party_id_of(companies) or f"ocds-party-{local}",
        name=name,
        country="SE" if sole else country_of(companies),
        address=", ".join(line for line in lines if line) or None,
        # Every number of a sole trader contains the personnummer.
        identifiers=() if sole else companies,
        aliases=(party.name,) if party.name and party.name != name else (),
        contact=party.contactPoint.email if party.contactPoint else None,
    )


def _numbers(place: str, party: Organization) -> list[Identifier | SoleTrader]:
    """The main identifier must be right; a further one that is not is let be."""
    main = party.identifier
    if main is None or not main.scheme or not main.id:
        return list(_further(party.additionalIdentifiers, _of_reference(party.id)))
    try:
        first = number_of(main.scheme, main.id)
    except WrongNumber as wrong:
        raise Wrong(f"{place}.identifier.id", str(wrong)) from wrong
    return [first, *_further(party.additionalIdentifiers, [])]


def _further(
    more: Iterable[OcdsIdentifier], known: list[Identifier | SoleTrader]
) -> list[Identifier | SoleTrader]:
    found = list(known)
    for one in more:
        if one.scheme and one.id:
            try:
                found.append(number_of(one.scheme, one.id))
            except WrongNumber:
                continue
    return found


def _of_reference(reference: str) -> list[Identifier | SoleTrader]:
    """An OCDS organisation id begins with its register; a local id names none."""
    parted = numbers_in_reference(reference)
    if parted is None:
        return []
    try:
        return [number_of(*parted)]
    except WrongNumber:
        return []


def buyer_numbers(release: Release) -> tuple[Identifier, ...]:
    number, party = next(
        ((n, one) for n, one in enumerate(release.parties) if one.id == release.buyer.id),
        (-1, None),
    )
    found = _numbers(f"parties.{number}", party) if party else _of_reference(release.buyer.id)
    return tuple(one for one in found if isinstance(one, Identifier))
