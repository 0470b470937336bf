"""How often somebody without an account may come: a bucket of tries that fills with time.

Each process counts for itself, in real time: with several replicas the limits are as many times
higher, which still keeps a disk from filling and a token from being guessed.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from shared.problems import Problematic, problem

MOST_KNOWN = 10_000
"""Buckets kept; the one unused longest is forgotten first, and was full by then."""


class Gate:
    """Lets `most` through at once and `most` in each `seconds`, for each name."""

    def __init__(
        self, most: int, seconds: float, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rate, self._now = most, most / seconds, now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def pass_through(self, name: str) -> None:
        """Count one try. Raises the problem 429 with the seconds after which the next is let in."""
        self.must_have_room(name)
        self.count(name)

    def must_have_room(self, name: str) -> None:
        """Raises as `pass_through` does, and counts nothing."""
        left = self._left(name)
        if left < 1:
            wait = math.ceil((1 - left) / self._rate)
            raise Problematic(
                problem(
                    429,
                    "too-often",
                    f"this was tried too often; try again in {wait} seconds",
                    title="Too often",
                ),
                {"Retry-After": str(wait)},
            )

    def count(self, name: str) -> None:
        """Count one try, let in or not."""
        self._buckets[name] = (max(0.0, self._left(name) - 1), self._now())
        self._buckets.move_to_end(name)
        while len(self._buckets) > MOST_KNOWN:
            self._buckets.popitem(last=False)

    def _left(self, name: str) -> float:
        left, at = self._buckets.get(name, (float(self._most), self._now()))
        return min(float(self._most), left + (self._now() - at) * self._rate)
