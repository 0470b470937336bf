"""What listed owners mean for a company, for one buyer, as it was announced last."""

import hashlib
from typing import ClassVar

from services.screening.domain.freeze import FREEZE_RULE, Finding
from shared.domain import Aggregate
from shared.events.screening import OwnershipFlagged
from shared.events.words import Share


def flag_id(party_id: str, buyer_id: str) -> str:
    seed = f"{party_id}|{buyer_id}|{FREEZE_RULE}"
    return "flag-" + hashlib.sha256(seed.encode()).hexdigest()[:16]


class Flag(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id")

    party_id: str
    buyer_id: str
    verdict: str = ""
    share: Share | None = None
    owner_ids: tuple[str, ...] = ()
    hit_ids: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    reason: str = ""

    def conclude(self, finding: Finding, hit_ids: tuple[str, ...]) -> bool:
        """Announce the finding if it is another one than before."""
        found = (finding.verdict, finding.share, finding.owner_ids, hit_ids, finding.path)
        if found == (self.verdict, self.share, self.owner_ids, self.hit_ids, self.path):
            return False
        self.verdict, self.share, self.owner_ids, self.hit_ids, self.path = found
        self.reason = finding.reason
        self.announce(
            OwnershipFlagged(
                flag_id=self.id,
                party_id=self.party_id,
                buyer_id=self.buyer_id,
                rule=FREEZE_RULE,
                verdict=finding.verdict,
                share=finding.share,
                owner_ids=finding.owner_ids,
                hit_ids=hit_ids,
                path=finding.path,
                reason=finding.reason,
            )
        )
        return True
