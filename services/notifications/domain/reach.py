"""Whether mail to somebody who works here arrives."""

from datetime import datetime
from typing import ClassVar

from shared.domain import Aggregate
from shared.events.base import Need
from shared.events.notifications import ChannelFailed, ChannelRestored


def reach_id(subject: str) -> str:
    return f"reach-{subject}"


class Reach(Aggregate):
    """`fails` is the address from which mail came back."""

    indexes: ClassVar[tuple[str, ...]] = ("failing",)

    subject: str
    failing: bool = False
    fails: str = ""

    @property
    def _need(self) -> str:
        return f"mend-address/{self.subject}"

    def fail(self, address: str, problem: str, buyer_id: str, due: datetime) -> None:
        """Said once for each address; an administrator is asked for another."""
        if self.failing and self.fails == address:
            return
        self.failing, self.fails = True, address
        self.announce(
            ChannelFailed(
                subject=self.subject,
                channel="mail",
                problem=problem,
                need=Need(
                    id=self._need,
                    kind="mend-address",
                    role="admin",
                    buyer_id=buyer_id,
                    due=due,
                    about=self.subject,
                ),
            )
        )

    def restore(self) -> None:
        self.failing, self.fails = False, ""
        self.announce(ChannelRestored(subject=self.subject, channel="mail", settles=(self._need,)))
