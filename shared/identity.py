"""Who is asking: bearer tokens, verified with the public keys of whoever issued them.

Any OpenID Connect provider will do; the embedded mode has its own small issuer (`shared.issuer`).
Real time, never the business clock: a token that has expired stays expired.
"""

import asyncio
import base64
import json
import logging
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from shared.domain import Caller
from shared.store import Outage

log = logging.getLogger("ansvar.identity")

ROLES = (
    "officer",
    "approver",
    "auditor",
    "contract_manager",
    "wage_controller",
    "tip_receiver",
    "data_protection",
    "offence_reader",
    "integration",
    "admin",
)

ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
"""Signatures with a public key only, so that nobody can sign with what everybody may read."""

LEEWAY = 30
"""Seconds by which the clocks of issuer and service may differ."""

REFETCH_AFTER, RETRY_AFTER = 30.0, 5.0
"""Seconds between two fetches of the keys, however many tokens name unknown ones; the shorter one
where the last fetch failed."""

FRESH_FOR = 600.0
"""Seconds after which keys are fetched again, so that a withdrawn one stops working."""

BELIEVED_FOR = 3600.0
"""Seconds for which old keys still serve while the provider cannot be reached."""

LONGEST_TOKEN = 16_384

PublicKey = RSAKey | ECKey | OKPKey


class Refused(Exception):
    """The caller is not who it must be: no token, or one that does not hold. 401 over HTTP."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Keys(Protocol):
    """Where the issuer's public keys are found."""

    async def find(self, kid: str | None) -> PublicKey | None:
        """The key with this id, or the only one there is where a token names none."""


def choose(keys: KeySet, kid: str | None) -> PublicKey | None:
    """The signing key that is meant. Secret keys in a public set are never used."""
    usable = [
        key
        for key in keys.keys
        if isinstance(key, RSAKey | ECKey | OKPKey) and key.get("use") in (None, "sig")
    ]
    if kid is None:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.kid == kid), None)


