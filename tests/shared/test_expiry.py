"""What has expired goes from the embedded database, and nothing else does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from shared.embedded.expiry import AT_ONCE, expire
from shared.embedded.stack import Stack

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LASTS = 3600
Client = MongoClient[dict[str, Any]]


class Asked(CommandListener):
    def __init__(self) -> None:
        self.commands: list[CommandStartedEvent] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.commands.append(event)

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def client(stack: Stack, asked: Asked) -> Iterator[Client]:
    with Client(stack.mongo_url, event_listeners=[asked]) as client:
        yield client
        client.drop_database("expiring")


def document(number: int, age: float) -> dict[str, Any]:
    return {"_id": number, "at": NOW - timedelta(seconds=age)}


def left(client: Client) -> set[int]:
    return {one["_id"] for one in client["expiring"]["inbox"].find()}


def test_what_is_older_than_its_index_says_is_gone(client: Client) -> None:
    inbox = client["expiring"]["inbox"]
    inbox.create_index("at", expireAfterSeconds=LASTS)
    inbox.insert_many([document(1, LASTS + 1), document(2, LASTS - 1), {"_id": 3}])
    inbox.insert_one({"_id": 4, "at": "a long time ago"})
    assert expire(client, NOW) == 1
    assert left(client) == {2, 3, 4}


def test_without_such_an_index_nothing_goes(client: Client) -> None:
    inbox = client["expiring"]["inbox"]
    inbox.create_index("at")
    inbox.insert_one(document(1, 10 * LASTS))
    assert expire(client, NOW) == 0
    assert left(client) == {1}


def test_what_a_partial_index_does_not_hold_stays(client: Client) -> None:
    inbox = client["expiring"]["inbox"]
    inbox.create_index(
        "at", expireAfterSeconds=LASTS, partialFilterExpression={"ended": {"$eq": True}}
    )
    inbox.insert_one({**document(1, 2 * LASTS), "ended": True})
    inbox.insert_one({**document(2, 2 * LASTS), "ended": False})
    assert expire(client, NOW) == 1
    assert left(client) == {2}


def test_many_go_in_pieces_between_which_others_may_write(client: Client, asked: Asked) -> None:
    inbox = client["expiring"]["inbox"]
    inbox.create_index("at", expireAfterSeconds=LASTS)
    many = 2 * AT_ONCE + 1
    inbox.insert_many([document(number, 2 * LASTS) for number in range(many)])
    assert expire(client, NOW) == many
    deleted = [one.command for one in asked.commands if one.command_name == "delete"]
    assert [len(one["deletes"][0]["q"]["_id"]["$in"]) for one in deleted] == [AT_ONCE, AT_ONCE, 1]


def test_only_documents_that_expired_are_read(client: Client) -> None:
    inbox = client["expiring"]["inbox"]
    inbox.create_index("at", expireAfterSeconds=LASTS)
    inbox.insert_many([document(number, 0) for number in range(50)])
    plan = inbox.find({"at": {"$lt": NOW - timedelta(seconds=LASTS)}}).explain()
    assert plan["queryPlanner"]["winningPlan"].get("inputStage", {}).get("stage") == "IXSCAN", plan
