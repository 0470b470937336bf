"""For how long what is personal in something is kept once it is over, and what stops its end."""

from datetime import date

from shared.events.base import Said


class Kept(Said):
    """It is erased on `erase_on` by itself, but while somebody holds it back (such as for a court:
    GDPR Art 17(3)(e)), and where the law wants one not before a decision is recorded.

    `tell_on`: when a person is told that it is soon erased; none for what was over before December
    2026. `told`: that was said.
    """

    rule: str
    erase_on: date
    needs_decision: bool
    held: str = ""
    decision: str = ""
    tell_on: date | None = None
    told: bool = False
    erased: bool = False

    @property
    def waits(self) -> str:
        """Why it is not erased on its day: `held`, `undecided`, or nothing."""
        if self.held:
            return "held"
        return "undecided" if self.needs_decision and not self.decision else ""
