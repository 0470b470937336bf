"""The OpenID Connect provider at which people sign in: authorisation code with PKCE.

What is sent there and what is believed of its answers follows RFC 9700 (best current practice):
state, nonce and a code verifier of each attempt's own, the issuer of the answer compared (RFC
9207), an ID token for this client, an access token that the services believe.
"""

import asyncio
import base64
import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from shared.identity import ProviderKeys, Refused, Verifier
from shared.store import Outage

log = logging.getLogger("ansvar.console.provider")

TIMEOUT = 5.0
FRESH_FOR = 600.0
"""Seconds after which the provider is asked anew where its endpoints are."""


TOGETHER = 20.0
"""Seconds for which one renewal answers all who ask for the same."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the provider and back. The browser keeps it sealed; it is good for one answer."""

    state: str
    nonce: str
    verifier: str
    next: str

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_attempt(next: str) -> Attempt:
    random = [secrets.token_urlsafe(32) for _ in range(3)]
    return Attempt(state=random[0], nonce=random[1], verifier=random[2], next=next)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave. `seconds` is how long the access token holds."""

    access: str
    id: str
    refresh: str
    seconds: int


class Provider:
    def __init__(
        self,
        issuer: str,
        *,
        client_id: str,
        client_secret: str,
        scopes: str,
        home: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.issuer = issuer
        self.home = home.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._scopes = scopes
        self._http = httpx.AsyncClient(transport=transport, timeout=TIMEOUT, trust_env=False)
        keys = ProviderKeys(issuer, transport=transport)
        self._of_ids = Verifier(keys, issuer=issuer, audience=client_id)
        self._about: dict[str, Any] = {}
        self._asked = float("-inf")
        self._renewing: dict[str, tuple[float, asyncio.Future[Tokens]]] = {}

    @property
    def name(self) -> str:
        return urlsplit(self.issuer).hostname or self.issuer

    @property
    def origins(self) -> tuple[str, ...]:
        """Where signing out leads, as far as that is known by now."""
        places = (self.issuer, str(self._about.get("end_session_endpoint", "")))
        return tuple(dict.fromkeys(_origin(place) for place in places if place))

    @property
    def callback(self) -> str:
        return f"{self.home}/sign-in/callback"

    # ------------------------------------------------------------ the way there and back

    async def address(self, attempt: Attempt) -> str:
        """Where the browser is sent to sign in. Raises `Outage` without the provider."""
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self.callback,
            "scope": self._scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        place = await self._endpoint("authorization_endpoint")
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"

    async def exchange(self, attempt: Attempt, code: str) -> Tokens:
        """The tokens for a code. Raises `Refused` where the provider, or an answer, says no."""
        tokens = await self._ask_for_tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.callback,
                "code_verifier": attempt.verifier,
            }
        )
        claims = await self._of_ids.claims(tokens.id)
        if not secrets.compare_digest(str(claims.get("nonce", "")), attempt.nonce):
            raise Refused("the answer of the provider belongs to another attempt: sign in again")
        if claims.get("azp", self._client_id) != self._client_id:
            raise Refused("the token was issued to another application")
        return tokens

    async def renew(self, refresh: str) -> Tokens:
        """New tokens where the old ones have run out. Raises `Refused` when the session is over.

        A page asks for several things at once: all of them are answered by one renewal, since a
        provider may take the second use of a refresh token for a theft.
        """
        now = time.monotonic()
        self._renewing = {
            token: (at, task) for token, (at, task) in self._renewing.items() if now - at < TOGETHER
        }
        if refresh not in self._renewing:
            form = {"grant_type": "refresh_token", "refresh_token": refresh}
            self._renewing[refresh] = (now, asyncio.ensure_future(self._ask_for_tokens(form)))
        return await asyncio.shield(self._renewing[refresh][1])

    async def person(self, id_token: str) -> str:
        """The subject of an ID token that was issued for us."""
        return str((await self._of_ids.claims(id_token))["sub"])

    async def reads(self, id_token: str) -> str:
        """The `locale` that an ID token names, such as `sv-SE`, or nothing."""
        return str((await self._of_ids.claims(id_token)).get("locale") or "")

    async def way_out(self, id_token: str) -> str:
        """Where a session at the provider is ended too, or nothing where it offers that nowhere."""
        try:
            about = await self._discover()
        except Outage:
            return ""
        place = about.get("end_session_endpoint", "")
        if not place:
            return ""
        query = {"client_id": self._client_id, "post_logout_redirect_uri": f"{self.home}/sign-in"}
        if id_token:
            query["id_token_hint"] = id_token
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"

    async def close(self) -> None:
        await self._http.aclose()

    # ------------------------------------------------------------ asking

    async def _ask_for_tokens(self, form: dict[str, str]) -> Tokens:
        place = await self._endpoint("token_endpoint")
        auth = httpx.Auth()
        if self._client_secret:
            auth = httpx.BasicAuth(self._client_id, self._client_secret)
        else:  # a public client names itself, and has only the verifier to show
            form = form | {"client_id": self._client_id}
        try:
            answer = await self._http.post(
                place, data=form, auth=auth, headers={"Accept": "application/json"}
            )
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Outage(f"{self.issuer} does not answer: {error}") from error
        if not answer.is_success or not isinstance(said, dict):
            why = said.get("error", answer.status_code) if isinstance(said, dict) else ""
            log.warning("the provider gave no tokens", extra={"issuer": self.issuer, "why": why})
            raise Refused(f"the provider did not let you in ({why}): sign in again")
        return Tokens(
            access=str(said.get("access_token", "")),
            id=str(said.get("id_token", "")),
            refresh=str(said.get("refresh_token", "")),
            seconds=int(said.get("expires_in") or 0),
        )

    async def _endpoint(self, name: str) -> str:
        about = await self._discover()
        place = str(about.get(name, ""))
        if not place:
            raise Outage(f"{self.issuer} does not say what its {name} is")
        return place

    async def discover(self) -> None:
        """Ask where the endpoints are before they are needed. Raises `Outage`."""
        await self._discover()

    async def _discover(self) -> dict[str, Any]:
        if time.monotonic() - self._asked < FRESH_FOR:
            return self._about
        place = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            about = (await self._http.get(place)).raise_for_status().json()
            if about["issuer"] != self.issuer:
                raise ValueError(f"it speaks for {about['issuer']}")
            ends = [about[name] for name in about if name.endswith("_endpoint")]
            if any(urlsplit(end).scheme != urlsplit(self.issuer).scheme for end in ends):
                raise ValueError("its endpoints are not as safe as its address")
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Outage(f"{self.issuer} cannot be asked where to sign in: {error}") from error
        self._about, self._asked = about, time.monotonic()
        return self._about


def _origin(address: str) -> str:
    place = urlsplit(address)
    return f"{place.scheme}://{place.netloc}"
