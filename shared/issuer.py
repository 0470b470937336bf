"""The embedded mode's own small issuer of tokens, and the choice of whom a service believes.

It signs with a key in a file that only its owner may read. There is no sign-in: whoever may run
`ansvar token` on the machine may act as anybody, which is why only the embedded mode has it.
"""

import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic_settings import BaseSettings

from shared.domain import Caller
from shared.identity import ROLES, GivenKeys, ProviderKeys, Verifier

EMBEDDED_ISSUER = "urn:ansvar:embedded"
"""The issuer's name in tokens, the same on whatever port the system runs today."""

AUDIENCE = "ansvar"
ALGORITHM = "ES256"
DEFAULT_TTL = timedelta(hours=12)


class IdentitySettings(BaseSettings, env_prefix="ANSVAR_"):
    """Whose tokens are believed: a provider's (`oidc_issuer`) or, embedded, our own issuer's."""

    oidc_issuer: str = ""
    oidc_audience: str = AUDIENCE
    roles_claim: str = "roles"
    buyers_claim: str = "buyers"
    issuer_key_file: Path | None = None


def verifier_of(settings: IdentitySettings) -> Verifier:
    """The verifier that these settings ask for. Two sources of trust at once are a mistake."""
    if settings.oidc_issuer and settings.issuer_key_file:
        raise ValueError("set ANSVAR_OIDC_ISSUER or ANSVAR_ISSUER_KEY_FILE, not both")
    if settings.issuer_key_file:
        return Issuer(settings.issuer_key_file).verifier()
    if not settings.oidc_issuer:
        raise ValueError("nobody's tokens are believed: set ANSVAR_OIDC_ISSUER")
    return Verifier(
        ProviderKeys(settings.oidc_issuer),
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        roles_claim=settings.roles_claim,
        buyers_claim=settings.buyers_claim,
    )


class Issuer:
    """Issues tokens to `users` and to anybody else that it is told to.

    `url` is its name in the tokens; where others shall find it by discovery, it must be the address
    under which its routes are served.
    """

    def __init__(
        self,
        key_file: Path,
        *,
        url: str = EMBEDDED_ISSUER,
        users: Sequence[Caller] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self.url = url
        self.users = {user.subject: user for user in users}
        self._now = now
        self._key = _key_in(key_file)

    def issue(
        self,
        subject: str,
        name: str = "",
        roles: Sequence[str] = (),
        buyers: Sequence[str] = (),
        ttl: timedelta = DEFAULT_TTL,
    ) -> str:
        """A token that says so. Roles that do not exist are a mistake of the asker."""
        if unknown := [role for role in roles if role not in ROLES]:
            raise ValueError(f"there is no role {', '.join(unknown)}; there are {', '.join(ROLES)}")
        now = int(self._now())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "name": name,
            "roles": list(roles),
            "buyers": list(buyers),
            "iat": now,
            "exp": now + int(ttl.total_seconds()),
            "jti": secrets.token_hex(8),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, claims, self._key)

    def token_of(self, subject: str, ttl: timedelta = DEFAULT_TTL) -> str:
        """A token for one of the users it was told about."""
        user = self.users.get(subject)
        if user is None:
            raise ValueError(f"there is no user {subject}; there are {', '.join(self.users)}")
        return self.issue(user.subject, user.name, user.roles, user.buyers, ttl)

    def verifier(self) -> Verifier:
        """Believes this issuer, straight from its public key and without asking over the net."""
        keys = GivenKeys(KeySet([ECKey.import_key(key) for key in self.public_keys()["keys"]]))
        return Verifier(keys, issuer=self.url, audience=AUDIENCE)

    def public_keys(self) -> dict[str, Any]:
        public = self._key.as_dict(private=False)
        return {"keys": [public | {"use": "sig", "alg": ALGORITHM}]}

    def routes(self) -> APIRouter:
        """Discovery and keys, for anyone who wants to verify its tokens over HTTP."""
        router = APIRouter()

        @router.get("/.well-known/openid-configuration")
        async def discovery(request: Request) -> dict[str, Any]:
            return {
                "issuer": self.url,
                "jwks_uri": str(request.url_for("keys")),
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "subject_types_supported": ["public"],
                "response_types_supported": ["token"],
            }

        @router.get("/jwks.json")
        async def keys() -> dict[str, Any]:
            return self.public_keys()

        return router


def _key_in(file: Path) -> ECKey:
    """The signing key in this file, made at the first call."""
    if not file.exists():
        _make_key(file)
    if file.stat().st_mode & 0o077:
        raise PermissionError(f"{file} holds a signing key and may be read by others: chmod 600 it")
    return ECKey.import_key(json.loads(file.read_text()))


def _make_key(file: Path) -> None:
    key = ECKey.generate_key("P-256", {"alg": ALGORITHM, "use": "sig"}, auto_kid=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    making = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(key.as_dict(private=True), out)
    with suppress(FileExistsError):  # another process was faster: its key is the one
        os.link(making, file)
    making.unlink()
