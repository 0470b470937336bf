"""The desk is ready, the contract arrives, and the suppliers show their documents."""

from shared.events.contracts import ClausesSet, ContractSigned
from shared.events.onboarding import (
    ClaimMade,
    DocumentRequested,
    DocumentVerified,
    OwnershipDeclared,
    PartyQualified,
    PartyRegistered,
)
from shared.events.screening import HitRaised, ListUpdated, PartyScreened
from shared.story.player import Player
from shared.story.samples import Company

SOURCES = ("un", "eu")
ITSELF = "contract"
"""What ClausesSet names as the source of clauses that the release itself holds."""


async def the_desk_is_ready(p: Player) -> None:
    p.tell.chapter(0, "The desk is ready")
    people = p.samples.people()
    await p.admin.ask(
        "/api/notifications/directory", {"people": people}, key="directory", method="PUT"
    )
    p.tell.true(f"{p.admin.name} has put {len(people)} people into the directory")
    for file in p.samples.index.lists.before:
        await publish(p, file)
    for source in SOURCES:
        listed = await p.fact(ListUpdated, source=source)
        p.tell.true(
            f"the {source.upper()} list of {listed.list_date} is in force, "
            f"version {listed.version}, {listed.entries} entries"
        )
    opened = await p.machine.ask(
        "/api/contracts/endpoints",
        {"buyer_id": p.buyer, "url": p.contract_system.url},
        key=f"endpoint/{p.contract_system.url}",
    )
    if opened["secret"]:
        p.contract_system.trust(opened["secret"])
    p.check(p.contract_system.has_secret, "the contract system knows the secret of its endpoint")
    p.tell.true(f"the contract system listens for statuses at {p.contract_system.url}")


async def publish(p: Player, file: str) -> None:
    """Load a version of a list, as its publisher's file."""
    source = file.rpartition("/")[2].partition("-")[0]
    await p.admin.ask(
        f"/api/screening/lists/{source}",
        key=f"list/{file}",
        content=p.samples.bytes_of(file),
        headers={"Content-Type": "application/xml"},
    )


async def the_contract_arrives(p: Player) -> None:
    p.tell.chapter(1, "The contract arrives")
    for key, from_itself in (("nordlys", True), ("malardalen", False)):
        contract_id = await _take_in(p, p.samples.index.contracts[key].release)
        signed = await p.fact(ContractSigned, contract_id=contract_id)
        clauses = await p.fact(ClausesSet, contract_id=contract_id)
        p.check(
            (clauses.source == ITSELF) is from_itself,
            "clauses are those of the release, else those of the template",
            clauses.source,
        )
        origin = "the release itself" if from_itself else f"the template {clauses.source}"
        p.tell.true(f"“{signed.title}” is signed; {len(clauses.clauses)} clauses from {origin}")
        await _the_supplier_is_asked(p, p.samples.company(key), signed)


async def _take_in(p: Player, file: str) -> str:
    """Send a release package of the contract system; the id of its one contract."""
    answer = await p.machine.ask(
        "/api/contracts/releases",
        key=f"release/{file}",
        content=p.samples.bytes_of(file),
        headers={"Content-Type": "application/json"},
    )
    (release,) = answer["result"]["releases"]
    p.check(release["outcome"] == "taken", f"the release {file} is taken in", release)
    (contract,) = release["contracts"]
    return str(contract["contract_id"])


async def contract_of(p: Player, key: str) -> str:
    """The id under which the contract of a supplier is known."""
    supplier = p.samples.company(key).party_id
    signed = await p.fact(
        ContractSigned, lambda e: any(party.party_id == supplier for party in e.suppliers)
    )
    return signed.contract_id


async def _the_supplier_is_asked(p: Player, company: Company, signed: ContractSigned) -> None:
    await p.fact(PartyRegistered, lambda e: e.party.party_id == company.party_id)
    kinds = await asked_for(p, company, signed.contract_id)
    letter = await p.letter(company.email, f"documents/{signed.contract_id}")
    p.check(signed.title in letter.text, "the letter names the contract", letter.text)
    p.tell.true(
        f"{company.name} is a party ({company.party_id}) and is asked for "
        f"{', '.join(kinds)}; its letter holds a one-time link"
    )


