"""The gates before one-time links: for each link, and for whoever tries links in vain."""

import time
from collections.abc import Callable

from shared.gate import Gate


class Gates:
    """`link` for each link, `stranger` for each address from which links are tried in vain."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self.link = Gate(30, 60, now=now)
        self.stranger = Gate(10, 600, now=now)
