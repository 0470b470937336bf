"""XML files of many records, read as a stream, safe with hostile input.

A document type declaration is refused before anything in it can act: without one there are no
entities to expand and nothing to fetch. Depth, parts and length of a record have limits, so that
no file takes more memory than its entries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

PIECE = 256 * 1024
DEEPEST = 30
MOST_PARTS = 20_000
"""Elements in one record. The largest real ones have a few hundred."""
LONGEST_TEXT = 1_000_000


class UnreadableList(Exception):
    """The file is not what it should be; the reason says why, in words for a person."""


@dataclass(slots=True)
class Part:
    """One element of a record."""

    tag: str
    attributes: dict[str, str]
    parts: list["Part"] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> Iterator["Part"]:
        return (part for part in self.parts if part.tag == tag)

    def one(self, tag: str) -> "Part | None":
        return next(self.all(tag), None)

    def text_of(self, *tags: str) -> str:
        """The text of the first element along this path, without the blanks around it."""
        at: Part | None = self
        for tag in tags:
            at = at.one(tag) if at else None
        return at.text.strip() if at else ""

    def everywhere(self, tag: str) -> Iterator["Part"]:
        """All elements of this tag within, however deep."""
        for part in self.parts:
            if part.tag == tag:
                yield part
            yield from part.everywhere(tag)

    def texts(self, tag: str) -> Iterator[str]:
        """What the elements of this tag within say, where they say anything."""
        return (said for part in self.everywhere(tag) if (said := part.text.strip()))

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()


class Records:
    """Walks over a file and hands out each record, an element of one of the given tags.

    `root` is what the root element must be called, in the form `namespace tag` where it has a
    namespace that matters; tags below are handed out without it. `*` stands for any namespace:
    the United States have changed theirs with their web site.
    """

    def __init__(self, root: str, tags: frozenset[str], take: Callable[[Part], None]) -> None:
        self.root: Part | None = None
        self._wanted, self._tags, self._take = root, tags, take
        self._open: list[Part] = []
        self._depth = 0
        self._parts = 0
        self._length = 0
        self._said: list[str] = []

    def read(self, data: bytes) -> None:
        if not data or data.isspace():
            raise UnreadableList("the file is empty")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        view = memoryview(data)
        try:
            for start in range(0, len(data), PIECE):
                parser.Parse(bytes(view[start : start + PIECE]), False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise UnreadableList(self._in_words(error)) from error
        except (LookupError, ValueError) as error:  # of encodings that Python does not know
            raise UnreadableList("the file is not XML in an encoding that is known") from error

    def _in_words(self, error: expat.ExpatError) -> str:
        what = expat.errors.messages[error.code]
        where = f"line {error.lineno}, column {error.offset + 1}"
        if self.root is None:
            return f"the file is not XML: {what} ({where})"
        return f"the file breaks off or is damaged at {where}: {what}"

    def _doctype(self, *_: object) -> None:
        raise UnreadableList("the file declares a document type, which no official list does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableList(f"elements lie more than {DEEPEST} deep in each other")
        tag = name.rsplit(" ", 1)[-1]
        if self.root is None:
            if not self._is_root(name, tag):
                wanted = self._wanted.rsplit(" ", 1)[-1]
                raise UnreadableList(f"the root element is {tag!r:.80}, not {wanted!r}")
            self.root = Part(tag, attributes)
        elif self._open:
            self._parts += 1
            if self._parts > MOST_PARTS:
                raise UnreadableList(f"a record has more than {MOST_PARTS} parts")
            part = Part(tag, attributes)
            self._close_text()
            self._open[-1].parts.append(part)
            self._open.append(part)
        elif tag in self._tags:
            self._parts = self._length = 0
            self._open = [Part(tag, attributes)]

    def _is_root(self, name: str, tag: str) -> bool:
        return name == self._wanted or self._wanted == f"* {tag}"

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._open:
            self._close_text()
            part = self._open.pop()
            if not self._open:
                self._take(part)

    def _characters(self, text: str) -> None:
        if self._open:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise UnreadableList(f"a record has more than {LONGEST_TEXT} characters of text")
            self._said.append(text)

    def _close_text(self) -> None:
        if self._said:
            self._open[-1].text += "".join(self._said)
            self._said.clear()
