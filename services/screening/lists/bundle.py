"""Several files of one list, packed as one: what is loaded, hashed and kept is one file.

A bundle is a ZIP archive that is always the same for the same files. What is unpacked has limits,
so that a small file cannot become a large one in memory, and nothing is written to a disk.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from services.screening.lists.records import UnreadableList

MOST_FILES = 8
LARGEST = 200_000_000
"""Bytes of all files of a bundle together."""
BEGINNING = (1980, 1, 1, 0, 0, 0)
PIECE = 1 << 20
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError),
    *(ValueError, IndexError, struct.error),  # a directory of the archive that contradicts itself
)


def is_bundle(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def pack(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            archive.writestr(_info(name), files[name])
    return made.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, BEGINNING)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def unpack(data: bytes) -> dict[str, bytes]:
    """The files by their names in small letters, without folders."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MOST_FILES:
                raise UnreadableList(f"the archive holds more than {MOST_FILES} files")
            left, files = LARGEST, dict[str, bytes]()
            for info in infos:
                files[_name(info)] = content = _content(archive, info, left)
                left -= len(content)
    except DAMAGED as error:
        raise UnreadableList(f"the archive breaks off or is damaged: {error}") from error
    if not files:
        raise UnreadableList("the archive is empty")
    return files


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").rpartition("/")[2].lower()


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Counted while it is unpacked: what the archive says of its sizes may be a lie."""
    pieces, length = [], 0
    with archive.open(info) as file:
        while piece := file.read(PIECE):
            length += len(piece)
            if length > most:
                raise UnreadableList(f"the archive unpacks to more than {LARGEST} bytes")
            pieces.append(piece)
    return b"".join(pieces)
