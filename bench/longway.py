"""Whom facts touch, worked out the long way from the facts alone: nothing of the service is used.

Every contract, everyone on it, everyone who owns them through any number of companies, every hit
on each of those. What several ids of one party were told counts for all of them. A confirmed hit
on somebody who works there is a ground of its own; on an owner it asks for the share, company by
company.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Touched = tuple[str, str, str, str]
"""Contract, party (the id that it has now), hit, role."""


@dataclass
class Facts:
    """The facts as they stand: no history, no order."""

    suppliers: dict[str, set[str]] = field(default_factory=dict)
    members: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each contract: who works on it, and under whom."""
    over: set[str] = field(default_factory=set)
    buyers: dict[str, str] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=dict)
    hits: dict[str, set[str]] = field(default_factory=dict)
    judged: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Of a hit and a buyer: whether the party is the listed one."""
    same: dict[str, str] = field(default_factory=dict)
    """An id, and the one into which it was merged."""

    def now(self, party_id: str) -> str:
        return self.same.get(party_id, party_id)

    def merge(self, party_id: str, into: str) -> None:
        """All who are the one party are the other from now on."""
        old, new = self.now(party_id), self.now(into)
        if old != new:
            together = [one for one, root in self.same.items() if root == old]
            self.same.update(dict.fromkeys((old, *together), new))

    def above(self) -> dict[str, set[str]]:
        """Who owns whom, by the ids that they have now."""
        found: dict[str, set[str]] = {}
        for company, owners in self.owners.items():
            found.setdefault(self.now(company), set()).update(map(self.now, owners))
        return found

    def everyone(self, party_id: str, above: Mapping[str, set[str]] | None = None) -> set[str]:
        """The party and all its owners, by the ids that they have now.

        Whoever asks often works out who is `above` whom beforehand.
        """
        above = self.above() if above is None else above
        found: set[str] = set()
        ahead = {self.now(party_id)}
        while ahead:
            found |= ahead
            ahead = {owner for one in ahead for owner in above.get(one, ())} - found
        return found

    def contracts_of(self, party_id: str) -> set[str]:
        """The contracts that a party touches, itself or through companies that it owns."""
        wanted, above = self.now(party_id), self.above()
        found = set()
        for contract, suppliers in self.suppliers.items():
            if contract not in self.over:
                here = {*suppliers, *self.members.get(contract, {})}
                if any(wanted in self.everyone(one, above) for one in here):
                    found.add(contract)
        return found

    def touched(self) -> set[Touched]:
        return set(self._touched())

    def _touched(self) -> Iterator[Touched]:
        above = self.above()
        everyone: dict[str, set[str]] = {}
        of_party: dict[str, set[str]] = {}
        for party_id, hits in self.hits.items():
            of_party.setdefault(self.now(party_id), set()).update(hits)
        for contract, suppliers in self.suppliers.items():
            if contract in self.over:
                continue
            here = [(s, "supplier") for s in suppliers]
            here += [(m, "subcontractor") for m in self.members.get(contract, {})]
            for member, role in here:
                member_now = self.now(member)
                if member_now not in everyone:
                    everyone[member_now] = self.everyone(member_now, above)
                for party in everyone[member_now]:
                    for hit in of_party.get(party, ()):
                        verdict = self.judged.get((hit, self.buyers[contract]))
                        if verdict is not False:
                            mark = "#confirmed" if verdict and party == member_now else ""
                            yield contract, party, hit + mark, role
