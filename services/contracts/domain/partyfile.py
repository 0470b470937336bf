"""What onboarding and screening have said of a party, as far as an award waits for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.domain import Aggregate
from shared.events.base import Event, Said
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimReconciled,
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

RUSSIAN, BENEFICIAL = "SAN-5K", "BENEFICIAL"
"""The rules of `OwnershipConcluded`: `no` to the first is good, `yes` or `no` to the second says
that the owners are known."""


class HitVerdict(Said):
    """What one buyer decided on a hit: `confirmed`, `dismissed`, or nothing again."""

    hit_id: str
    buyer_id: str
    verdict: str


class Proof(Said):
    """Whether one buyer has been shown everything, for a contract or procedure."""

    buyer_id: str
    place: str
    shown: bool


class OpenClaim(Said):
    """A claim that a document contradicts."""

    claim_id: str
    buyer_id: str


class PartyFile(Aggregate):
    """One party: when it was screened, its hits, its owners, its proofs. Nothing is judged here.

    `verdicts` and `proofs` are of a buyer: each decides itself. `owners` holds the verdict of each
    rule about ownership and control, `banks` the listed country of each flagged account.
    """

    indexes: ClassVar[tuple[str, ...]] = ()

    screened: datetime | None = None
    hits: tuple[str, ...] = ()
    verdicts: tuple[HitVerdict, ...] = ()
    owners: dict[str, str] = Field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    contradicted: tuple[OpenClaim, ...] = ()
    banks: dict[str, str] = Field(default_factory=dict)

    def note(self, event: Event, at: datetime) -> bool:
        """Write down what a fact says. False where no award can depend on it."""
        match event:
            case PartyScreened():
                first, self.screened = self.screened is None, at
                return first
            case HitRaised():
                self.hit(event.hit_id)
            case HitConfirmed():
                self.verdict(event.hit_id, event.buyer_id, "confirmed")
            case HitDismissed():
                self.verdict(event.hit_id, event.buyer_id, "dismissed")
            case HitReopened():
                self.verdict(event.hit_id, event.buyer_id, "")
            case HitEnded():
                self.hit_ended(event.hit_id)
            case OwnershipConcluded():
                self.owned(event.rule, event.verdict)
            case OwnershipFlagged():
                self.flag(event.flag_id, event.verdict)
            case PartyQualified():
                self.qualify(event.buyer_id, event.contract_id, True)
            case QualificationLost():
                self.qualify(event.buyer_id, event.contract_id, False)
            case ClaimContradicted():
                self.contradict(event.claim_id, event.buyer_id)
            case ClaimReconciled():
                self.reconcile(event.claim_id)
            case JurisdictionFlagged(whose="bank"):
                self.banks = self.banks | {event.flag_id: event.country}
            case JurisdictionEnded(whose="bank"):
                self.banks = {id: of for id, of in self.banks.items() if id != event.flag_id}
            case JurisdictionFlagged() | JurisdictionEnded():
                return False
        return True

    @classmethod
    def together(cls, files: Sequence["PartyFile"]) -> "PartyFile":
        """What was told of one party under several ids; first that under which it goes on.

        Its owners are those that were concluded on last for the whole of it, under the first id;
        that somebody found Russian ones is not outweighed.
        """
        screened = [one.screened for one in files if one.screened]
        owners = {rule: said for one in reversed(files) for rule, said in one.owners.items()}
        if any(one.owners.get(RUSSIAN) == "yes" for one in files):
            owners[RUSSIAN] = "yes"
        return cls(
            id=files[0].id,
            screened=min(screened, default=None),
            hits=tuple(dict.fromkeys(hit for one in files for hit in one.hits)),
            verdicts=tuple(verdict for one in files for verdict in one.verdicts),
            owners=owners,
            flagged=tuple(flag for one in files for flag in one.flagged),
            proofs=tuple(proof for one in files for proof in one.proofs),
            contradicted=tuple(claim for one in files for claim in one.contradicted),
            banks={id: country for one in files for id, country in one.banks.items()},
        )

    def hit(self, hit_id: str) -> None:
        if hit_id not in self.hits:
            self.hits = (*self.hits, hit_id)

    def hit_ended(self, hit_id: str) -> None:
        self.hits = tuple(one for one in self.hits if one != hit_id)
        self.verdicts = tuple(one for one in self.verdicts if one.hit_id != hit_id)

    def verdict(self, hit_id: str, buyer_id: str, verdict: str) -> None:
        self.hit(hit_id)
        others = [v for v in self.verdicts if (v.hit_id, v.buyer_id) != (hit_id, buyer_id)]
        new = HitVerdict(hit_id=hit_id, buyer_id=buyer_id, verdict=verdict)
        self.verdicts = (*others, new)

    def owned(self, rule: str, verdict: str) -> None:
        self.owners = self.owners | {rule: verdict}

    def flag(self, flag_id: str, verdict: str) -> None:
        """Listed owners hold enough of it, or that is not known; `not_owned` ends the flag."""
        others = tuple(one for one in self.flagged if one != flag_id)
        self.flagged = others if verdict == "not_owned" else (*others, flag_id)

    def qualify(self, buyer_id: str, place: str, shown: bool) -> None:
        others = [one for one in self.proofs if (one.buyer_id, one.place) != (buyer_id, place)]
        self.proofs = (*others, Proof(buyer_id=buyer_id, place=place, shown=shown))

    def contradict(self, claim_id: str, buyer_id: str) -> None:
        claim = OpenClaim(claim_id=claim_id, buyer_id=buyer_id)
        if claim not in self.contradicted:
            self.contradicted = (*self.contradicted, claim)

    def reconcile(self, claim_id: str) -> None:
        self.contradicted = tuple(one for one in self.contradicted if one.claim_id != claim_id)

    def checked(self, buyer_id: str, places: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        """What one buyer must know before it awards (name, state, detail).

        `places` are the ids under which proofs for the procedure were asked for.
        """
        yield "screening", "done" if self.screened else "missing", self._screened_on()
        yield "hits", *self._hits(buyer_id)
        yield "ownership", *self._owners()
        shown = any(
            one.shown for one in self.proofs if one.buyer_id == buyer_id and one.place in places
        )
        yield "proofs", "done" if shown else "missing", ""
        open_claims = [one.claim_id for one in self.contradicted if one.buyer_id == buyer_id]
        yield "claims", "adverse" if open_claims else "done", ", ".join(open_claims)

    def _screened_on(self) -> str:
        return self.screened.date().isoformat() if self.screened else ""

    def _hits(self, buyer_id: str) -> tuple[str, str]:
        ours = {one.hit_id: one.verdict for one in self.verdicts if one.buyer_id == buyer_id}
        verdicts = {hit: ours.get(hit, "") for hit in self.hits}
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