class GivenKeys:
    """Keys that are known beforehand and never change."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def find(self, kid: str | None) -> PublicKey | None:
        return choose(self._keys, kid)


class ProviderKeys:
    """The keys of an OpenID Connect provider: found by discovery, kept, fetched when they rotate.

    Raises `Outage` where the provider cannot be reached and nothing is kept that may still serve.
    """

    def __init__(
        self,
        issuer: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        passing: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self._transport = transport
        self._passing = passing
        self._keys: KeySet | None = None
        self._fetched = self._next = float("-inf")
        self._problem = ""
        self._alone = asyncio.Lock()

    async def find(self, kid: str | None) -> PublicKey | None:
        if self._passing() - self._fetched > FRESH_FOR:
            await self._fetch()
        found = self._choose(kid)
        if found is None:
            await self._fetch()
            found = self._choose(kid)
        return found

    def _choose(self, kid: str | None) -> PublicKey | None:
        if self._keys is None or self._passing() - self._fetched > BELIEVED_FOR:
            raise Outage(f"the keys of {self.issuer} cannot be fetched: {self._problem}")
        return choose(self._keys, kid)

    async def _fetch(self) -> None:
        async with self._alone:
            if self._passing() < self._next:
                return
            self._next = self._passing() + RETRY_AFTER
            try:
                self._keys = await self._ask()
                self._fetched = self._passing()
                self._next = self._fetched + REFETCH_AFTER
            except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                self._problem = f"{type(error).__name__}: {error}"
                log.warning("the keys of tokens could not be fetched", extra=self._about())

    def _about(self) -> dict[str, str]:
        return {"issuer": self.issuer, "problem": self._problem}

    async def _ask(self) -> KeySet:
        async with httpx.AsyncClient(transport=self._transport, timeout=5.0) as client:
            place = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            about = (await client.get(place)).raise_for_status().json()
            if about["issuer"] != self.issuer:
                raise ValueError(f"{place} speaks for {about['issuer']}")
            if urlsplit(self.issuer).scheme == "https" != urlsplit(about["jwks_uri"]).scheme:
                raise ValueError("its keys are not served over https")
            answer = (await client.get(about["jwks_uri"])).raise_for_status().json()
            return KeySet.import_key_set({"keys": [k for k in answer["keys"] if _known(k)]})


def _known(key: dict[str, Any]) -> bool:
    """Providers may list kinds of keys that we do not use; one of those spoils no other."""
    kind, curve = key.get("kty"), key.get("crv")
    return kind == "RSA" or (kind, curve) in (("EC", "P-256"), ("OKP", "Ed25519"))


class Verifier:
    """Turns a token into a caller, or refuses it with a reason in plain words.

    `roles_claim` and `buyers_claim` name the claims to read; dots lead into nested ones
    (`realm_access.roles`).
    """

    def __init__(
        self,
        keys: Keys,
        *,
        issuer: str,
        audience: str,
        roles_claim: str = "roles",
        buyers_claim: str = "buyers",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.keys = keys
        self._roles_claim = roles_claim
        self._buyers_claim = buyers_claim
        self._registry = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def caller(self, token: str) -> Caller:
        """Who holds this token. Raises `Refused`, or `Outage` without the issuer's keys."""
        return self._caller_of(await self.claims(token))

    async def claims(self, token: str) -> dict[str, Any]:
        """What a token says that holds, whether or not it gives a role. Raises as `caller` does."""
        header = _header(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise Refused(f"the token is signed with {algorithm!r:.40}, which is not accepted")
        if kid is not None and not isinstance(kid, str):
            raise Refused("the token is damaged")
        key = await self.keys.find(kid)
        if key is None:
            raise Refused("the token is signed with a key that its issuer does not have")
        return self._claims(token, key)

    def _claims(self, token: str, key: PublicKey) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError) as error:
            raise Refused("the signature of the token is not genuine") from error
        try:
            self._registry.validate(claims)
        except JoseError as error:
            raise Refused(_in_words(error)) from error
        return claims

    def _caller_of(self, claims: dict[str, Any]) -> Caller:
        subject, name = claims["sub"], claims.get("name", "")
        if not isinstance(subject, str):
            raise Refused("the token says nothing about who holds it")
        said = _list(_at(claims, self._roles_claim))
        roles = tuple(role for role in ROLES if role in said)
        if not roles:
            raise Refused(
                f"the token names none of the roles of this system in {self._roles_claim}: "
                + ", ".join(ROLES)
            )
        return Caller(
            subject=subject,
            name=name if isinstance(name, str) else "",
            roles=roles,
            buyers=tuple(dict.fromkeys(_list(_at(claims, self._buyers_claim)))),
        )


def _header(token: str) -> dict[str, Any]:
    try:
        if len(token) > LONGEST_TOKEN or token.count(".") != 2:
            raise ValueError("not three parts")
        part = token.split(".")[0]
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        header = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused("the token is damaged") from error
    if not isinstance(header, dict):
        raise Refused("the token is damaged")
    return header


def _at(claims: dict[str, Any], path: str) -> Any:
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _list(claim: Any) -> list[str]:
    """A list of words; some providers write one word, or several in one text."""
    if isinstance(claim, str):
        return claim.split()
    return [word for word in claim if isinstance(word, str)] if isinstance(claim, list) else []


def _in_words(error: JoseError) -> str:
    claim, kind = getattr(error, "claim", ""), getattr(error, "error", "")
    if kind == "missing_claim":
        return f"the token does not say {claim}"
    reasons = {
        "exp": "the token has expired; ask for a new one",
        "nbf": "the token is not valid yet",
        "iat": "the token was issued in the future",
        "iss": "the token was issued by somebody else",
        "aud": "the token is meant for another system",
    }
    if kind == "expired_token":
        return reasons["exp"]
    return reasons.get(claim, "the token is damaged")
