"""Natural persons: ids that give nothing away, and texts without their numbers.

A CPR number or personnummer is never stored, announced or logged: a person is known by a keyed
hash.
"""

import hashlib
import hmac
import re

from services.onboarding.identifiers import check


class PersonKey:
    """Turns what identifies a natural person into an id that gives nothing away.

    The key is the system's own and is never rotated: with another key the same person would be
    somebody else.
    """

    def __init__(self, key: bytes | str) -> None:
        self._key = bytes.fromhex(key) if isinstance(key, str) else key
        if len(self._key) < 32:
            raise ValueError("the key for persons' ids has at least 32 bytes")

    def person(self, namespace: str, *known: str) -> str:
        """The same name and birth date, however they are written, give the same id."""
        return f"person-{self._hash(namespace, *(_plain(part) for part in known))}"

    def sole_trader(self, personnummer: str) -> str:
        return f"se-sole-{self._hash('se-personnummer', check('se-orgnr', personnummer).value)}"

    def _hash(self, *parts: str) -> str:
        return hmac.new(self._key, "|".join(parts).encode(), hashlib.sha256).hexdigest()[:20]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


MASKED = "[person number removed]"

_PERSON_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:SE)?(?:19|20)?([0-9]{6})[ ]?[-+\u2013]?[ ]?[0-9]{4}(?:01)?(?![0-9A-Za-z])"
)


def without_person_numbers(text: str) -> str:
    """The text with every CPR number and personnummer masked.

    Six digits that are a date (day first in Denmark, year first in Sweden) and four more. A company
    number is never one: the third digit of a Swedish one makes no month.
    """

    def masked(match: re.Match[str]) -> str:
        return MASKED if _is_birth_date(match[1]) else match[0]

    return _PERSON_NUMBER.sub(masked, text)


def _is_birth_date(six: str) -> bool:
    first, month, last = int(six[:2]), int(six[2:4]), int(six[4:])
    if not 1 <= month <= 12:
        return False
    # A Swedish co-ordination number has 60 added to its day.
    return 1 <= first <= 31 or 1 <= last <= 31 or 61 <= last <= 91
