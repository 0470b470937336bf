"""One substitute is refused because of its owner, another is cleared and takes over."""

from datetime import date, timedelta
from typing import Any

from shared.events.breaches import BreachRemedied
from shared.events.onboarding import PartyQualified
from shared.events.screening import HitRaised, PartyScreened
from shared.events.subcontractors import (
    ReplacementDemanded,
    SubcontractorReplaced,
    SubstituteChecked,
    SubstituteCleared,
    SubstituteProposed,
    SubstituteRefused,
)
from shared.events.words import Status
from shared.story.chapters.beginning import contract_of
from shared.story.chapters.chain import members_of
from shared.story.chapters.listing import confirm, flag_of, person_id
from shared.story.player import Player
from shared.story.samples import Company


async def a_substitute_takes_over(p: Player) -> None:
    p.tell.chapter(6, "One substitute is refused, another takes over")
    outgoing = p.samples.company("baltic").party_id
    demanded = await p.fact(ReplacementDemanded, outgoing_id=outgoing)
    at = f"/api/subcontractors/replacements/{demanded.replacement_id}/substitutes"
    await _the_first_is_refused(p, demanded, at)
    await _the_second_is_cleared(p, demanded, at)


async def _propose(p: Player, demanded: ReplacementDemanded, company: Company) -> None:
    """The contractor proposes through the link of the demand, and the files come in."""
    letter = await p.letter(
        p.samples.company("nordlys").email, f"replacement/{demanded.replacement_id}"
    )
    await p.supplier.ask(
        f"/api/subcontractors/links/{letter.token}/substitutes",
        {
            "party": {
                "name": company.name,
                "country": company.country,
                "scheme": "dk-cvr",
                "number": company.number,
                "contact": company.email,
            }
        },
        key=f"propose/{company.party_id}",
    )
    await p.fact(SubstituteProposed, lambda e: e.party.party_id == company.party_id)
    p.tell.step(f"the contractor proposes {company.name} through the link of its letter")


async def _checked(p: Player, company: Company, passed: bool) -> SubstituteChecked:
    return await p.fact(
        SubstituteChecked,
        lambda e: passed == all(check.passed for check in e.checks),
        substitute_id=company.party_id,
    )


async def _the_first_is_refused(p: Player, demanded: ReplacementDemanded, at: str) -> None:
    company, listed = p.samples.company("oresund"), p.samples.index.listed["C"]
    await _propose(p, demanded, company)
    too_early = await p.officer.is_refused(
        f"{at}/{company.party_id}/clear",
        {"reason": "We are in a hurry."},
        key=f"clear-unchecked/{company.party_id}",
    )
    p.tell.true(f"clearing it with an open check is refused: {too_early}")
    for file in company.files:
        p.drop(file)
    owner = await person_id(p, listed)
    hit = await p.fact(HitRaised, party_id=owner)
    await confirm(p, hit, listed)
    await flag_of(p, listed, "owned")
    checked = await _checked(p, company, False)
    failed = next(check for check in checked.checks if check.passed is False)
    refused = await p.officer.is_refused(
        f"{at}/{company.party_id}/clear",
        {"reason": "We are in a hurry."},
        key=f"clear-failed/{company.party_id}",
    )
    p.tell.true(f"clearing it with a failed check is refused: {refused}")
    await p.officer.ask(
        f"{at}/{company.party_id}/refuse",
        {"reason": "Its only owner is on the EU list."},
        key=f"refuse/{company.party_id}",
    )
    answer = await p.fact(SubstituteRefused, substitute_id=company.party_id)
    p.tell.true(
        f"{company.name}: {failed.name} failed ({failed.detail}); {p.officer.name} refuses it: "
        f"{answer.reason}"
    )


async def _the_second_is_cleared(p: Player, demanded: ReplacementDemanded, at: str) -> None:
    company, contract_id = p.samples.company("fyns"), await contract_of(p, "nordlys")
    await _propose(p, demanded, company)
    for file in company.files:
        p.drop(file)
    screened = await p.fact(PartyScreened, party_id=company.party_id)
    p.check(not screened.hits, f"{company.name} is on no list", screened)
    await p.fact(PartyQualified, party_id=company.party_id)
    checked = await _checked(p, company, True)
    p.tell.true(f"{company.name}: " + ", ".join(f"{check.name} ✓" for check in checked.checks))
    await p.officer.ask(
        f"{at}/{company.party_id}/clear",
        {"reason": "Every check has passed."},
        key=f"clear/{company.party_id}",
    )
    await p.fact(SubstituteCleared, substitute_id=company.party_id)
    replaced = await p.fact(SubcontractorReplaced, incoming_id=company.party_id)
    await _the_chain_is_new(p, replaced)
    remedied = await p.fact(BreachRemedied, case_id=demanded.case_id)
    p.tell.true(f"the case is remedied: {remedied.reason}")
    blocked = await p.status(contract_id, Status.BLOCKED_LEGAL)
    await p.status(contract_id, Status.CLEAR, after=blocked)
    p.tell.true("the contract system is told: CLEAR")


async def _the_chain_is_new(p: Player, replaced: SubcontractorReplaced) -> None:
    members = {one["party"]["party_id"]: one for one in await members_of(p)}
    outgoing, incoming = members[replaced.outgoing_id], members[replaced.incoming_id]
    effective = replaced.effective.isoformat()
    p.check(_stands(outgoing, "replaced") and outgoing["ends"] == effective, "one is out", outgoing)
    p.check(_stands(incoming, "approved") and incoming["starts"] == effective, "one in", incoming)
    day_before = replaced.effective - timedelta(days=1)
    then, now = await _at_work(p, day_before), await _at_work(p, replaced.effective)
    p.check(then - now == {replaced.outgoing_id}, "it worked until the day before", then)
    p.check(now - then == {replaced.incoming_id}, "the other works from that day on", now)
    p.tell.true(
        f"version {replaced.chain_version} of the chain, from {effective}: "
        f"{outgoing['party']['name']} is out, {incoming['party']['name']} is in"
    )


async def _at_work(p: Player, day: date) -> set[str]:
    return {str(one["party"]["party_id"]) for one in await members_of(p, day)}


def _stands(member: dict[str, Any], standing: str) -> bool:
    return bool(member["standing"] == standing)
