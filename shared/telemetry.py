"""What a running system tells about itself: a log of sentences with fields, and figures.

A log line is one JSON object: a plain sentence (`message`), the service and the story that it
belongs to, and the fields that the sentence is about (`log.info("audit closed", extra={...})`).
National numbers of persons and anything that opens a door are masked before they are written.
The figures are in `shared.figures`.
"""

import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from shared.figures import Instruments, Metrics
from shared.persons import without_person_numbers

__all__ = ["Instruments", "Metrics", "correlation", "masked", "service", "start_logging"]

service: ContextVar[str] = ContextVar("service", default="")
"""The service that speaks; several may live in one process."""

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""The story that is being told; see `correlationid` of the facts."""

MASK = "[masked]"

DOOR_OPENERS = re.compile(
    r"(?i:\b(bearer|basic)\s+)[\w.~+/=-]+"  # an Authorization header
    r"|\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"  # a token by itself
    r"|\blink\.[\w-]+\.[\w-]{43}"  # a one-time link, see shared.links
    r"|\bwhsec_[\w+/=-]+"  # the secret of a webhook
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"  # user and password in an address, such as the database's
)

SECRET_FIELDS = re.compile(
    r"(?i)(^|_)(authorization|password|secret|token|cookie|cpr|personnummer|api_?key)($|_)"
)

OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

LIBRARIES = (
    "aiokafka",
    "faststream",
    "httpx",
    "httpcore",
    "pymongo",
    "uvicorn.access",
    "watchfiles",
)
"""Talkative at `info`; their warnings are kept."""


def masked(text: str) -> str:
    """The text without national numbers of persons and without anything that opens a door."""
    text = DOOR_OPENERS.sub(lambda m: f"{m[1]} {MASK}" if m[1] else MASK, text)
    return without_person_numbers(text, MASK)


def _masked_value(value: Any, name: str = "") -> Any:
    if SECRET_FIELDS.search(name) and value:
        return MASK
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, bytes):
        return masked(value.decode("utf-8", "replace"))
    if isinstance(value, dict):
        return {masked(str(key)): _masked_value(below, str(key)) for key, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked_value(below) for below in value]
    if value is None or isinstance(value, bool | int | float | datetime):
        return value  # numbers are amounts and counts; national numbers are always text here
    return masked(str(value))


class Masking(logging.Filter):
    """Masks message and fields of every line, whoever wrote it, also a library."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), None
        for name in vars(record).keys() - OWN_FIELDS:
            setattr(record, name, _masked_value(getattr(record, name), name))
        return True


class Lines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": service.get(),
            "message": record.getMessage(),
        }
        if story := correlation.get():
            line["correlation"] = story
        line["logger"] = record.name
        for name in sorted(vars(record).keys() - OWN_FIELDS):
            line.setdefault(name, getattr(record, name))
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def start_logging(name: str, level: str = "INFO", out: TextIO | None = None) -> None:
    """Send everything that this process logs to `out` (standard error), as JSON lines.

    `name` is the service that speaks where nothing else is said.
    """
    service.set(name)
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(Lines())
    handler.addFilter(Masking())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
