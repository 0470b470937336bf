"""Fetches lists from their official addresses, and from nowhere else.

Only https, only configured hosts and the domains that a publisher is known to send on to, only
public addresses: a name that leads into our own network is not followed, and the connection goes
to the very address that was looked at. In the embedded mode http to 127.0.0.1 is let through.
"""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from services.screening.lists.bundle import MOST_FILES, pack
from services.screening.lists.objects import document
from services.screening.lists.records import UnreadableList
from services.screening.sources import Address, Pages, source
from shared.domain import Rejected
from shared.webhooks import is_public

LARGEST = 200_000_000
"""Bytes of a file, unpacked. The largest known one (OFAC Advanced XML) has some 120 million."""
PATIENCE = 600.0
"""Seconds for a whole fetch. The EU's file takes more than a minute."""
MOST_REDIRECTS = 3
LOCAL = "127.0.0.1"


class NotFetched(Exception):
    """No list came; the reason says why, in words for a person."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, and by what it can be asked for only if it has changed."""

    data: bytes
    etag: str
    modified: str


class Fetcher:
    """`addresses` replace the official ones, for mirrors; `headers` go along, for keys.

    With a `proxy`, which then looks up the names, public addresses are its business.
    """

    def __init__(
        self,
        *,
        addresses: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, Mapping[str, str]] | None = None,
        proxy: str = "",
        local: bool = False,
        largest: int = LARGEST,
        patience: float = PATIENCE,
    ) -> None:
        self._addresses = addresses or {}
        self._headers = headers or {}
        self._proxy = proxy or None
        self._local = local
        self._largest = largest
        self._patience = patience

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Where a list is asked for. Raises `Rejected` for one that is nowhere."""
        poll = source(name).poll
        if name in self._addresses:
            return tuple(Address(url=url, name=_name(url)) for url in self._addresses[name])
        if poll is None:
            raise Rejected(f"the list {name} has no official address: load it from a file")
        return poll.addresses

    async def fetch(self, name: str, etag: str = "", modified: str = "") -> Fetched | None:
        """The list as it is published now, or None where that is the one already known.

        Raises `NotFetched`. Of several files none is asked for conditionally: they belong together.
        """
        addresses = self.addresses(name)
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        conditions = {key: value for key, value in known.items() if value}
        headers = {"Accept-Encoding": "gzip", **self._headers.get(name, {})}
        if len(addresses) == 1:
            headers |= conditions
        try:
            async with asyncio.timeout(self._patience), self._client() as client:
                came = [await self._all(client, address, headers) for address in addresses]
        except TimeoutError as late:
            raise NotFetched(f"it took longer than {self._patience:.0f} s") from late
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NotFetched(f"the publisher does not answer: {error or type(error)}") from error
        if len(came) == 1:
            return came[0]
        files = {
            address.name or _name(address.url): one.data
            for address, one in zip(addresses, came, strict=True)
            if one is not None
        }
        return Fetched(pack(files), "", "")

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=60, trust_env=False, proxy=self._proxy)

    async def _all(
        self, client: httpx.AsyncClient, address: Address, headers: Mapping[str, str]
    ) -> Fetched | None:
        """A file; all its pages packed as one where it comes in several."""
        first = await self._get(client, address, headers)
        if address.pages is None or first is None:
            return first
        pages, (got, total) = [first.data], _counts(first.data, address.pages)
        while 0 < got < total:
            if len(pages) == MOST_FILES:
                raise NotFetched(f"the list has {total} entries, more than {MOST_FILES} pages hold")
            came = await self._get(client, address.page(len(pages)), headers)
            more = _counts(came.data, address.pages)[0] if came else 0
            if came is None or not more:
                raise NotFetched(f"the publisher gave {got} of {total} entries and no more")
            got += more
            pages.append(came.data)
        if len(pages) == 1:
            return first
        return Fetched(pack({f"page-{n}.json": one for n, one in enumerate(pages)}), "", "")

    async def _get(
        self, client: httpx.AsyncClient, address: Address, headers: Mapping[str, str]
    ) -> Fetched | None:
        url, hosts = address.url, (urlsplit(address.url).hostname or "", *address.redirects_to)
        for _ in range(MOST_REDIRECTS + 1):
            request = await self._request(client, url, hosts, address, headers)
            answer = await client.send(request, stream=True)
            try:
                if answer.status_code in (301, 302, 303, 307, 308):
                    url = urljoin(url, answer.headers.get("location", ""))
                    continue
                return await self._body(answer)
            finally:
                await answer.aclose()
        raise NotFetched(f"the publisher sends on more than {MOST_REDIRECTS} times")

    async def _request(
        self,
        client: httpx.AsyncClient,
        url: str,
        hosts: Sequence[str],
        address: Address,
        headers: Mapping[str, str],
    ) -> httpx.Request:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not any(host == one or host.endswith(f".{one}") for one in hosts):
            raise NotFetched(f"the publisher sends on to {host or 'nowhere'}, where no list is")
        local = self._local and parts.scheme == "http" and host == LOCAL
        if parts.scheme != "https" and not local:
            raise NotFetched(f"{url:.200} is no https address")
        extensions = {}
        own = dict(headers)
        if not local and self._proxy is None:
            found = await _public_address(host, parts.port or 443)
            port = f":{parts.port}" if parts.port else ""
            at = f"[{found}]" if ":" in found else found
            own["Host"] = f"{host}{port}"
            url = urlunsplit(parts._replace(netloc=f"{at}{port}"))
            extensions["sni_hostname"] = host
        method = "GET" if address.post is None else "POST"
        return client.build_request(
            method, url, json=address.post, headers=own, extensions=extensions
        )

    async def _body(self, answer: httpx.Response) -> Fetched | None:
        if answer.status_code == 304:
            return None
        if answer.status_code != 200:
            raise NotFetched(f"the publisher answers {answer.status_code}")
        pieces, length = [], 0
        async for piece in answer.aiter_bytes():
            length += len(piece)
            if length > self._largest:
                raise NotFetched(f"the file has more than {self._largest} bytes")
            pieces.append(piece)
        headers = answer.headers
        return Fetched(b"".join(pieces), headers.get("etag", ""), headers.get("last-modified", ""))


def _counts(data: bytes, pages: Pages) -> tuple[int, int]:
    """Entries on a page, and in all. Whoever reads the file says what is wrong with it."""
    try:
        found = document(data if data.lstrip().startswith(b"{") else data.partition(b"\n")[2])
        items, total = found[pages.items], found[pages.total]
    except (UnreadableList, KeyError, TypeError):
        return 0, 0
    return (len(items), total) if isinstance(items, list) and isinstance(total, int) else (0, 0)


def _name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2].lower()


async def _public_address(host: str, port: int) -> str:
    """An address of this host. All that it has must be public."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NotFetched(f"the name {host} leads nowhere: {error}") from error
    addresses = [str(one[4][0]) for one in found]
    inside = [one for one in addresses if not is_public(one)]
    if inside or not addresses:
        raise NotFetched(f"the name {host} leads to {inside[:1]}, which is no public address")
    return addresses[0]
