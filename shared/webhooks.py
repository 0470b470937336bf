"""Calls addresses that others named: signed as Standard Webhooks, and only friends.

Whoever may name an address could make us call into our own network. So an address is called only
if its host is on the list that the operator keeps, no redirect is followed, and what the receiver
answers beyond its status code is not read. A host that the operator named only by a pattern
(`*.name`) must lie outside: whoever has a name below it could let it lead to a machine of ours.
The signature is that of https://www.standardwebhooks.com.
"""

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

from shared.domain import Rejected

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
"""Seconds; a receiver answers first and works later (Standard Webhooks: 15 to 30 at most)."""

LONGEST_URL = 2_000
USER_AGENT = "ansvar-webhooks/1"
LOOPBACK = ("127.0.0.1", "localhost")
"""In the embedded mode this machine may be called."""


def hosts(named: str, *, embedded: bool) -> tuple[str, ...]:
    """The hosts of the setting `webhook_hosts`, with commas between; embedded also this machine."""
    found = tuple(host for host in named.split(",") if host.strip())
    return (*found, *LOOPBACK) if embedded else found


class Addresses:
    """The hosts that may be called: a name, `*.name` for all below it, or an IP address."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = tuple(host.strip().lower() for host in allowed if host.strip())

    def check(self, url: str) -> None:
        """Raise `Rejected` unless the address may be called."""
        try:
            parts = urlsplit(url)
            host, _ = (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise Rejected("this is no address of the web", field="url") from error
        if parts.scheme not in ("http", "https") or not host or len(url) > LONGEST_URL:
            raise Rejected("an endpoint has an address with http or https", field="url")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise Rejected("an address has no user, password or fragment", field="url")
        if not url.isascii() or any(letter.isspace() or letter == "\\" for letter in url):
            raise Rejected("an address has only ASCII letters and no blanks", field="url")
        if not any(_fits(host, allowed) for allowed in self._allowed):
            raise Rejected(
                f"{host} is not among the hosts that may be called: "
                "ask the operator to add it to ANSVAR_WEBHOOK_HOSTS",
                field="url",
            )

    def is_named(self, host: str) -> bool:
        """Whether the operator named this very host, and so vouches for where it lies."""
        return any(host.lower() == allowed.strip("[]") for allowed in self._allowed)


TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 that a gateway translates to the IPv4 address in its last four bytes (RFC 6052)."""


def is_public(address: str) -> bool:
    """Whether an IP address lies outside, also where it only wraps another one.

    An IPv4 address inside IPv6 leads where it leads by itself: mapped (RFC 4291 §2.5.5.2),
    compatible (§2.5.5.1), translated (RFC 6052) or 6to4 (RFC 3056). Raises `ValueError`.
    """
    one = ip_address(address)
    if one.is_multicast or not one.is_global:
        return False
    if isinstance(one, IPv6Address):
        if one.is_site_local or one.sixtofour is not None:
            return False
        if one in TRANSLATED or int(one) < 1 << 32:
            return is_public(str(IPv4Address(int(one) & 0xFFFFFFFF)))
    return True


async def look_up(host: str) -> list[str]:
    """The IP addresses of a host. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _fits(host: str, allowed: str) -> bool:
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return host == allowed.strip("[]")


class Secrets:
    """The secrets of endpoints: derived from the system's own and never stored."""

    def __init__(self, root: str) -> None:
        self._root = root.encode()

    def must_be_given(self) -> None:
        if len(self._root) < 32:
            raise Rejected("webhooks need ANSVAR_WEBHOOK_SECRET, of 32 characters or more")

    def of(self, endpoint_id: str, generation: int) -> str:
        """The secret in the form that Standard Webhooks gives it."""
        self.must_be_given()
        said = f"ansvar webhook secret 1\n{endpoint_id}\n{generation}".encode()
        key = hmac.digest(self._root, said, hashlib.sha256)
        return "whsec_" + base64.b64encode(key).decode()


class SignedPost:
    """Signs a message and posts it once."""

    def __init__(
        self,
        addresses: Addresses,
        secrets: Secrets,
        resolve: Callable[[str], Awaitable[list[str]]] = look_up,
    ) -> None:
        self.addresses = addresses
        self._secrets = secrets
        self._resolve = resolve

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    async def post(
        self, url: str, body: str, *, id: str, endpoint_id: str, generations: Sequence[int]
    ) -> int:
        """The status of the answer. The time that is signed is real time, never the business clock.

        Raises `Rejected` where the address may not be called, else what httpx raises, or `OSError`.
        """
        self.addresses.check(url)
        now = datetime.now(UTC)
        signatures = [
            Webhook(self._secrets.of(endpoint_id, generation)).sign(
                msg_id=id, timestamp=now, data=body
            )
            for generation in generations
        ]
        asked = httpx.URL(url)
        reached = await self._reached(asked)
        headers = {
            "host": asked.netloc.decode(),
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        async with (
            # Proxies of the environment could lead past the list of hosts.
            httpx.AsyncClient(timeout=TIMEOUT, verify=self._tls, trust_env=False) as client,
            client.stream(
                "POST",
                reached,
                content=body.encode(),
                headers=headers,
                extensions={"sni_hostname": asked.host},
            ) as answer,
        ):
            return answer.status_code

    async def _reached(self, url: httpx.URL) -> httpx.URL:
        """The address to call: of a host known by a pattern, the one that was looked at.

        Were the name resolved again when the connection opens, it could lead elsewhere by then.
        """
        if self.addresses.is_named(url.host):
            return url
        found = await self._resolve(url.host)
        if not found or not all(map(is_public, found)):
            raise Rejected(f"{url.host} leads into a network that is not public", field="url")
        return url.copy_with(host=found[0])
