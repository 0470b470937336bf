"""Readers of the official lists: from the bytes of a file to typed entries."""

from services.screening.lists.reading import ListFile, UnreadableList, read_list

__all__ = ["ListFile", "UnreadableList", "read_list"]
