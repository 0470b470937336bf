"""Proportionality, and what it takes to let a mandatory ground be.

Where somebody is excluded, every side is weighed and recorded on its own (Directive 2014/24/EU Art
18(1); domain reference §8, the decision record). A mandatory ground is let be in three ways alone:
it is gone, the party has cleaned itself, or the public's interest overrides it (Art 57(3)).
"""

from services.breaches.domain.file import CaseRecord
from services.breaches.domain.rules import Measure
from shared.domain import Rejected
from shared.events.breaches import Consequence, Track
from shared.events.words import Weighing

SIDES = tuple(Weighing.model_fields)
SHORTEST = 3
"""Letters below which a side says nothing."""

IN_WORDS = (
    "gravity, recurrence, link to the contract, role and share, milder means, and what the supply "
    "would suffer"
)
LIGHT = (Measure.DIALOGUE, Measure.NONE)
"""What needs no weighing: it hurts nobody."""

LET_IT_BE = (Consequence.DIALOGUE, Consequence.NONE)


class WeighingSteps(CaseRecord):
    def must_be_proportionate(self, measure: Measure, text: str, weighing: Weighing | None) -> None:
        """Raise `Rejected` that names each side which was not weighed."""
        if weighing is not None:
            empty = [name for name in SIDES if len(getattr(weighing, name).strip()) < SHORTEST]
            if empty:
                raise Rejected(
                    f"weigh every side in a few words; missing: {', '.join(empty)}",
                    field=f"weighing.{empty[0]}",
                )
        if measure in LIGHT:
            return
        if self.track is Track.EXCLUSION and weighing is None:
            raise Rejected(
                f"where somebody is excluded or replaced by law, say each side of it: {IN_WORDS}",
                field="weighing",
            )
        if weighing is None and len(text.strip()) < SHORTEST:
            raise Rejected(
                f"say why this is proportionate: {IN_WORDS}",
                field="proportionality",
            )

    @property
    def binds(self) -> bool:
        """A mandatory ground stands, and nothing was decided that acts on it or lets it be."""
        clean = self.cleaning is not None and self.cleaning.enough
        decided = any(d.in_force and d.consequence not in LET_IT_BE for d in self.decisions)
        return (
            self.track is Track.EXCLUSION
            and self.mandatory
            and self.established
            and not clean
            and not decided
        )

    def must_not_pass_over(self, way_out: str) -> None:
        """Raise `Rejected` where a case would end although the law wants something to follow."""
        if self.binds and way_out != "ground_gone":
            raise Rejected(
                "this ground is mandatory and stands: decide on it, weigh self-cleaning, or decide "
                "a derogation in the public's interest (Directive 2014/24/EU Art 57(3)). Where the "
                "ground is gone, say so as the way out: ground_gone",
                field="way_out",
            )
