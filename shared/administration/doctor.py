"""Looks at an installation part by part and says of each whether it is well, else what to do.

Nothing is changed. A part that cannot be looked at is not well: each look has its own limit, and
what one of them finds does not keep the others from looking.
"""

import asyncio
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version

import httpx

from shared.administration import topics
from shared.brokers import Brokers
from shared.certificates import files_of, seconds_left
from shared.finding import Finding
from shared.migrations import standing
from shared.mongo import MongoKeyRing, MongoStore, about_database
from shared.runtime import Service
from shared.store import Conflict, Outage

LONGEST = 15.0
"""Seconds for one look."""
CLOCKS_MAY_DIFFER = timedelta(seconds=2)
"""Leases last some seconds and tokens are compared with our clock; NTP keeps clocks closer."""
CERTIFICATE_DAYS = 14
OLDEST_DATABASE = (6, 0)
"""Of MongoDB, for transactions over a replica set as they are used here."""
OLDEST_PYTHON = (3, 11)

Look = Callable[[], Awaitable[Sequence[Finding]]]


async def examine(services: Sequence[Service]) -> AsyncIterator[Finding]:
    """Every look in turn, with what it found."""
    settings = services[0].settings
    looks: list[tuple[str, Look]] = [
        ("versions", _versions),
        ("broker", lambda: _broker(settings.kafka_url, [one.name for one in services])),
        ("database", lambda: _database(settings.mongo_url)),
        ("certificates", lambda: _certificates(settings.kafka_url, settings.mongo_url)),
        ("sign-in", lambda: _sign_in(settings.oidc_issuer)),
    ]
    away = False
    for part, look in looks:
        found, answered = await _within_limits(part, look)
        away = away or (part == "database" and not answered)
        for one in found:
            yield one
    if away:
        told = "not looked at while the database does not answer"
        yield Finding("services", told, "bring the database back, then look again")
        return
    for service in services:
        for one in (await _within_limits(service.name, _Room(service)))[0]:
            yield one


async def _within_limits(part: str, look: Look) -> tuple[Sequence[Finding], bool]:
    """What a look found, and whether it came to its end."""
    try:
        async with asyncio.timeout(LONGEST):
            return await look(), True
    except TimeoutError:
        told = f"no answer within {LONGEST:.0f} s"
        return [Finding(part, told, "see that it runs and can be reached from here")], False
    except Exception as error:  # a look that breaks has found something too
        told = f"{type(error).__name__}: {error}"
        return [Finding(part, told[:300], "mend what this says, then look again")], False


async def _versions() -> list[Finding]:
    told = f"ansvar {version('ansvar')} on Python {platform.python_version()}"
    have = tuple(int(part) for part in platform.python_version_tuple()[:2])
    return [Finding("versions", told, "" if have >= OLDEST_PYTHON else "use Python 3.11 or newer")]


async def _broker(url: str, services: Sequence[str]) -> list[Finding]:
    servers = Brokers.at(url).servers
    found = await asyncio.to_thread(topics.list_topics, url)
    there = {one.name: one.partitions for one in found}
    wanted = {t.name: t.partitions for service in services for t in topics.topics_of(service)}
    missing = sorted(wanted.keys() - there.keys())
    wrong = sorted(n for n, count in wanted.items() if there.get(n, count) != count)
    findings = [Finding("broker", f"{servers} answers")]
    if missing:
        told = f"{len(missing)} topics are missing: {', '.join(missing[:5])}"
        findings.append(Finding("topics", told, "run `ansvar topics apply`"))
    if wrong:
        told = f"{', '.join(f'{n} has {there[n]} partitions, not {wanted[n]}' for n in wrong[:5])}"
        remedy = "run `ansvar topics apply`, which says what can be done"
        findings.append(Finding("topics", told, remedy))
    if not missing and not wrong:
        findings.append(Finding("topics", f"all {len(wanted)} are there"))
    return findings


async def _database(url: str) -> list[Finding]:
    about = await about_database(url)
    told = f"version {'.'.join(map(str, about.version))}"
    old = about.version[:2] < OLDEST_DATABASE
    least = ".".join(map(str, OLDEST_DATABASE))
    findings = [Finding("database", told, f"use {least} or newer" if old else "")]
    if not about.replica_set:
        remedy = "start it as a replica set: commits are transactions"
        findings.append(Finding("database", "it is no replica set", remedy))
    findings.append(_clock("clock of the database", about.now))
    return findings


