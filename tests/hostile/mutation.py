"""Makes hostile files out of good ones: bytes, parts of archives, values of JSON, lines."""

import copy
import io
import json
import random
import zipfile
from typing import Any

TOKENS = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"-1",
    b"0",
    b"NaN",
    b"Infinity",
    b"1e999",
    b"9" * 40,
    b"9" * 5_000,
    b"\xf0\x9f\x92\xa9",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"../../../etc/passwd",
    b"=HYPERLINK(1)",
    b"<script>",
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&#0;",
    b"%s%n",
    b"${jndi:ldap://x}",
    b'{"$gt":""}',
    b"\r\n",
    b"\r\n\r\n",
    b'"',
    b"'",
    b";",
    b",",
    b"2026-02-30",
    b"0000-00-00",
    b"99999-12-31",
    b"\xc2\xa0",
    b"\xe2\x80\xae",
    b"a" * 3_000,
    b"(" * 400,
    b"[" * 2_000,
    b"<a>" * 500,
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    float("nan"),
    "",
    "\x00",
    "\ud800",
    "a" * 5_000,
    "9" * 5_000,
    "2026-02-30",
    [],
    {},
    [[[]]],
    {"$gt": ""},
    [None] * 200,
    "=1+1",
)


class Mutation:
    """The same seed makes the same files in the same order."""

    def __init__(self, seeds: list[bytes], seed: int) -> None:
        self.seeds = seeds
        self.random = random.Random(seed)

    def next(self) -> bytes:
        data = self.random.choice(self.seeds)
        ways = [self._bytes, self._bytes, self._splice]
        if data[:2] == b"PK":
            ways += [self._zip] * 6
        elif data[:1] in b"[{":
            ways += [self._json] * 4
        elif b"<" in data[:200]:
            ways += [self._markup] * 4
        else:
            ways += [self._lines] * 3
        return self.random.choice(ways)(data)

    def _bytes(self, data: bytes) -> bytes:
        out = bytearray(data)
        for _ in range(self.random.choice((1, 1, 2, 4, 12))):
            at = self.random.randrange(len(out) + 1)
            match self.random.randrange(6):
                case 0:
                    out[at : at + 1] = bytes([self.random.randrange(256)])
                case 1:
                    del out[at : at + self.random.randrange(1, 400)]
                case 2:
                    out[at:at] = self.random.choice(TOKENS)
                case 3:
                    out[at : at + 8] = self.random.randbytes(8)
                case 4:
                    out[at:at] = out[at : at + self.random.randrange(1, 300)] * 3
                case _:
                    del out[at:]
        return bytes(out)

    def _splice(self, data: bytes) -> bytes:
        other = self.random.choice(self.seeds)
        return (
            data[: self.random.randrange(len(data) + 1)]
            + other[self.random.randrange(len(other) + 1) :]
        )

    def _lines(self, data: bytes) -> bytes:
        mark = self.random.choice((b"\n", b";", b",", b" ", b":"))
        parts = data.split(mark)
        at = self.random.randrange(len(parts))
        match self.random.randrange(4):
            case 0:
                parts[at] = self.random.choice(TOKENS)
            case 1:
                del parts[at]
            case 2:
                parts.insert(at, self.random.choice(parts))
            case _:
                parts[at : at + 1] = [parts[at]] * self.random.choice((2, 50, 1_000))
        return mark.join(parts)[:500_000]

    def _markup(self, data: bytes) -> bytes:
        """Exchange what stands between two marks: a value, a name of a tag, an attribute."""
        out = data
        for _ in range(self.random.choice((1, 2, 5))):
            at = out.find(self.random.choice((b">", b'"', b"<")), self.random.randrange(len(out)))
            if at < 0:
                continue
            end = min((e for m in (b"<", b'"', b">") if (e := out.find(m, at + 1)) > 0), default=-1)
            if end > 0:
                out = (
                    out[: at + 1] + self.random.choice((*TOKENS, out[at + 1 : end] * 2)) + out[end:]
                )
        return out

    def _json(self, data: bytes) -> bytes:
        try:
            values = json.loads(data)
        except ValueError:
            return self._bytes(data)
        for _ in range(self.random.choice((1, 1, 3))):
            self._change(values)
        return json.dumps(values).encode()

    def _change(self, values: Any) -> None:
        """Walk down to a random place and put something else there."""
        while isinstance(values, dict | list) and values:
            key = self.random.choice(
                list(values) if isinstance(values, dict) else range(len(values))
            )
            below = values[key]
            if isinstance(below, dict | list) and below and self.random.random() < 0.85:
                values = below
                continue
            match self.random.randrange(3):
                case 0:
                    values[key] = copy.deepcopy(self.random.choice(VALUES))
                case 1:
                    del values[key]
                case _ if isinstance(below, str):
                    values[key] = self.random.choice(TOKENS).decode("utf-8", "replace") + below
                case _:
                    values[key] = [below]
            return

    def _zip(self, data: bytes) -> bytes:
        """Change a part, its name or its number within an archive that stays whole."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                parts = [(info.filename, packed.read(info)) for info in packed.infolist()]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError):
            return self._bytes(data)
        if not parts:
            return self._bytes(data)
        at = self.random.randrange(len(parts))
        name, inner = parts[at]
        match self.random.randrange(8):
            case 0:
                del parts[at]
            case 1:
                parts[at] = (
                    self.random.choice(("../x", "/etc/passwd", "a\x00b", "", "x" * 500)),
                    inner,
                )
            case 2:
                parts.append(parts[at])
            case _:
                change = self._markup if b"<" in inner[:200] else self._bytes
                parts[at] = (name, change(inner) if inner else b"x")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, inner in parts:
                packed.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode()), inner)
        return out.getvalue()
