"""Two subcontractors are named, approved, and screened with their owners."""

from collections.abc import Callable
from datetime import date
from typing import Any

from shared.events.onboarding import PartyQualified, SubcontractorsNamed
from shared.events.screening import PartyScreened
from shared.events.subcontractors import SubcontractorApproved, SubcontractorDeclared
from shared.story.chapters.beginning import (
    asked_for,
    claims_of,
    clear_on_lists,
    contract_of,
    owners_of,
    verified,
)
from shared.story.player import Player

SHARES = {"baltic": 25.0, "hansen-holm": 15.0}


async def subcontractors_are_named(p: Player) -> None:
    p.tell.chapter(3, "Two subcontractors are named, approved and screened")
    contract_id = await contract_of(p, "nordlys")
    companies = {p.samples.company(key).party_id: p.samples.company(key) for key in SHARES}
    for party_id in companies:
        await _declared(p, party_id)
    p.tell.true("the supplier's ESPD names " + " and ".join(c.name for c in companies.values()))

    p.drop(p.samples.index.contracts["nordlys"].subcontractors)
    await p.wait_for(
        "the same two named by two documents",
        lambda: _documents_naming(p, set(companies)) >= 2 or None,
        instead=lambda: p.facts.all(SubcontractorsNamed),
    )
    members = await p.wait_until("both in the chain with their shares", lambda: _shares(p))
    for party_id in companies:
        declared = p.facts.all(SubcontractorDeclared, _of(party_id))
        p.check(len(declared) == 1, f"{party_id} is declared once", declared)
    p.tell.true(
        "the list of the contractor (XLSX) names the same two; each is declared once: "
        + ", ".join(f"{m['party']['name']} {m['share']['minimum']:g} %" for m in members)
    )
    for party_id, company in companies.items():
        await p.officer.ask(
            f"/api/subcontractors/contracts/{contract_id}/chain/{party_id}/approve",
            {"reason": "Known from an earlier contract; the work suits the company."},
            key=f"approve/{party_id}",
        )
        approved = await p.fact(SubcontractorApproved, party_id=party_id)
        p.check(approved.by == p.officer.subject, "the officer approved", approved.by)
        p.tell.true(f"{p.officer.name} has approved {company.name}")

    for key in SHARES:
        company = p.samples.company(key)
        kinds = await asked_for(p, company, contract_id)
        p.tell.step(f"{company.name} is asked for {', '.join(kinds)}")
        # The serviceattest with the debt comes later, in a chapter of its own.
        owes = company.party_id == p.samples.index.debt.party_id
        for file in (company.espd, company.bods, *(() if owes else company.documents)):
            p.drop(file)
    for key in SHARES:
        company = p.samples.company(key)
        await claims_of(p, company)
        for owner in await owners_of(p, company):
            proof = await p.fact(PartyScreened, party_id=owner)
            p.check(not proof.hits, "no owner had a hit on the first lists", proof)
        await clear_on_lists(p, company.party_id, company.name)
    baltic = p.samples.company("baltic")
    await verified(p, baltic)
    await p.fact(PartyQualified, party_id=baltic.party_id)


def _of(party_id: str) -> Callable[[SubcontractorDeclared], bool]:
    return lambda e: e.party.party_id == party_id


async def _declared(p: Player, party_id: str) -> SubcontractorDeclared:
    return await p.fact(SubcontractorDeclared, _of(party_id))


def _documents_naming(p: Player, party_ids: set[str]) -> int:
    named = p.facts.all(SubcontractorsNamed)
    return len(
        {one.document_id for one in named if party_ids <= {sub.party.party_id for sub in one.named}}
    )


async def _shares(p: Player) -> list[dict[str, Any]] | None:
    """The members of the chain of that day, with the shares that the samples give them."""
    members = await members_of(p)
    shares = {m["party"]["party_id"]: (m["share"] or {}).get("minimum") for m in members}
    wanted = {p.samples.company(key).party_id: share for key, share in SHARES.items()}
    return members if wanted.items() <= shares.items() else None


async def members_of(p: Player, day: date | None = None) -> list[dict[str, Any]]:
    """Everyone who is or was in the chain of the contract; with a day, who worked on that day."""
    contract_id = await contract_of(p, "nordlys")
    asked = {"as_of": day.isoformat()} if day else {}
    chain = await p.manager.get(f"/api/subcontractors/contracts/{contract_id}/chain", **asked)
    return list(chain["members"])
