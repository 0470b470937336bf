"""Lets one service hear facts again that another announced before, as they were."""

from collections.abc import Iterable, Iterator
from itertools import islice

from shared.administration.line import Parcel, send_in_order

AT_ONCE = 500  # messages awaited together


def replay(url: str, service: str, entries: Iterable[Parcel]) -> int:
    """Send the entries to `<service>.replay` in their order; how many it were.

    Their ids are unchanged: what the service already handled it skips.
    """
    count = 0
    for part in in_parts(entries, AT_ONCE):
        send_in_order(url, f"{service}.replay", part)
        count += len(part)
    return count


def in_parts(entries: Iterable[Parcel], size: int) -> Iterator[list[Parcel]]:
    remaining = iter(entries)
    while part := list(islice(remaining, size)):
        yield part
