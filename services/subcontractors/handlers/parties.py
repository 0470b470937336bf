"""What is found out about parties, and whom it touches.

Each handler writes down what its fact says, then looks at everything that is known.
"""

from services.subcontractors.domain import ART_5K, Footprint
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.tracing import below, footprint, trace
from services.subcontractors.terms import Terms
from shared.events.onboarding import (
    ClaimContradicted,
    OwnershipDeclared,
    PartyQualified,
    QualificationLost,
)
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitRaised,
    HitReopened,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipConcluded,
    OwnershipFlagged,
    PartyScreened,
)
from shared.unit import Unit


async def _look_again(unit: Unit, terms: Terms, party: Footprint) -> None:
    unit.save(party)
    if party.places or party.companies or party.exposure_ids:
        await trace(unit, terms, [party.id])


async def _look_again_below(unit: Unit, terms: Terms, party: Footprint) -> None:
    """A verdict on an owner's hit also carries, or fells, what was concluded for its companies."""
    unit.save(party)
    await trace(unit, terms, await below(unit, [party.id]))


@router.on(OwnershipDeclared, loads=(Footprint, "party_id"))
async def own(event: OwnershipDeclared, unit: Unit, terms: Terms) -> None:
    """Who owns a party, in the place of what was declared before."""
    company = await footprint(unit, event.party_id)
    before = company.owner_ids
    company.owned_by(event, unit.now.date())
    unit.save(company)
    for owner_id in dict.fromkeys((*before, *company.owner_ids)):
        owner = await footprint(unit, owner_id)
        owner.owns(company.id, owner_id in company.owner_ids)
        unit.save(owner)
    await trace(unit, terms, (company.id, *before))


@router.on(PartyScreened, loads=(Footprint, "party_id"))
async def note_screening(event: PartyScreened, unit: Unit, terms: Terms) -> None:
    """The hits themselves come as facts of their own; here counts that it was compared."""
    party = await footprint(unit, event.party_id)
    if party.screened:
        return
    party.screened = True
    await _look_again(unit, terms, party)


@router.on(HitRaised, loads=(Footprint, "party_id"))
async def note_hit(event: HitRaised, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.hit_raised(event)
    await _look_again_below(unit, terms, party)


@router.on(HitConfirmed, loads=(Footprint, "party_id"))
async def confirm_hit(event: HitConfirmed, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.hit_judged(event.hit_id, event.buyer_id, True)
    await _look_again_below(unit, terms, party)


@router.on(HitDismissed, loads=(Footprint, "party_id"))
async def dismiss_hit(event: HitDismissed, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.hit_judged(event.hit_id, event.buyer_id, False)
    await _look_again_below(unit, terms, party)


@router.on(HitReopened, loads=(Footprint, "party_id"))
async def reopen_hit(event: HitReopened, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.hit_judged(event.hit_id, event.buyer_id, None)
    await _look_again_below(unit, terms, party)


@router.on(HitEnded, loads=(Footprint, "party_id"))
async def end_hit(event: HitEnded, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.hit_ended(event.hit_id, event.reason)
    await _look_again_below(unit, terms, party)


@router.on(OwnershipFlagged, loads=(Footprint, "party_id"))
async def flag_ownership(event: OwnershipFlagged, unit: Unit, terms: Terms) -> None:
    """The verdict on shares takes the place of the owner's hit."""
    company = await footprint(unit, event.party_id)
    company.flagged(event)
    unit.save(company)
    await trace(unit, terms, (company.id, *event.owner_ids))


@router.on(OwnershipConcluded, loads=(Footprint, "party_id"))
async def note_conclusion(event: OwnershipConcluded, unit: Unit, terms: Terms) -> None:
    """Who owns it in the end, and who its beneficial owners are, touches no contract by itself."""
    if event.rule != ART_5K:
        return
    company = await footprint(unit, event.party_id)
    company.concluded(event)
    await _look_again(unit, terms, company)


@router.on(JurisdictionFlagged, loads=(Footprint, "party_id"))
async def flag_seat(event: JurisdictionFlagged, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.seated(event)
    await _look_again(unit, terms, party)


@router.on(JurisdictionEnded, loads=(Footprint, "party_id"))
async def end_seat(event: JurisdictionEnded, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.no_longer_seated(event)
    await _look_again(unit, terms, party)


@router.on(ClaimContradicted, loads=(Footprint, "party_id"))
async def note_contradiction(event: ClaimContradicted, unit: Unit, terms: Terms) -> None:
    """It stays until a person has decided: later evidence is a fact to weigh, not an end."""
    party = await footprint(unit, event.party_id)
    party.contradicted(event)
    await _look_again(unit, terms, party)


@router.on(PartyQualified, loads=(Footprint, "party_id"))
async def note_qualification(event: PartyQualified, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.qualified(event.contract_id, event.role)
    await _look_again(unit, terms, party)


@router.on(QualificationLost, loads=(Footprint, "party_id"))
async def note_lost_qualification(event: QualificationLost, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.qualified(event.contract_id, event.role, lost=event.reason)
    await _look_again(unit, terms, party)
