"""Plays the story: the people in it, what they can see, and how long they wait for it."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx

from shared.administration import dead
from shared.clock import Clock
from shared.command.running import Running
from shared.embedded.secrets import ISSUER_KEY
from shared.events.base import Event
from shared.issuer import Issuer
from shared.story import NotTrue
from shared.story.contract_system import ContractSystem
from shared.story.facts import Facts
from shared.story.mails import Mail, Mails
from shared.story.person import Person
from shared.story.samples import Samples
from shared.story.telling import Teller

T = TypeVar("T")
E = TypeVar("E", bound=Event)

PATIENCE = 60.0
"""Seconds to wait for anything. On an idle machine each step takes less than two."""

GLANCE = 0.03
LOOK = 0.15
"""Seconds between two looks at what is in memory, and at what has to be asked for."""

EVERY_BUYER = "*"


class Player:
    """Everyone and everything that the story is played with, on one running system."""

    def __init__(
        self,
        running: Running,
        data: Path,
        samples: Samples,
        teller: Teller,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self.patience = patience
        self.running = running
        self.data = data
        self.samples = samples
        self.tell = teller
        self.buyer = samples.index.buyer.id
        self.facts = Facts(running.kafka_url, running.services)
        self.mails = Mails(Path(running.mail_dir))
        self.contract_system = ContractSystem(data / "demo")
        self.clock = Clock(Path(running.clock_file))
        self._http = httpx.AsyncClient(
            base_url=running.public_url, timeout=httpx.Timeout(30, connect=5), trust_env=False
        )
        self._issuer = Issuer(data / ISSUER_KEY)
        self.officer = self._person("mette.lund", "officer")
        self.approver = self._person("anders.kjaer", "approver")
        self.second_approver = self._person("birgit.noer", "approver")
        self.auditor = self._person("signe.ravn", "auditor")
        self.manager = self._person("thomas.bak", "contract_manager")
        self.admin = self._person("ulla.dahl", "admin")
        self.machine = self.known_as("kontraktsystem", "Kontraktsystem", "integration")
        self.supplier = Person("The supplier", self._http, patience)

    def _person(self, subject: str, *roles: str) -> Person:
        names = {person["subject"]: person["name"] for person in self.samples.people()}
        return self.known_as(subject, names[subject], *roles)

    def known_as(self, subject: str, name: str, *roles: str, buyer: str = "") -> Person:
        """Somebody with a token for these roles, as `ansvar token` makes it."""
        token = self.token(subject, name, *roles, buyer=buyer)
        return Person(name, self._http, self.patience, subject, token)

    def token(self, subject: str, name: str, *roles: str, buyer: str = "") -> str:
        return self._issuer.issue(subject, name, roles, [buyer or self.buyer])

    async def __aenter__(self) -> "Player":
        await self.facts.start()
        self.contract_system.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.contract_system.stop()
        await self.facts.stop()
        await self._http.aclose()

    # ------------------------------------------------------------ waiting

    async def wait_for(
        self,
        what: str,
        condition: Callable[[], T | None],
        *,
        instead: Callable[[], object] = lambda: "nothing of the kind",
    ) -> T:
        """What the condition finds, as soon as it finds something.

        Raises `NotTrue` after the limit, with what was awaited and what is there instead.
        """

        async def look() -> T | None:
            return condition()

        return await self.wait_until(what, look, instead=instead, pause=GLANCE)

    async def wait_until(
        self,
        what: str,
        condition: Callable[[], Awaitable[T | None]],
        *,
        instead: Callable[[], object] = lambda: "nothing of the kind",
        pause: float = LOOK,
    ) -> T:
        """Like `wait_for`, where somebody has to be asked."""
        end = time.monotonic() + self.patience
        while True:
            found = await condition()
            if found is not None and found is not False:
                return found
            if time.monotonic() > end:
                raise NotTrue(await self._not_so(what, instead))
            await asyncio.sleep(pause)

    async def fact(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True, **fields: object
    ) -> E:
        """What the first fact of a kind with these values says, now or as soon as it comes."""

        def first() -> E | None:
            return next(iter(self.facts.all(kind, where, **fields)), None)

        def others() -> str:
            there = self.facts.all(kind)
            said = "; ".join(one.model_dump_json(exclude_defaults=True) for one in there[-5:])
            return f"{len(there)} facts {kind.__name__}, none of them fits: {said}"

        told = ", ".join(f"{name}={value}" for name, value in fields.items())
        return await self.wait_for(f"the fact {kind.__name__} {told}", first, instead=others)

    async def mail(self, to: str, what: str, where: Callable[[Mail], bool]) -> Mail:
        """The first mail to an address that fits."""

        def first() -> Mail | None:
            return next(filter(where, self.mails.to(to)), None)

        def others() -> str:
            there = "; ".join(mail.subject for mail in self.mails.to(to))
            return f"mails to {to}: {there or 'none'}"

        return await self.wait_for(f"a mail to {to}: {what}", first, instead=others)

    async def letter(self, to: str, scope: str) -> Mail:
        """The letter whose one-time link opens this scope, such as `hearing/case-1f3c`."""
        return await self.mail(to, f"a letter about {scope}", lambda mail: mail.opens == scope)

    async def status(self, contract_id: str, status: str, *, after: int = 0) -> int:
        """Wait until the contract system was told this status; its version."""

        def first() -> int | None:
            told = self.contract_system.statuses(contract_id)
            return next((s.version for s in told if s.status == status and s.version > after), None)

        def others() -> str:
            told = self.contract_system.statuses(contract_id)
            forged = self.contract_system.forged[-3:]
            return f"told were {[(s.version, s.status) for s in told]}, forged: {forged}"

        return await self.wait_for(
            f"the webhook that {contract_id} is {status}", first, instead=others
        )

    def check(self, so: object, claim: str, instead: object = "") -> None:
        """Raise `NotTrue` unless the claim is so."""
        if not so:
            raise NotTrue(f"this should be true: {claim}. Instead: {instead or so}")

    async def quiet(self, *, seconds: float = 1.0) -> None:
        """Wait until nothing more follows: nobody is behind, and nothing new was heard."""
        from shared.administration.lag import lag

        async def still() -> bool | None:
            before = len(self.facts)
            rows = await asyncio.to_thread(lag, self.running.kafka_url, self.running.services)
            if any(row.behind for row in rows):
                return None
            await asyncio.sleep(seconds)
            return len(self.facts) == before or None

        await self.wait_until("everything is handled and nothing more follows", still)

    async def _not_so(self, what: str, instead: Callable[[], object]) -> str:
        latest = ", ".join(fact.name for fact in self.facts.latest(12))
        lines = [
            f"awaited for {self.patience:.0f} s: {what}",
            f"there is instead: {instead()}",
            f"heard last: {latest or 'nothing'}",
        ]
        letters = await asyncio.to_thread(
            dead.open_letters, self.running.kafka_url, self.running.services
        )
        lines += [f"set aside by {x.service}: {x.type} {x.id}: {x.reason}" for x in letters[-5:]]
        lines += [f"unreadable: {problem}" for problem in self.facts.unreadable[-3:]]
        return "\n  ".join(lines)

    # ------------------------------------------------------------ doing

    def drop(self, file: str) -> None:
        """Lay a file of the samples into the buyer's intake folder, whole or not at all."""
        folder = Path(self.running.intake_dir) / self.buyer
        folder.mkdir(parents=True, exist_ok=True)
        name = Path(file).name
        writing = self.data / "demo" / f"{name}.part"
        writing.write_bytes(self.samples.bytes_of(file))
        os.replace(writing, folder / name)

    def advance_to(self, moment: datetime) -> None:
        """Move the business clock, as `ansvar clock advance` does, unless it is there already."""
        ahead = moment - self.clock.now()
        if ahead > timedelta(0):
            self.clock.advance(ahead)

    async def page(self, person: Person, path: str) -> str:
        """A page of the console as a browser gets it."""
        answer = await person.send("GET", path, headers={"Accept": "text/html"})
        self.check(answer.status_code == 200, f"the page {path} is shown", answer.text[:500])
        return answer.text
