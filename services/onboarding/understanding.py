"""From the words of a document to parties with ids, and to nothing that must not be kept."""

import hashlib
from collections.abc import Sequence

from services.onboarding.domain import (
    Answer,
    Field,
    NamedContact,
    NamedGood,
    NamedPartner,
    NamedPerson,
    Ownership,
    Understanding,
)
from services.onboarding.readers.reading import NamedSub, Number, OwnedCompany, Owner, Reading, Who
from shared.events.base import is_natural_person
from shared.events.words import (
    NamedSubcontractor,
    PartyDescription,
    PartyKind,
    Share,
    Stake,
)
from shared.identifiers import (
    RightNumber,
    WrongNumber,
    country_of,
    kept,
    party_id_of,
    recognise,
    slug,
)
from shared.persons import PersonKey, without_person_numbers

ABOUT_A_PERSON = ("name", "address", "contact")
"""Fields that are personal data where the party is a natural person: kept sealed in the party."""


class _Named:
    """The numbers of somebody: those that are right, and what is wrong with the others."""

    def __init__(self, numbers: tuple[Number, ...], country: str | None) -> None:
        self.numbers: list[RightNumber] = []
        self.problems: list[str] = []
        for written in numbers:
            try:
                number = recognise(written.text, scheme=written.scheme, country=country)
            except WrongNumber as wrong:
                self.problems.append(str(wrong))
                continue
            if number not in self.numbers:
                self.numbers.append(number)


def understand(reading: Reading, key: PersonKey) -> Understanding:
    """Give everyone in a reading their id. Numbers of persons end here."""
    party, problems = None, list(reading.problems)
    if reading.manufacturer is not None:
        problems += _Named(reading.manufacturer.numbers, reading.manufacturer.country).problems
    if reading.about is not None:
        named = _Named(reading.about.numbers, reading.about.country)
        party = _company(reading.about, named, key)
        if party is None:
            problems += named.problems
    for one in reading.named:
        wrong = _Named(one.who.numbers, one.who.country).problems
        problems += [f"the number of subcontractor {one.who.name}: {why}" for why in wrong]
    for partner in reading.partners:
        wrong = _Named(partner.who.numbers, partner.who.country).problems
        problems += [f"the number of {partner.who.name} ({partner.relation}): {w}" for w in wrong]
    scope = party.party_id if party else ""
    personal = party is not None and is_natural_person(party.party_id)
    fields = (f for f in reading.fields if not (personal and f.name in ABOUT_A_PERSON))
    return Understanding(
        kind=reading.kind,
        reader=reading.reader,
        party=party,
        issued=reading.issued,
        valid_until=reading.valid_until,
        reference=without_person_numbers(reading.reference),
        fields=tuple(map(_clean, fields)),
        answers=tuple(map(_clean_answer, reading.answers)),
        findings=tuple(
            f.model_copy(update={"found": without_person_numbers(f.found)})
            for f in reading.findings
        ),
        named=tuple(_subcontractor(named, scope, key) for named in reading.named),
        partners=tuple(
            NamedPartner(
                relation=one.relation, party=_anybody(one.who, scope, key), criteria=one.criteria
            )
            for one in reading.partners
        ),
        ownership=tuple(_ownership(owned, scope, key) for owned in reading.owned),
        manufacturer=_manufacturer(reading.manufacturer, key),
        goods=tuple(NamedGood(**good.model_dump()) for good in reading.goods),
        status=reading.status,
        contacts=tuple(_contact(who, scope, key) for who in reading.contacts if who.name),
        persons=tuple(_person_of(who, scope, key) for who in reading.persons if who.name),
        problems=tuple(map(without_person_numbers, problems)),
    )


def _masked(text: str | None) -> str | None:
    return text if text is None else without_person_numbers(text)


def _clean(field: Field) -> Field:
    value = without_person_numbers(field.value)
    return field if value == field.value else field.model_copy(update={"value": value})


def _clean_answer(answer: Answer) -> Answer:
    return answer.model_copy(update={"details": tuple(map(_clean, answer.details))})


