"""The process in which documents are opened: `python -m services.onboarding.reading_desk`.

It takes length and bytes on its input and gives length and JSON on its output, until the input
ends; that also happens when the service that started it dies.
"""

import os
import resource
import sys
import traceback
from typing import BinaryIO

import orjson

from services.onboarding.readers import NotUnderstood, read_document
from services.onboarding.reading_room import MOST_MEMORY, NUMBER, READY


def answer(data: bytes) -> dict[str, object]:
    """What the document says, or why it was not understood."""
    try:
        return {"reading": read_document(data).model_dump(mode="json")}
    except NotUnderstood as why:
        return {"reason": why.reason}
    except MemoryError:
        return {"reason": "it takes more memory to open than any document may"}
    except RecursionError:
        return {"reason": "it is nested deeper than any document may be"}
    except Exception as error:
        # A defect of a reader: a person gets the document, and the log of the service the place.
        return {"reason": "our reader broke down on it", "defect": where(error)}


def where(error: Exception) -> str:
    """The kind and place of an error, without its text: that may quote the document."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} at {place}"


def serve(source: BinaryIO, back: BinaryIO) -> None:
    back.write(READY)
    back.flush()
    while size := source.read(NUMBER):
        text = orjson.dumps(answer(source.read(int.from_bytes(size))))
        back.write(len(text).to_bytes(NUMBER) + text)
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
