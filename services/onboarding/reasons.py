"""Why a file waits or was refused, as codes that can be said in the sender's language.

Readers and scanners speak to the officer in whole sentences. What a sender must know is coarser:
what to do differently. The codes stand in `[file]` of the words of notifications.
"""

import re

CODES: tuple[tuple[str, str], ...] = (
    ("virus", r"virus scanner found"),
    ("waiting", r"virus scanner"),
    ("empty", r"is empty"),
    ("locked", r"password|encrypted"),
    ("active", r"macros|JavaScript"),
    ("picture", r"only pictures"),
    ("harmful", r"made to do harm|document type|would unpack|more than it says|nested"),
    ("large", r"bytes|too large|parts|pages|rows|characters|took longer|more memory|one in the"),
    ("damaged", r"damaged|cut off|broke down|cannot be read|cannot be decoded"),
    ("nothing", r"carries no file"),
    ("unknown", r"no reader knows|are read|no workbook|neither an archive"),
    ("expired", r"has passed"),
    ("whom", r"whom|party that we know under another name"),
)
"""Code and how its sentences are known, the first that fits."""

OTHER = "review"
"""A person looks at it; the sender need do nothing."""


def code_of(sentence: str) -> str:
    """The code of a sentence that tells why."""
    return next((code for code, pattern in CODES if re.search(pattern, sentence)), OTHER)