def _company(who: Who, named: _Named, key: PersonKey) -> PartyDescription | None:
    party_id = party_id_of(named.numbers, key)
    return _describe(who, party_id, named.numbers) if party_id else None


def _describe(who: Who, party_id: str, numbers: Sequence[RightNumber] = ()) -> PartyDescription:
    return PartyDescription(
        party_id=party_id,
        kind=PartyKind.PERSON if who.person else PartyKind.COMPANY,
        name=without_person_numbers(who.name) or party_id,
        country=who.country or country_of(numbers),
        address=_masked(who.address),
        address_country=who.address_country,
        identifiers=kept(numbers, party_id),
        birth_date=who.birth_date,
        contact=_masked(who.contact),
    )


def _anybody(who: Who, scope: str, key: PersonKey) -> PartyDescription:
    """Somebody who may have no number. Without one, the same name in the same place is the same:
    two papers of one supplier then speak of one party, and nobody else is mixed up with it.
    """
    if who.person:
        return _describe(who, _person_id(who, scope, key))
    described = _company(who, _Named(who.numbers, who.country), key)
    if described is not None:
        return described
    plain = "|".join((scope, who.country or "", " ".join(who.name.casefold().split())))
    return _describe(who, f"org-{hashlib.sha256(plain.encode()).hexdigest()[:20]}")


def _person_id(who: Who, scope: str, key: PersonKey) -> str:
    if who.birth_date and len(who.birth_date) == 10:
        return key.person("name-birth", who.name, who.birth_date)
    return key.person("name-of", who.name, who.birth_date or "", scope)


def _person_of(who: Who, scope: str, key: PersonKey) -> NamedPerson:
    return NamedPerson(
        party_id=_person_id(who, scope, key),
        name=without_person_numbers(who.name),
        birth_date=who.birth_date,
        role=without_person_numbers(who.role),
    )


def _contact(who: Who, scope: str, key: PersonKey) -> NamedContact:
    return NamedContact(
        party_id=_person_id(who, scope, key),
        name=without_person_numbers(who.name),
        mail=_masked(who.contact),
        role=without_person_numbers(who.role),
    )


def _manufacturer(who: Who | None, key: PersonKey) -> PartyDescription | None:
    """Whose goods a certificate is about. The number in EUDAMED names one manufacturer at one
    place, and is its id where it has no number of a register.
    """
    if who is None:
        return None
    named = _Named(who.numbers, who.country)
    described = _company(who, named, key)
    if described is not None:
        return described
    srn = next((n.value for n in kept(named.numbers, "") if n.scheme == "srn"), "")
    if srn:
        return _describe(who, slug(f"srn-{srn}"), named.numbers)
    return _anybody(who, "", key)


def _subcontractor(named: NamedSub, scope: str, key: PersonKey) -> NamedSubcontractor:
    return NamedSubcontractor(
        party=_anybody(named.who, scope, key),
        share=None if named.share is None else Share.exactly(named.share),
        service=without_person_numbers(named.service),
        tier=named.tier,
        starts=named.starts,
    )


def _ownership(owned: OwnedCompany, scope: str, key: PersonKey) -> Ownership:
    """All in one statement share a scope: a person with two stakes in it is one person."""
    company = _anybody(owned.company, scope, key)
    return Ownership(
        company=company, stakes=stakes_of(owned.owners, scope or company.party_id, key)
    )


def stakes_of(owners: Sequence[Owner], scope: str, key: PersonKey) -> tuple[Stake, ...]:
    """The interests of owners, each with its id; `scope` is the company that names them."""
    return tuple(_stake(owner, scope, key) for owner in owners)


def _stake(owner: Owner, scope: str, key: PersonKey) -> Stake:
    return Stake(
        owner=_anybody(owner.who, scope, key) if owner.who else None,
        share=Share(minimum=owner.minimum, maximum=owner.maximum),
        interest=owner.interest,
        direct=owner.direct,
        reason_unknown=owner.reason_unknown and without_person_numbers(owner.reason_unknown),
        starts=owner.starts,
        ends=owner.ends,
    )
