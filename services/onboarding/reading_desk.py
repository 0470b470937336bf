"""The process in which documents are opened: `python -m services.onboarding.reading_desk`.

It takes a task and a file on its input and gives an answer and perhaps a file on its output, each
with its length before it, until the input ends; that also happens when the service that started it
dies.
"""

import os
import resource
import sys
import traceback
from typing import Any, BinaryIO

import orjson

from services.onboarding.readers import NotUnderstood, read_document
from services.onboarding.readers.pictures import page_count, picture_of, redacted
from services.onboarding.readers.reading import Region
from services.onboarding.reading_room import MOST_MEMORY, NUMBER, READY

Answer = tuple[dict[str, object], bytes]


def answer(task: dict[str, Any], data: bytes) -> Answer:
    """What the document says or looks like, or why it was not understood."""
    try:
        return _do(task, data)
    except NotUnderstood as why:
        return {"reason": why.reason}, b""
    except MemoryError:
        return {"reason": "it takes more memory to open than any document may"}, b""
    except RecursionError:
        return {"reason": "it is nested deeper than any document may be"}, b""
    except Exception as error:
        # A defect of a reader: a person gets the document, and the log of the service the place.
        return {"reason": "our reader broke down on it", "defect": where(error)}, b""


def _do(task: dict[str, Any], data: bytes) -> Answer:
    match task["do"]:
        case "picture":
            return {}, picture_of(data, task["page"])
        case "count":
            return {"pages": page_count(data)}, b""
        case "redact":
            regions = tuple(Region.model_validate(one) for one in task["regions"])
            return {}, redacted(data, regions)
        case _:
            return {"reading": read_document(data).model_dump(mode="json")}, b""


def where(error: Exception) -> str:
    """The kind and place of an error, without its text: that may quote the document."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} at {place}"


def serve(source: BinaryIO, back: BinaryIO) -> None:
    back.write(READY)
    back.flush()
    while size := source.read(NUMBER):
        task = orjson.loads(source.read(int.from_bytes(size)))
        data = source.read(int.from_bytes(source.read(NUMBER)))
        said, file = answer(task, data)
        text = orjson.dumps(said)
        back.write(len(text).to_bytes(NUMBER) + text + len(file).to_bytes(NUMBER) + file)
        back.flush()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    back = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not get between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, back)


if __name__ == "__main__":
    main()
