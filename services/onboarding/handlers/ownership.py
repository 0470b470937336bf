"""Owners as an officer enters them, where no statement of a readable kind can be had."""

from collections.abc import Sequence
from typing import Any

from services.onboarding.commands import DeclareOwners
from services.onboarding.domain import Party
from services.onboarding.policy import Policy
from services.onboarding.readers.reading import Owner
from services.onboarding.understanding import stakes_of
from shared.domain import Forbidden, Rejected
from shared.identifiers import WrongNumber, recognise
from shared.persons import PersonKey, without_person_numbers
from shared.unit import Unit

from .router import router
from .steps import register

INTERESTS = frozenset(
    (
        "shareholding",
        "votingRights",
        "appointmentOfBoard",
        "otherInfluenceOrControl",
        "seniorManagingOfficial",
        "settlor",
        "trustee",
        "protector",
        "beneficiaryOfLegalArrangement",
        "rightsToSurplusAssetsOnDissolution",
        "rightsToProfitOrIncome",
        "rightsGrantedByContract",
        "conditionalRightsGrantedByContract",
        "controlViaCompanyRulesOrArticles",
        "controlByLegalFramework",
        "boardMember",
        "boardChair",
        "unknownInterest",
        "unpublishedInterest",
        "enjoymentAndUseOfAssets",
        "rightToProfitOrIncomeFromAssets",
        "nominee",
        "nominator",
    )
)
"""The interests of BODS 0.4 (code list `interestType`)."""


@router.on(DeclareOwners, loads=(Party, "party_id"))
async def declare(
    command: DeclareOwners, unit: Unit, policy: Policy, person_key: PersonKey
) -> dict[str, Any]:
    """Take owners down by hand. The statement of the latest day counts, by hand or not."""
    if unit.caller is None:
        raise Forbidden("owners are entered by a person")
    company = await unit.get(Party, command.party_id)
    as_of = command.as_of or unit.now.date()
    if as_of > unit.now.date():
        raise Rejected(f"{as_of} has not come yet", field="as_of")
    if company.stakes_as_of and as_of < company.stakes_as_of:
        raise Rejected(
            f"a statement of {company.stakes_as_of} is held, which is newer", field="as_of"
        )
    _must_be_possible(command.owners)
    stakes = stakes_of(command.owners, company.id, person_key)
    origin = without_person_numbers(f"{command.source}: {command.reason}")
    for stake in stakes:
        if stake.owner is not None:
            await register(stake.owner, f"by hand, {command.source}", unit, policy)
    new = company.declare_owners(stakes, "", as_of, unit.caller.subject, origin)
    if new:
        unit.save(company)
    return {"party_id": company.id, "as_of": as_of.isoformat(), "new": new}


def _must_be_possible(owners: Sequence[Owner]) -> None:
    """Raises `Rejected` that names the field, and the place of the owner in it."""
    for nth, owner in enumerate(owners):
        field = f"owners.{nth}"
        if not 0 <= owner.minimum <= owner.maximum <= 100:
            why = "a share lies in 0 to 100 %, and its minimum is not above its maximum"
            raise Rejected(why, field=f"{field}.minimum")
        if owner.interest not in INTERESTS:
            known = ", ".join(sorted(INTERESTS))
            raise Rejected(f"the interests of BODS 0.4 are {known}", field=f"{field}.interest")
        if owner.starts and owner.ends and owner.ends <= owner.starts:
            raise Rejected("an interest ends after it starts", field=f"{field}.ends")
        if (owner.who is None or not owner.who.name.strip()) == (not owner.reason_unknown):
            why = "name the owner, or say why it is not known (reason_unknown): one of the two"
            raise Rejected(why, field=f"{field}.who")
        _numbers_must_be_right(owner, field)
    held = sum(
        o.minimum for o in owners if o.interest == "shareholding" and o.direct and not o.ends
    )
    if held > 100:
        raise Rejected(f"the shares add up to {held:g} %, at least", field="owners")


def _numbers_must_be_right(owner: Owner, field: str) -> None:
    if owner.who is None:
        return
    for number in owner.who.numbers:
        try:
            recognise(number.text, scheme=number.scheme, country=owner.who.country)
        except WrongNumber as wrong:
            raise Rejected(str(wrong), field=f"{field}.who.numbers") from wrong
