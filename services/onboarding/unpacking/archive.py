"""Opens ZIP archives that strangers sent: what their directory claims is checked, then measured."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from .parts import LARGEST_PART, MOST_PARTS, MOST_UNPACKED, Budget, NotOpened, Part, plain_name

MOST_RATIO = 200
"""Text is packed to a tenth; a bomb to a thousandth."""

SMALL = 10_000
"""Bytes below which an archive is not judged by how tightly it is packed."""

DIRECTORY_ENTRY = 46 + 512
"""Bytes of one entry of the directory with its name (APPNOTE 4.3.12)."""

END = struct.Struct("<4s4H2IH")
"""The end of the directory (APPNOTE 4.3.16): signature, disks, counts, size, place, comment."""

LOCKED = 0x1
"""The flag of an entry that is encrypted."""

CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

DAMAGED = "the archive is damaged or cut off: it does not open"


def open_archive(data: bytes, budget: Budget) -> Iterator[Part]:
    """The files of an archive. Raises `NotOpened`, before the first file where it can."""
    _look_at_end(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            _look_at(entries, len(data))
            for entry in entries:
                if any(part in entry.filename for part in CLUTTER):
                    continue
                yield Part(plain_name(entry.filename), _unpack(archive, entry, budget))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        IndexError,  # an extra field that is shorter than it says
        struct.error,
        OSError,  # also a seek to a place before the file
    ) as error:
        raise NotOpened(DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise NotOpened("the archive is packed in a way that we do not open") from error


def _look_at_end(data: bytes) -> None:
    """How large the directory is, before a library builds an object of each of its entries."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or place + END.size > len(data):
        raise NotOpened(DAMAGED)
    _, _, _, _, count, size, _, _ = END.unpack_from(data, place)
    if count > MOST_PARTS or size > MOST_PARTS * DIRECTORY_ENTRY:
        raise NotOpened(f"the archive holds more than {MOST_PARTS} parts")


def _look_at(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """What the directory claims."""
    for entry in entries:
        if leads_out(entry.orig_filename):
            raise NotOpened("the archive names a path that leads out of it: it is made to do harm")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise NotOpened("the archive holds a link to another file: it is made to do harm")
        if entry.flag_bits & LOCKED:
            raise NotOpened("the archive is locked with a password")
    if len(entries) > MOST_PARTS:
        raise NotOpened(f"the archive holds more than {MOST_PARTS} parts")
    if sum(entry.compress_size for entry in entries) > packed:
        raise NotOpened("parts of the archive lie over each other: it is made to do harm")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, SMALL):
        raise NotOpened(f"the archive would unpack to {unpacked} bytes: it is made to do harm")


def leads_out(name: str) -> bool:
    """Whether a name would be written elsewhere than below the folder it is unpacked in."""
    steps = name.replace("\\", "/").split("/")
    return steps[0] == "" or ".." in steps or steps[0].endswith(":")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> bytes:
    """No further than the part claims to go, whatever its data say."""
    if entry.file_size > LARGEST_PART:
        raise NotOpened(f"{plain_name(entry.filename)} in the archive is too large")
    with archive.open(entry) as opened:
        data = opened.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise NotOpened("the archive unpacks to more than it says")
    budget.spend(len(data))
    return data
