"""Folders on this machine that can be made again at any time: held while used, thrown away after.

Whoever uses a folder holds a lock on it, which the system lets go when the process ends, however
it ends. What is mapped into memory stays there when its folder is gone.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BEING_MADE = 60.0
"""Seconds in which a new folder may not be held yet."""


def hold(folder: Path) -> int:
    """Hold a folder with any others that use it, until the process ends or closes what this is."""
    held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def is_held(folder: Path) -> bool:
    """Whether a process on this machine uses a folder now."""
    door = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(door)
    return False


def throw_away_unused(home: Path, older_than: float) -> list[str]:
    """Remove the folders in a folder that nobody holds and nobody used for so many seconds.

    Returns their names. What another process removes at the same moment is passed over.
    """
    oldest, gone = time.time() - older_than, []
    for folder in sorted(home.iterdir()) if home.is_dir() else ():
        try:
            if folder.is_dir() and folder.stat().st_mtime < oldest and not is_held(folder):
                shutil.rmtree(folder)
                gone.append(folder.name)
        except OSError:
            continue
    return gone


@contextmanager
def private_folder(place: Path) -> Iterator[Path]:
    """A folder that only this user may look into, for as long as this lasts.

    One that a killed process left is thrown away when the next is made.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    throw_away_unused(place, BEING_MADE)
    folder = Path(tempfile.mkdtemp(prefix="making-", dir=place))
    held = hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)
