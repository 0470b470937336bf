"""On which lists a thing stands, and where: what a page of a list asks for by one index.

A shelf is a list as one buyer's people see it, `open/dk-cvr-29190623`, or all of it, `open`, for
those who act for every buyer. A thing's `rank` is its place on its shelves: a text that sorts.
Some things are marks of their shelves, `open/dk-cvr-29190623#1`: by them a page is found.
"""

from collections.abc import Iterable

from shared.steps import with_marks

SHELF_RANK = "shelves rank"
"""The index by which a database reads a page of a shelf in its order."""

TOP = 9


def on_shelves(id: str, lists: Iterable[str], buyers: Iterable[str]) -> tuple[str, ...]:
    """The shelves of something that stands on these lists and concerns these buyers."""
    return with_marks(of_lists(lists, buyers), id)


def of_lists(lists: Iterable[str], buyers: Iterable[str]) -> tuple[str, ...]:
    """Each list as all see it, and as each of these buyers does."""
    known = tuple(filter(None, buyers))
    return tuple(
        shelf for name in lists for shelf in (name, *(f"{name}/{buyer}" for buyer in known))
    )
