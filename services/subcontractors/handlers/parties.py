"""What is found out about parties, and whom it touches.

Each handler writes down what its fact says, then looks at everything that is known.
"""

from datetime import timedelta

from services.subcontractors.commands import PaperDayCame
from services.subcontractors.domain import ART_5K, Footprint
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.judging import judge_around
from services.subcontractors.handlers.mapping import keep_party
from services.subcontractors.handlers.tracing import around, below, footprint, trace
from services.subcontractors.terms import Terms, start_of
from shared.events.onboarding import (
    ClaimContradicted,
    DocumentVerified,
    OwnershipDeclared,
    PartiesMerged,
    PartyAliased,
    PartyChanged,
    PartyQualified,
    PartySplit,
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
from shared.events.words import Role
from shared.identifiers import party_id_of
from shared.unit import Unit


async def _look_again(unit: Unit, terms: Terms, party: Footprint) -> None:
    keep_party(unit, party)
    if party.places or party.companies or party.exposure_ids or _is_several(party):
        await trace(unit, terms, [party.id])


def _is_several(party: Footprint) -> bool:
    return bool(party.merged_into or party.twins)


async def _check_again(unit: Unit, terms: Terms, party: Footprint) -> None:
    """What it has shown touches no contract; it counts where the party is to be a substitute."""
    keep_party(unit, party)
    if _is_several(party) or any(p.role is Role.SUBSTITUTE for p in party.places):
        await trace(unit, terms, [party.id])


async def _look_again_below(unit: Unit, terms: Terms, party: Footprint) -> None:
    """A verdict on an owner's hit also carries, or fells, what was concluded for its companies."""
    keep_party(unit, party)
    await trace(unit, terms, await below(unit, [party.id]))


@router.on(OwnershipDeclared, loads=(Footprint, "party_id"))
async def own(event: OwnershipDeclared, unit: Unit, terms: Terms) -> None:
    """Who owns a party, in the place of what was declared before."""
    company = await footprint(unit, event.party_id)
    before = company.owner_ids
    company.owned_by(event, unit.now.date())
    keep_party(unit, company)
    await unit.prefetch(Footprint, {*before, *company.owner_ids}, cached=True)
    for owner_id in dict.fromkeys((*before, *company.owner_ids)):
        owner = await footprint(unit, owner_id)
        owner.owns(company.id, owner_id in company.owner_ids)
        keep_party(unit, owner)
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
    keep_party(unit, company)
    await trace(unit, terms, (company.id, *event.owner_ids))


@router.on(OwnershipConcluded, loads=(Footprint, "party_id"))
async def note_conclusion(event: OwnershipConcluded, unit: Unit, terms: Terms) -> None:
    """Who owns it in the end, and who its beneficial owners are, touches no contract by itself."""
    if event.rule != ART_5K:
        return
    company = await footprint(unit, event.party_id)
    company.concluded(event)
    await _look_again(unit, terms, company)
    await judge_around(unit, [company.id])


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
    before = party.qualification(event.contract_id, event.role)
    party.qualified(event.contract_id, event.role)
    await _check_again(unit, terms, party)
    if before is not None and before.lost:
        await judge_around(unit, [party.id])


@router.on(QualificationLost, loads=(Footprint, "party_id"))
async def note_lost_qualification(event: QualificationLost, unit: Unit, terms: Terms) -> None:
    party = await footprint(unit, event.party_id)
    party.qualified(event.contract_id, event.role, lost=event.reason)
    await _check_again(unit, terms, party)
    await judge_around(unit, [party.id])


@router.on(DocumentVerified, loads=(Footprint, "party_id"))
async def note_paper(event: DocumentVerified, unit: Unit) -> None:
    """A document counts until its last day; the day after, its chains are looked at again."""
    if event.valid_until is None:
        return
    party = await footprint(unit, event.party_id)
    before = party.papers
    party.verified(event)
    if party.papers == before:
        return
    keep_party(unit, party)
    after = start_of(event.valid_until + timedelta(days=1), "DK")
    moment = PaperDayCame(party_id=party.id)
    unit.schedule(f"paper/{party.id}/{event.buyer_id}/{event.kind}", after, moment)
    await judge_around(unit, [party.id])


@router.on(PartyChanged, loads=(Footprint, "party.party_id"))
async def note_country(event: PartyChanged, unit: Unit) -> None:
    """Where a party has its seat counts for the rule about goods from outside the Union."""
    country = event.party.country or ""
    party = await footprint(unit, event.party.party_id)
    if party.country != country and (country or "country" in event.changed):
        party.country = country
        keep_party(unit, party)
        await judge_around(unit, [party.id])


# ------------------------------------------------------------ one party, or several


@router.on(PartiesMerged, loads=(Footprint, "party_id"))
async def merge_parties(event: PartiesMerged, unit: Unit, terms: Terms) -> None:
    await _merge(unit, terms, event.merged_id, event.party_id)


@router.on(PartyAliased, loads=(Footprint, "party_id"))
async def note_number(event: PartyAliased, unit: Unit, terms: Terms) -> None:
    """Whoever is known by the number alone, is known by it as this party from now on."""
    other = party_id_of([event.identifier])
    if other is not None and other != event.party_id:
        await _merge(unit, terms, other, event.party_id)


async def _merge(unit: Unit, terms: Terms, merged_id: str, into_id: str) -> None:
    known = await around(unit, [merged_id, into_id])
    merged, into = known.parts(merged_id), known.parts(into_id)[0]
    if merged[0].id == into.id:
        return
    for part in merged:
        part.merged_into, part.twins = into.id, ()
        keep_party(unit, part)
    into.twins = (*into.twins, *(part.id for part in merged))
    keep_party(unit, into)
    await _look_at_several(unit, terms, [into.id])


@router.on(PartySplit, loads=(Footprint, "party_id"))
async def split_party(event: PartySplit, unit: Unit, terms: Terms) -> None:
    """The party stands alone again, with what was told of it; the others stay together."""
    split = await footprint(unit, event.split_id)
    if not split.merged_into:
        return
    into = await footprint(unit, split.merged_into)
    split.merged_into = ""
    into.twins = tuple(id for id in into.twins if id != split.id)
    keep_party(unit, split)
    keep_party(unit, into)
    await _look_at_several(unit, terms, [split.id, into.id])


async def _look_at_several(unit: Unit, terms: Terms, party_ids: list[str]) -> None:
    """A merging changes what their owners touch, and what is concluded below them."""
    await trace(unit, terms, await below(unit, party_ids))
    await judge_around(unit, party_ids)