def _clock(part: str, theirs: datetime, closer_than: timedelta = CLOCKS_MAY_DIFFER) -> Finding:
    apart = abs(datetime.now(UTC) - theirs)
    told = f"{apart.total_seconds():.1f} s from ours"
    return Finding(part, told, "" if apart <= closer_than else "let NTP set both clocks")


async def _certificates(kafka_url: str, mongo_url: str) -> list[Finding]:
    findings = []
    for name, seconds in seconds_left(files_of(kafka_url, mongo_url), datetime.now(UTC)):
        days = seconds / 86_400
        late = "" if days > CERTIFICATE_DAYS else "put a newer one in its place, then restart"
        findings.append(Finding(f"certificate {name}", f"{days:.0f} days left", late))
    return findings


async def _sign_in(issuer: str) -> list[Finding]:
    if not issuer:
        return [Finding("sign-in", "tokens of our own issuer (for a trial)")]
    place = issuer.rstrip("/") + "/.well-known/openid-configuration"
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        answer = await client.get(place)
        about = answer.raise_for_status().json()
        keys = (await client.get(about["jwks_uri"])).raise_for_status().json()["keys"]
    if about.get("issuer") != issuer:
        told = f"{place} speaks for {about.get('issuer')}"
        remedy = f"set ANSVAR_OIDC_ISSUER to {about.get('issuer')}"
        return [Finding("sign-in", told, remedy)]
    told = f"{issuer} answers with {len(keys)} keys"
    findings = [Finding("sign-in", told, "" if keys else "let the provider publish its keys")]
    if date := answer.headers.get("date"):
        whole_seconds = CLOCKS_MAY_DIFFER + timedelta(seconds=1)
        findings.append(_clock("clock of the provider", parsedate_to_datetime(date), whole_seconds))
    return findings


class _Room:
    """The look at one service: its collections, its indexes, its keys, and what it adds itself."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self) -> list[Finding]:
        service, settings = self._service, self._service.settings
        for name in ("master", "person", "link"):
            settings.key(name)
        keyring = MongoKeyRing.of(settings)
        store = MongoStore(settings.mongo_url, service.name, keyring)
        try:
            findings = [*await self._stored(store), *await self._permitted(store)]
            counts = await store.counts()
            if counts["relay_age"] > 60:
                told = f"the oldest unsent fact is {counts['relay_age']:.0f} s old"
                remedy = "see RelayLate in docs/runbook.md"
                findings.append(Finding(service.name, told, remedy))
            if service.examine is not None:
                findings += await service.examine(store, service.now())
            return findings
        finally:
            store.close()
            keyring.close()

    async def _stored(self, store: MongoStore) -> list[Finding]:
        name, found = self._service.name, await standing(store, self._service.kinds)
        told, remedy = "its collections and indexes are there", ""
        if found.missing:
            told = f"{len(found.missing)} indexes are missing: {', '.join(found.missing[:5])}"
            remedy = "run `ansvar migrate apply`, or start the service: both make what is missing"
        findings = [Finding(name, told, remedy)]
        if found.old:
            told = f"{sum(found.old.values())} documents have an older shape"
            findings.append(Finding(f"{name} documents", told, "run `ansvar migrate apply`"))
        if found.newer:
            told = f"{sum(found.newer.values())} documents are of a newer release than this one"
            remedy = "finish the upgrade: this release leaves them alone and waits at them"
            findings.append(Finding(f"{name} documents", told, remedy))
        return findings

    async def _permitted(self, store: MongoStore) -> list[Finding]:
        """Whether we may write: tried with a lease that nobody else takes, and given back."""
        part = f"{self._service.name} permissions"
        try:
            await store.lease("doctor", "doctor", 1.0)
            await store.give_back("doctor", "doctor")
        except (Conflict, Outage):
            raise
        except Exception as error:  # the driver's, which only shared.mongo may name
            told = f"nothing can be written: {type(error).__name__}: {error}"[:200]
            remedy = f"give our user the role readWrite on the database {store.db.name}"
            return [Finding(part, told, remedy)]
        return []
