"""Writes compound files (MS-CFB, version 3), so that tests have Outlook messages of their own."""

import struct
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF

Tree = dict[str, "Tree | bytes"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    start: int = END
    left: int = NONE
    right: int = NONE
    child: int = NONE
    below: list[int] = field(default_factory=list)

    def packed(self, size: int) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(name), self.kind, 1, self.left, self.right, self.child)
            + b"\0" * 36
            + struct.pack("<IQ", self.start, size)
        )


def compound(tree: Tree) -> bytes:
    """A compound file with these storages and streams."""
    entries = [_Entry("Root Entry", 5)]
    _add(tree, 0, entries)
    mini, minifat = b"", []
    sectors: list[bytes] = []
    fat: list[int] = []

    def place(data: bytes) -> int:
        pieces = [data[n : n + SECTOR].ljust(SECTOR, b"\0") for n in range(0, len(data), SECTOR)]
        if not pieces:
            return END
        start = len(sectors)
        sectors.extend(pieces)
        fat.extend([*range(start + 1, start + len(pieces)), END])
        return start

    for entry in entries[1:]:
        if entry.kind != 2 or not entry.data:
            continue
        if len(entry.data) >= CUTOFF:
            entry.start = place(entry.data)
            continue
        count = -(-len(entry.data) // MINI)
        entry.start = len(mini) // MINI
        minifat += [*range(entry.start + 1, entry.start + count), END]
        mini += entry.data.ljust(count * MINI, b"\0")
    entries[0].start = place(mini)
    first_minifat = place(struct.pack(f"<{len(minifat)}I", *minifat)) if minifat else END
    sizes = [len(mini), *(len(entry.data) for entry in entries[1:])]
    directory = b"".join(e.packed(size) for e, size in zip(entries, sizes, strict=True))
    first_directory = place(directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0"))
    fats = 1
    while (len(sectors) + fats) > fats * SECTOR // 4:
        fats += 1
    first_fat = len(sectors)
    fat += [FAT_SECTOR] * fats
    fat += [FREE] * (fats * SECTOR // 4 - len(fat))
    table = struct.pack(f"<{len(fat)}I", *fat)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fats,
        first_directory,
        0,
        CUTOFF,
        first_minifat,
        -(-len(minifat) * 4 // SECTOR),
        END,
        0,
        first_fat,
    )
    places = [*range(first_fat, first_fat + fats)]
    header = header[:76] + struct.pack("<109I", *places, *[FREE] * (109 - fats))
    return header + b"".join(sectors) + table


def _add(tree: Tree, parent: int, entries: list[_Entry]) -> None:
    """Siblings as a list that leans to the right: a search tree all the same, by name."""
    last = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        value = tree[name]
        number = len(entries)
        entries.append(_Entry(name, 1 if isinstance(value, dict) else 2))
        if last is None:
            entries[parent].child = number
        else:
            entries[last].right = number
        last = number
        if isinstance(value, dict):
            _add(value, number, entries)
        else:
            entries[number].data = value


def outlook(files: dict[str, "bytes | Tree"], subject: str = "Dokumenter") -> bytes:
    """An Outlook message with files attached; one that is a tree is a message within it."""
    return compound(message(files, subject))


def message(files: dict[str, "bytes | Tree"], subject: str = "Dokumenter") -> Tree:
    tree: Tree = {
        "__properties_version1.0": b"\0" * 32,
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
    }
    for nth, (name, data) in enumerate(files.items()):
        attached: Tree = {
            "__properties_version1.0": b"\0" * 8,
            "__substg1.0_3707001F": name.encode("utf-16-le"),
        }
        if isinstance(data, dict):
            attached["__substg1.0_3701000D"] = data
        else:
            attached["__substg1.0_37010102"] = data
        tree[f"__attach_version1.0_#{nth:08X}"] = attached
    return tree
