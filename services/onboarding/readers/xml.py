"""Opens XML files that strangers sent; what cannot be opened safely is not understood."""

from shared import hostile
from shared.hostile import Element, children, first, local, text

from .reading import NotUnderstood

__all__ = ["Element", "children", "first", "local", "open_xml", "text"]


def open_xml(data: bytes) -> Element:
    """The root of a file. Raises `NotUnderstood`."""
    try:
        return hostile.open_xml(data)
    except hostile.Damaged as damaged:
        raise NotUnderstood(damaged.reason) from damaged
