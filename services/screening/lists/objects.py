"""JSON documents and JSON lines, read safely: depth, length and encoding have limits."""

import json
from collections.abc import Iterator
from typing import Any

from services.screening.lists.records import UnreadableList

LARGEST_DOCUMENT = 50_000_000
"""Bytes of one JSON document; the World Bank's has some 2 MB. JSON lines have no such limit."""
LONGEST_LINE = 5_000_000
LONGEST_TEXT = 100_000
"""Characters of one value that is read."""

Object = dict[str, Any]


def document(data: bytes) -> Any:
    if not data.strip():
        raise UnreadableList("the file is empty")
    if len(data) > LARGEST_DOCUMENT:
        raise UnreadableList(f"the file has more than {LARGEST_DOCUMENT} bytes")
    return _json(data, "the file")


def lines(data: bytes) -> Iterator[tuple[int, Object]]:
    """The object on each line, with the number of the line."""
    if not data.strip():
        raise UnreadableList("the file is empty")
    start, number, length = 0, 0, len(data)
    while start < length:
        end = data.find(b"\n", start)
        end = length if end < 0 else end
        number += 1
        if end - start > LONGEST_LINE:
            raise UnreadableList(f"line {number} has more than {LONGEST_LINE} bytes")
        if line := data[start:end].strip():
            found = _json(line, f"line {number}")
            if not isinstance(found, dict):
                raise UnreadableList(f"line {number} is no object")
            yield number, found
        start = end + 1


def _json(data: bytes, what: str) -> Any:
    try:
        said = json.loads(data)
        json.dumps(said, ensure_ascii=False).encode()  # JSON may escape half a character
        return said
    except UnicodeEncodeError as error:
        raise UnreadableList(f"{what} holds half a character (U+D800 to U+DFFF)") from error
    except RecursionError as error:
        raise UnreadableList(f"{what} is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise UnreadableList(f"{what} is not UTF-8") from error
    except ValueError as error:
        raise UnreadableList(f"{what} breaks off or is no JSON: {error}") from error


def text(value: Any) -> str:
    """Of anything that is one value, without needless blanks; of lists and objects nothing."""
    if not isinstance(value, str | int | float):
        return ""
    said = " ".join(str(value).split())
    if len(said) > LONGEST_TEXT:
        raise UnreadableList(f"a value has more than {LONGEST_TEXT} characters: {said[:40]!r}…")
    return said
