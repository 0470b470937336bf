"""How things stand at the end, in words that are the same for every system that played it."""

from typing import Any

from shared.story.chapters.beginning import contract_of
from shared.story.player import Player

BY_THE_CLOCK = (
    "CoverageStated",
    "ContractStatusChanged",
    "NotificationDelivered",
    "NotificationEscalated",
    "PartyChanged",
    "PartyScreened",
    "PartyStatusChanged",
    "StatusNotAcknowledged",
    "SubstituteChecked",
)
"""Facts whose number depends on what was heard first: a status between two others, a comparison
with a list that came a moment later. All others happen as often in every play."""


async def outcome(p: Player) -> dict[str, Any]:
    """Contracts, chain, cases, replacement, papers, audits, hits and what happened how often."""
    of_buyer = {"buyer_id": p.buyer, "limit": 200}
    contracts = await p.manager.get("/api/contracts/contracts", **of_buyer)
    contract_id = await contract_of(p, "nordlys")
    chain = await p.manager.get(f"/api/subcontractors/contracts/{contract_id}/chain")
    cases = await p.officer.get("/api/breaches/cases", **of_buyer)
    replacements = await p.officer.get("/api/subcontractors/replacements", **of_buyer)
    documents = await p.officer.get("/api/onboarding/documents", **of_buyer)
    findings = await p.auditor.get("/api/audits/findings", **of_buyer)
    hits = await p.officer.get("/api/screening/hits", limit=200)
    counts = p.facts.counts()
    return {
        "contracts": _lines(contracts["items"], "id", "stage", "status"),
        "chain": (
            chain["chain_version"],
            sorted((m["party"]["party_id"], m["standing"]) for m in chain["members"]),
        ),
        "cases": _lines(cases["items"], "party_id", "rule", "track", "stage", "status"),
        "replacements": [
            (one["stage"], [(c["party"]["party_id"], c["answer"]) for c in one["candidates"]])
            for one in replacements["items"]
        ],
        "documents": _lines(documents["items"], "name", "kind", "state", "party_id"),
        "findings": _lines(findings["items"], "party_id", "obligation", "state"),
        "hits": sorted(
            (hit["entry"]["entry_id"], hit["state"], [v["verdict"] for v in hit["verdicts"]])
            for hit in hits["items"]
        ),
        "facts": {kind: n for kind, n in counts.items() if kind not in BY_THE_CLOCK},
        "kinds": set(counts) - set(BY_THE_CLOCK),
    }


def _lines(items: list[dict[str, Any]], *fields: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(item[field]) for field in fields) for item in items)
