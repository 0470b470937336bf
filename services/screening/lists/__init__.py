"""Readers of the official lists: from the bytes of a file to typed entries."""

from services.screening.lists.reading import (
    ListFile,
    UnreadableList,
    read_all,
    read_any,
    read_list,
)

__all__ = ["ListFile", "UnreadableList", "read_all", "read_any", "read_list"]
