"""What a running service does with its database is what its user may do (deploy/rights.py)."""

from typing import Any

from pymongo import monitoring

from deploy.rights import Privilege, key_privileges, privileges_of
from shared.settings import ServiceSettings
from shared.testing import until
from tests.shared.probe import Register, ask, onboarding, party, running, screening

NEEDS: dict[str, tuple[str, ...]] = {
    "find": ("find",),
    "insert": ("insert",),
    "update": ("update",),
    "delete": ("remove",),
    "findAndModify": ("find", "update"),
    "create": ("createCollection",),
    "createIndexes": ("createIndex",),
    "listIndexes": ("listIndexes",),
    "listCollections": ("listCollections",),
}
"""What a command of MongoDB asks of whoever gives it."""

FREE = ("ping", "hello", "commitTransaction", "abortTransaction", "endSessions", "getMore")
"""Given by everybody, or about what was allowed before."""


class Heard(monitoring.CommandListener):
    """Every command that this process gives a database."""

    def __init__(self) -> None:
        self.commands: set[tuple[str, str, str]] = set()
        self.listening = False

    def started(self, event: Any) -> None:
        if self.listening:
            said = event.command.get(event.command_name)
            collection = said if isinstance(said, str) else ""
            self.commands.add((event.database_name, collection, event.command_name))

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


def refused(commands: set[tuple[str, str, str]], may: list[Privilege]) -> list[str]:
    """The commands that a database would not take from who may only do this."""
    allowed = {(one.database, one.collection): set(one.actions) for one in may}
    return [
        f"{command} of {database}.{collection}"
        for database, collection, command in sorted(commands)
        if command not in FREE
        and not set(NEEDS[command]) <= allowed.get((database, collection), set())
    ]


async def test_no_command_of_a_running_service_is_more_than_its_user_may(
    settings: ServiceSettings,
) -> None:
    heard = Heard()
    monitoring.register(heard)
    heard.listening = True
    one, two = onboarding(settings), screening(settings)
    try:
        async with running(one, two):
            for number, id in enumerate(("dk-cvr-1", "person-1")):
                asked = Register(party_id=id, name="Nordlys", remind_in=0.1, call=True)
                await ask(one, asked, f"http/{number}")
            await ask(one, Register(party_id="dk-cvr-2", name="bad"), "http/bad")
            for id in ("dk-cvr-1", "person-1"):
                await until(party(one, id, lambda p: bool(p.screened and p.reminded and p.called)))
            await one.ready()
    finally:
        heard.listening = False
    may = [*privileges_of(one), *privileges_of(two), *key_privileges()]
    assert refused(heard.commands, may) == []
    given = {(collection, command) for _, collection, command in heard.commands}
    assert {("journal", "insert"), ("keys", "insert"), ("leases", "findAndModify")} <= given
    less = [one for one in may if one.collection != "journal"]
    assert "insert of ansvar_onboarding.journal" in refused(heard.commands, less)
