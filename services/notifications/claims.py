"""Reads what an ID token says of the person whom it names, for the directory.

It is believed as far as the provider signed it for our console. Which claim holds what is set, as
providers differ: `locale`, `email` and `groups` are what most of them write.
"""

from collections.abc import Mapping
from typing import Any

from services.notifications.messages import KnowCaller
from shared.identity import Refused, Verifier
from shared.languages import LANGUAGES, Language

LONGEST_ADDRESS = 254
"""Letters of a mail address (RFC 5321, 4.5.3.1.3)."""
MOST_UNITS = 1000
NORWEGIAN = ("nb", "nn", "no")
"""Whoever reads Norwegian is written to in Danish."""


class Claims:
    """`units` names the claim with the units and groups of a person, as the directory knows them
    by their ids; all others that it holds are passed over.
    """

    def __init__(self, verifier: Verifier, *, units: str = "groups") -> None:
        self._verifier = verifier
        self._units = units

    async def of(self, id_token: str, subject: str) -> KnowCaller:
        """What it says of this person. Raises `Refused` where it is about another, or no good."""
        claims = await self._verifier.claims(id_token)
        if claims["sub"] != subject:
            raise Refused("the ID token is of somebody else than the access token")
        return KnowCaller(
            email=_address(claims),
            language=_language(claims.get("locale")),
            units=_words(claims.get(self._units)),
        )


def _address(claims: Mapping[str, Any]) -> str:
    """A mail address that the provider does not call unverified (OpenID Connect Core, 5.1)."""
    said = claims.get("email")
    if not isinstance(said, str) or claims.get("email_verified", True) is not True:
        return ""
    mailbox, _, domain = said.rpartition("@")
    fits = mailbox and domain and len(said) <= LONGEST_ADDRESS and said.isprintable()
    return said if fits and " " not in said else ""


def _language(said: object) -> Language | None:
    code = said[:2].lower() if isinstance(said, str) else ""
    if code in NORWEGIAN:
        return "da"
    return next((one for one in LANGUAGES if one == code), None)


def _words(said: object) -> tuple[str, ...]:
    words = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return tuple(word for word in words if isinstance(word, str))[:MOST_UNITS]
