"""The business clock: real time plus an offset that all processes of a system share.

Deadlines, dates of decisions and everything else that the rules speak of follow this clock.
Tokens, signatures, leases and back-off follow real time and never come here. Only the embedded
mode names a file for the offset, so that a demonstration can live through weeks in a minute;
everywhere else the business clock is real time.
"""

import fcntl
import json
import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

LOOK_EVERY = 0.05
"""Seconds for which an offset is believed before the file is looked at again."""

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
UNITS["w"] = timedelta(weeks=1)
DURATION = re.compile(r"([0-9]{1,6})\s*(min|h|d|w)")
FURTHEST = timedelta(days=36_500)


class CannotMove(Exception):
    """The clock cannot be set so; the message says why."""


def parse_duration(text: str) -> timedelta:
    """`10d`, `36h`, `2w` or `90min`, as said on the command line."""
    match = DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(
            f"{text!r} is no duration: write a whole number and h, d, w or min, such as 10d or 36h"
        )
    duration = int(match[1]) * UNITS[match[2]]
    if duration > FURTHEST:
        raise ValueError(f"{text!r} is further than the clock goes, which is {FURTHEST.days}d")
    return duration


class Clock:
    """Tells the business time. Without a file it is real time and cannot be moved."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._offset = timedelta(0)
        self._looked = float("-inf")
        self._seen: tuple[int, int] | None = None

    def now(self) -> datetime:
        """The business time, in UTC."""
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        if self.file is not None and time.monotonic() - self._looked >= LOOK_EVERY:
            self._look(self.file)
        return self._offset

    def advance(self, by: timedelta) -> datetime:
        """Move the clock of all processes forward, and return the new business time."""
        if self.file is None:
            raise CannotMove(
                "the business clock is real time here; it can be moved only in the embedded mode, "
                "where `ansvar up` sets ANSVAR_CLOCK_FILE"
            )
        if by < timedelta(0):
            raise CannotMove("the business clock never goes backwards")
        with _alone(self.file):
            self._look(self.file)
            if self._offset + by > FURTHEST:
                raise CannotMove(f"the business clock goes at most {FURTHEST.days} days ahead")
            self._write(self.file, self._offset + by)
            self._look(self.file)
        return self.now()

    def _look(self, file: Path) -> None:
        self._looked = time.monotonic()
        try:
            found = file.stat()
        except FileNotFoundError:
            self._seen, self._offset = None, timedelta(0)
            return
        # Every write is a new file, so two writes within one tick of the mtime still differ.
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            self._offset = _read(file)
            self._seen = seen

    @staticmethod
    def _write(file: Path, offset: timedelta) -> None:
        writing = file.with_name(f"{file.name}.{os.getpid()}.part")
        with writing.open("w") as out:
            json.dump({"offset_seconds": offset.total_seconds()}, out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(writing, file)


def _read(file: Path) -> timedelta:
    try:
        return timedelta(seconds=float(json.loads(file.read_text())["offset_seconds"]))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ValueError(
            f"the clock file {file} is damaged: it should hold an offset in seconds; "
            "remove it to return to real time"
        ) from error


class _alone:
    """Only one process at a time adds to the offset, so that no step is lost."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(f"{file.name}.lock")

    def __enter__(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = self._path.open("a")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._lock.close()
