"""What the rules about owners say of one company, as it was announced last."""

from typing import ClassVar

from services.screening.domain.conclusion import Conclusion
from services.screening.domain.holding import Graph
from services.screening.domain.ultimate import PARENT, majority_in
from shared.domain import Aggregate
from shared.events.screening import ControlChanged, OwnershipConcluded


def conclusions_id(party_id: str) -> str:
    return f"conclusions-{party_id}"


class Conclusions(Aggregate):
    """Kept for each company, whichever buyer asks: no verdict of a buyer is in it.

    `parent_id` is the last one known to control it in the end, and `majority_id` the owner with
    the majority in it; nobody may be what was known of both.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: str
    held: tuple[Conclusion, ...] = ()
    parent_id: str | None = None
    parent_known: bool = False
    majority_id: str | None = None
    majority_known: bool = False

    def conclude(self, found: tuple[Conclusion, ...], graph: Graph) -> bool:
        """Announce what is another conclusion than before. Says whether anything is."""
        before = {one.rule: one for one in self.held}
        news = [one for one in found if before.get(one.rule) != one]
        self.held = found
        for one in news:
            self.announce(
                OwnershipConcluded(
                    conclusion_id=f"{self.id}/{one.rule}",
                    party_id=self.party_id,
                    rule=one.rule,
                    verdict=one.verdict,
                    reason=one.reason,
                    share=one.share,
                    owner_ids=one.owner_ids,
                    path=one.path,
                    owners=one.owners,
                )
            )
        parent = next((one for one in found if one.rule == PARENT), None)
        moved = parent is not None and self._follow_control(
            parent, majority_in(self.party_id, graph)
        )
        return bool(news) or moved

    def _follow_control(self, parent: Conclusion, majority: str | None) -> bool:
        """Say that control went to somebody else. That it is not known any more is no change.

        Says whether anything is to be kept.
        """
        before = (self.parent_id, self.parent_known, self.majority_id, self.majority_known)
        is_known = parent.verdict != "unknown"
        new_parent = next(iter(parent.owner_ids), None) if is_known else self.parent_id
        has_majority = is_known or majority is not None
        new_majority = majority if has_majority else self.majority_id
        changed = (self.parent_known and new_parent != self.parent_id) or (
            self.majority_known and new_majority != self.majority_id
        )
        if changed:
            self.announce(
                ControlChanged(
                    party_id=self.party_id,
                    parent_before=self.parent_id,
                    parent_after=new_parent if is_known else None,
                    majority_before=self.majority_id,
                    majority_after=new_majority,
                    known=is_known,
                    path=parent.path,
                )
            )
        self.parent_id, self.majority_id = new_parent, new_majority
        self.parent_known = self.parent_known or is_known
        self.majority_known = self.majority_known or has_majority
        return before != (self.parent_id, self.parent_known, self.majority_id, self.majority_known)
