"""Who is meant, when somebody types in a company: its number decides its id."""

from collections.abc import Iterable

from services.subcontractors.commands import ProposeSubstitute, Seen
from services.subcontractors.domain.roster import Change
from services.subcontractors.parties import PartyBody
from services.subcontractors.views import (
    Naming,
    NoticeBody,
    PersonBody,
    Proposal,
    SeenBody,
)
from shared.domain import Rejected
from shared.events.words import NamedSubcontractor, PartyDescription, Representative
from shared.identifiers import WrongNumber, check, country_of, party_id_of
from shared.persons import PersonKey, SoleTrader, without_person_numbers

SCHEMES = ("dk-cvr", "se-orgnr", "lei")


def described(body: PartyBody, within: str) -> PartyDescription:
    """The party with the id that its number gives it everywhere. Raises `Rejected`."""
    if body.scheme not in SCHEMES:
        raise Rejected("is dk-cvr, se-orgnr or lei", field=f"{within}.scheme")
    try:
        number = check(body.scheme, body.number)
    except WrongNumber as wrong:
        raise Rejected(str(wrong), field=f"{within}.number") from wrong
    if isinstance(number, SoleTrader):
        raise Rejected(
            "the number of a sole trader is a personnummer and is not typed in here: "
            "let it send its ESPD",
            field=f"{within}.number",
        )
    return PartyDescription(
        party_id=party_id_of([number]) or "",
        name=body.name,
        country=body.country or country_of([number]),
        identifiers=(number,),
        contact=body.contact,
    )


def named_of(body: Naming, contract_id: str, persons: PersonKey) -> NamedSubcontractor:
    """Somebody who works on a contract, as the supplier or the buyer's people name it."""
    return NamedSubcontractor(
        party=described(body.party, "party"),
        share=body.share,
        service=body.service,
        tier=body.tier,
        starts=body.starts,
        ends=body.ends,
        parent_id=body.parent_id,
        role=body.role,
        place=body.place,
        place_country=body.place_country,
        representatives=_represented(body.representatives, contract_id, persons),
    )


def change_of(body: NoticeBody, contract_id: str, persons: PersonKey) -> Change:
    people = body.representatives
    said = body.model_dump(include=set(Change.model_fields) - {"share", "representatives"})
    represented = None if people is None else _represented(people, contract_id, persons)
    return Change(**said, share=body.share, representatives=represented)


def _represented(
    people: Iterable[PersonBody], contract_id: str, persons: PersonKey
) -> tuple[Representative, ...]:
    """Natural persons under ids that give nothing away; a person's number is never kept."""
    return tuple(
        Representative(
            party_id=persons.person(f"chain/{contract_id}", one.name),
            name=without_person_numbers(one.name),
            contact=one.contact,
        )
        for one in people
    )


def seen_of(seen: Iterable[SeenBody]) -> tuple[Seen, ...]:
    """Companies named on papers; one whose number is there is known by it."""
    return tuple(
        Seen(
            company=without_person_numbers(one.company),
            party_id=_numbered(one, f"seen.{number}"),
            source=one.source,
            reference=one.reference,
            seen_on=one.seen_on,
        )
        for number, one in enumerate(seen)
    )


def _numbered(one: SeenBody, within: str) -> str | None:
    if one.scheme is None or one.number is None:
        return None
    body = PartyBody(name=one.company, scheme=one.scheme, number=one.number)
    return described(body, within).party_id


def proposing(replacement_id: str, body: Proposal) -> ProposeSubstitute:
    return ProposeSubstitute(
        replacement_id=replacement_id,
        party=described(body.party, "party"),
        share=body.share,
        service=body.service,
    )
