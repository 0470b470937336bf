"""What a rule about owners says of a company."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from services.screening.domain.lookthrough import Gap, in_words
from shared.events.screening import OwnerShare
from shared.events.words import Share

Verdict = Literal["yes", "no", "unknown", "review"]
"""`unknown`: the facts do not say. `review`: they do, and a person must say what that means."""

NOBODY = Share(minimum=0.0, maximum=0.0)


class Conclusion(BaseModel, frozen=True):
    """A verdict with its reason, the share in question, and the way there.

    `path` runs from an owner, or from the place where something is not known, down to the company.
    `owners` are told one by one where the rule asks about each.
    """

    rule: str
    verdict: Verdict
    reason: str
    share: Share | None = None
    owner_ids: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    owners: tuple[OwnerShare, ...] = ()

    def doubted(self, why: str) -> "Conclusion":
        """The same where something came up that the facts do not know of yet."""
        change = {"verdict": "unknown", "reason": f"{why}; before that: {self.reason}"}
        return self.model_copy(update=change)


def not_known(
    rule: str, gaps: Sequence[Gap], share: Share | None = None, beginning: str = ""
) -> Conclusion:
    """What is missing, and the way to the first place."""
    why = in_words(list(gaps)) or "the facts do not say"
    return Conclusion(
        rule=rule,
        verdict="unknown",
        reason=f"{beginning}{why}",
        share=share,
        path=gaps[0].path if gaps else (),
    )
