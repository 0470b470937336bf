"""What onboarding and screening have said of a party, as far as an award waits for it."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.domain import Aggregate

RUSSIAN, BENEFICIAL = "SAN-5K", "BENEFICIAL"
"""The rules of `OwnershipConcluded`: `no` to the first is good, `yes` or `no` to the second says
that the owners are known."""


class PartyFile(Aggregate):
    """One party: when it was screened, its hits, its owners, its proofs. Nothing is judged here.

    `verdicts` and `qualified` are of a buyer (`hit|buyer`, `buyer|contract`): each decides itself.
    `owners` holds the verdict of each rule about ownership and control.
    """

    indexes: ClassVar[tuple[str, ...]] = ()

    screened: datetime | None = None
    hits: tuple[str, ...] = ()
    verdicts: dict[str, str] = Field(default_factory=dict)
    owners: dict[str, str] = Field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    qualified: dict[str, bool] = Field(default_factory=dict)
    contradicted: tuple[str, ...] = ()

    def hit(self, hit_id: str) -> None:
        if hit_id not in self.hits:
            self.hits = (*self.hits, hit_id)

    def hit_ended(self, hit_id: str) -> None:
        self.hits = tuple(one for one in self.hits if one != hit_id)
        self.verdicts = {k: v for k, v in self.verdicts.items() if not k.startswith(f"{hit_id}|")}

    def verdict(self, hit_id: str, buyer_id: str, verdict: str) -> None:
        self.hit(hit_id)
        self.verdicts = self.verdicts | {f"{hit_id}|{buyer_id}": verdict}

    def owned(self, rule: str, verdict: str) -> None:
        self.owners = self.owners | {rule: verdict}

    def flag(self, flag_id: str, verdict: str) -> None:
        """Listed owners hold enough of it, or that is not known; `not_owned` ends the flag."""
        others = tuple(one for one in self.flagged if one != flag_id)
        self.flagged = others if verdict == "not_owned" else (*others, flag_id)

    def qualify(self, buyer_id: str, contract_id: str, is_so: bool) -> None:
        self.qualified = self.qualified | {f"{buyer_id}|{contract_id}": is_so}

    def contradict(self, claim_id: str, buyer_id: str) -> None:
        about = f"{claim_id}|{buyer_id}"
        if about not in self.contradicted:
            self.contradicted = (*self.contradicted, about)

    def reconcile(self, claim_id: str) -> None:
        self.contradicted = tuple(
            one for one in self.contradicted if not one.startswith(f"{claim_id}|")
        )

    def checked(self, buyer_id: str, places: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        """What one buyer must know before it awards (name, state, detail).

        `places` are the ids under which proofs for the procedure were asked for.
        """
        yield "screening", "done" if self.screened else "missing", self._screened_on()
        yield "hits", *self._hits(buyer_id)
        yield "ownership", *self._owners()
        shown = any(self.qualified.get(f"{buyer_id}|{place}") for place in places)
        yield "proofs", "done" if shown else "missing", ""
        open_claims = [one for one in self.contradicted if one.endswith(f"|{buyer_id}")]
        yield "claims", "adverse" if open_claims else "done", ", ".join(open_claims)

    def _screened_on(self) -> str:
        return self.screened.date().isoformat() if self.screened else ""

    def _hits(self, buyer_id: str) -> tuple[str, str]:
        verdicts = {hit: self.verdicts.get(f"{hit}|{buyer_id}", "") for hit in self.hits}
        if confirmed := [hit for hit, verdict in verdicts.items() if verdict == "confirmed"]:
            return "adverse", ", ".join(confirmed)
        if unread := [hit for hit, verdict in verdicts.items() if verdict != "dismissed"]:
            return "missing", ", ".join(unread)
        return ("done", "") if self.screened else ("missing", "")

    def _owners(self) -> tuple[str, str]:
        """Unknown owners are not clean ones; what nobody has concluded on is unknown."""
        said = ", ".join(f"{rule}: {verdict}" for rule, verdict in sorted(self.owners.items()))
        if self.flagged or self.owners.get(RUSSIAN) == "yes":
            return "adverse", ", ".join(self.flagged) or said
        owners_known = self.owners.get(BENEFICIAL, "unknown") not in ("unknown", "review")
        if self.owners.get(RUSSIAN) == "no" and owners_known:
            return "done", said
        return "missing", said
