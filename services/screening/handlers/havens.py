"""Ties to countries on the tax list: seat, address, owners, subsidiaries, the bank that is paid."""

from collections.abc import Iterator, Set
from datetime import date

from services.screening.domain import Screening
from services.screening.domain.chains import above, path_down
from services.screening.domain.haven import (
    FlaggedTie,
    PayeeAccount,
    Tie,
    flag_id_of,
    section_134a,
)
from services.screening.handlers.routes import router
from services.screening.handlers.surroundings import (
    Surroundings,
    around,
    is_company,
    subsidiaries,
)
from services.screening.jurisdictions import ANNEX_I, CountryList, lists_on, standing_of
from services.screening.ownership_messages import NotePayeeAccount
from shared.domain import Forbidden
from shared.events.contracts import PayeeAccountMet
from shared.unit import Unit


@router.on(NotePayeeAccount, loads=(Screening, "party_id"))
async def note_account(command: NotePayeeAccount, unit: Unit) -> dict[str, object]:
    """Keep in which country a party is paid, and ask about it where that is listed."""
    screening = await unit.get(Screening, command.party_id)
    if unit.caller is None:
        raise Forbidden("somebody has to say it")
    if screening.pay_into(command.account, unit.caller.subject):
        unit.save(screening)
        await look_at_ties(await around(screening.party_id, unit), unit)
    return {
        "party_id": screening.party_id,
        "account_id": command.account.id,
        "ties": [tie.country for tie in screening.ties if tie.whose == "bank"],
    }


@router.on(PayeeAccountMet, loads=(Screening, "party_id"))
async def note_payment(event: PayeeAccountMet, unit: Unit) -> None:
    """A buyer's invoices name an account of it: asked about like one that a person has noted."""
    screening = await unit.get(Screening, event.party_id)
    countries = f"{event.country}-{event.bank_country}"
    account = PayeeAccount(
        id=f"account-{event.buyer_id}-{countries}",
        party_id=event.party_id,
        shown=event.shown,
        country=event.country,
        bank_country=event.bank_country,
        source=f"payments of {event.buyer_id} into {countries}",
    )
    if screening.pay_into(account, "payments"):
        unit.save(screening)
        await look_at_ties(await around(screening.party_id, unit), unit)


async def look_at_ties(there: Surroundings, unit: Unit) -> None:
    """Find the ties of a company to listed countries; announce which are new, and which ended."""
    screening = there.screenings.get(there.company)
    if screening is None or not is_company(screening):
        return
    listed = _annex_on(unit.now.date())
    countries = listed.countries if listed else frozenset[str]()
    above = _owners(there, countries)
    below = await _subsidiaries(there.company, countries, unit)
    tie_to(screening, [*own_ties(screening), *above, *below], unit)


def tie_to(screening: Screening, found: list[Tie], unit: Unit) -> None:
    """A tie to a country that stays on the list in a later revision stays the same flag."""
    flagged = tuple(map(screening.known_tie, _listed(screening.party_id, found, unit)))
    if screening.tie_to(flagged, unit.now):
        unit.save(screening)


def own_ties(screening: Screening) -> Iterator[Tie]:
    """Where a company itself is. What it is paid into is a tie of its own."""
    party = screening.party
    if party.country:
        yield Tie(whose="seat", country=party.country.upper(), subject_id=party.party_id)
    if party.address_country and party.address_country != party.country:
        country = party.address_country.upper()
        yield Tie(whose="address", country=country, subject_id=party.party_id)
    for account in screening.accounts:
        for country in account.countries:
            yield Tie(whose="bank", country=country, subject_id=account.id)


def _owners(there: Surroundings, listed: Set[str]) -> Iterator[Tie]:
    """Companies above it, at every level. A person's nationality says nothing of taxes."""
    everybody = above(there.company, there.graph)
    for owner in sorted(everybody):
        places = [_places(one) for one in there.of(owner) if is_company(one)]
        for country in sorted(frozenset().union(*places) & listed):
            path = path_down(there.company, there.graph, {owner}, everybody)
            yield Tie(whose="owner", country=country, subject_id=owner, path=path)


async def _subsidiaries(party_id: str, listed: Set[str], unit: Unit) -> list[Tie]:
    found = []
    for owned, path in sorted((await subsidiaries(party_id, unit)).items()):
        screening = await unit.load(Screening, owned)
        if screening is not None and is_company(screening):
            found += [
                Tie(whose="subsidiary", country=country, subject_id=owned, path=path)
                for country in sorted(_places(screening) & listed)
            ]
    return found


def _annex_on(day: date) -> CountryList | None:
    return next((one for one in lists_on(day) if one.name == ANNEX_I), None)


def _places(screening: Screening) -> frozenset[str]:
    said = (screening.party.country, screening.party.address_country)
    return frozenset(country.upper() for country in said if country)


def _listed(party_id: str, ties: list[Tie], unit: Unit) -> Iterator[FlaggedTie]:
    """Those that lead to a country on the list in force today, with the rule they speak to."""
    today = unit.now.date()
    annex = _annex_on(today)
    if annex is None:
        return
    for tie in dict.fromkeys(ties):
        if tie.country not in annex.countries:
            continue
        rule = section_134a(tie.whose, standing_of(tie.country, today).excludes)
        yield FlaggedTie(
            **tie.model_dump(),
            flag_id=flag_id_of(party_id, tie, annex.name, annex.valid_from, rule),
            list_name=annex.name,
            list_date=annex.valid_from,
            rule=rule,
            since=unit.now,
        )
