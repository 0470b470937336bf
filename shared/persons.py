"""Natural persons: ids that give nothing away, and texts without their numbers.

A CPR number or personnummer is never stored, announced or logged: a person is known by a keyed
hash.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SoleTrader:
    """A Swedish sole trader, by the ten digits of a personnummer that nobody keeps.

    It is no `Identifier`, so that it cannot stand among those of a party; `PersonKey` makes it one.
    """

    personnummer: str = field(repr=False)


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

    def sole_trader(self, trader: SoleTrader) -> str:
        return f"se-sole-{self._hash('se-personnummer', trader.personnummer)}"

    def _hash(self, *parts: str) -> str:
        return hmac.new(self._key, "|".join(parts).encode(), hashlib.sha256).hexdigest()[:20]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


MASKED = "[person number removed]"

_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:[06][1-9]|[1278][0-9]|[39][01])"
_PERSON_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:SE)?(?:18|19|20)?"
    rf"(?:[0-9]{{2}}{_MONTH}{_DAY}|{_DAY}{_MONTH}[0-9]{{2}})"
    r"[ ]?[-+\u2013]?[ ]?[0-9]{4}(?:01)?(?![0-9A-Za-z])"
)
"""Six digits that are a date and four more: a personnummer (year first, also with its century, with
`+`, or within a VAT number) or a CPR number (day first). The day of a Swedish co-ordination number
and of a Danish replacement number has 60 added to it.
"""


def without_person_numbers(text: str, mask: str = MASKED) -> str:
    """The text with every CPR number and personnummer masked.

    A company number is never one: the third digit of a Swedish one makes no month, a Danish one
    has only eight digits.
    """
    return _PERSON_NUMBER.sub(lambda _: mask, text)