async def asked_for(p: Player, company: Company, contract_id: str) -> list[str]:
    """The kinds of documents that a company is asked for: one paper of the samples for each."""
    # Nobody asks for a certificate of quality from those who do not supply, though some have one.
    papers = [paper for paper in company.documents if "iso" not in paper or company.supplies]
    wanted = 1 + len(papers)

    def asked() -> list[DocumentRequested]:
        return p.facts.all(DocumentRequested, party_id=company.party_id, contract_id=contract_id)

    def requests() -> list[str] | None:
        kinds = sorted({one.kind for one in asked()})
        return kinds if len(kinds) >= wanted else None

    return await p.wait_for(
        f"{wanted} requests for documents to {company.name}",
        requests,
        instead=asked,
    )


async def the_supplier_answers(p: Player) -> None:
    p.tell.chapter(2, "The suppliers' documents come in and are read")
    suppliers = {key: p.samples.company(key) for key in ("nordlys", "malardalen")}
    for company in suppliers.values():
        for file in company.files:
            p.drop(file)
        p.tell.step(f"{len(company.files)} files of {company.name} lie in the intake folder")
    for key, company in suppliers.items():
        contract_id = await contract_of(p, key)
        claims = await claims_of(p, company)
        p.tell.true(f"its ESPD is read: {claims} claims, none of them a ground for exclusion")
        await owners_of(p, company)
        await verified(p, company)
        qualified = await p.fact(PartyQualified, party_id=company.party_id, contract_id=contract_id)
        p.check(qualified.role == "supplier", "it is qualified as supplier", qualified.role)
        p.tell.true(f"{company.name} has shown everything that its role asks for")
        await clear_on_lists(p, company.party_id, company.name)


async def claims_of(p: Player, company: Company) -> int:
    """How many claims the ESPD of a company made. The samples deny every ground."""
    await p.fact(ClaimMade, party_id=company.party_id)
    claims = p.facts.all(ClaimMade, party_id=company.party_id)
    admitted = [claim.ground for claim in claims if claim.ground_exists]
    p.check(not admitted, "no ground for exclusion is admitted", admitted)
    return len(claims)


async def owners_of(p: Player, company: Company) -> tuple[str, ...]:
    """The owners that the statement of a company names, each screened on its own."""
    declared = await p.fact(OwnershipDeclared, party_id=company.party_id)
    owners = tuple(stake.owner.party_id for stake in declared.stakes if stake.owner)
    p.check(owners, f"the statement of {company.name} names its owners", declared.stakes)
    for owner in owners:
        await p.fact(PartyScreened, party_id=owner)
    p.tell.true(f"{len(owners)} owners of {company.name} are known and screened")
    return owners


async def verified(p: Player, company: Company) -> None:
    """Every document of a company counts as evidence."""

    def all_of_them() -> list[str] | None:
        found = p.facts.all(DocumentVerified, party_id=company.party_id)
        kinds = sorted({one.kind for one in found} - {"espd", "ownership"})
        return kinds if len(kinds) >= len(company.documents) else None

    kinds = await p.wait_for(f"the verified documents of {company.name}", all_of_them)
    p.tell.true(f"verified: {', '.join(kinds)}")


async def clear_on_lists(p: Player, party_id: str, name: str) -> None:
    """A party was compared with a version of every list, with no hit: that is the proof."""
    first = {source: (await p.fact(ListUpdated, source=source)).version for source in SOURCES}
    proof = await p.fact(
        PartyScreened,
        lambda e: first.items() <= {one.source: one.version for one in e.lists}.items(),
        party_id=party_id,
    )
    p.check(not proof.hits, f"{name} has no hit", proof.hits)
    raised = p.facts.all(HitRaised, party_id=party_id)
    p.check(not raised, f"no hit was raised on {name}", raised)
    versions = ", ".join(f"{one.source.upper()} {one.version}" for one in proof.lists)
    p.tell.true(f"{name} is on no list; the proof names the versions {versions}")
