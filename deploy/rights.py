"""Writes what each service may do at broker and database: `python -m deploy.rights`.

Nothing here is a list to keep in step: what a service hears and announces, and the kinds of
things it stores, are read from its own wiring. A test keeps the written files true.

At the broker a service reads what it hears, writes what it announces and could not handle, and
belongs to its own group. At the database it has a user of its own that reaches no other database;
its journal and its record of access can be added to and read, never changed or emptied. The keys
of persons lie behind a user of their own (ADR 62).
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from docs.installed import installed
from shared.access import AccessEntry
from shared.administration.topics import TAKES_IN, groups_of, topics_of
from shared.mongo import SERVICE_COLLECTIONS
from shared.runtime import Service

HERE = Path(__file__).parent
ROOT = HERE.parent
ACLS, USERS = HERE / "kafka/acls.sh", HERE / "mongo/users.js"

OPERATOR, SCALER, KEYS = "operator", "keda", "keys"
"""Who runs `ansvar topics|lag|dead|journal|backup`; who looks whether messages wait; the one user
that reaches the keys of persons."""

KEYS_DATABASE = "ansvar_keys"

TOPIC, GROUP = "topic", "group"


class Grant(NamedTuple):
    """One thing that one user may do at the broker, in Kafka's own words."""

    user: str
    operation: str
    resource: str
    name: str


class Privilege(NamedTuple):
    """What a user may do with one collection, in MongoDB's own words; no collection: with all."""

    database: str
    collection: str
    actions: tuple[str, ...]


def grants_of(service: Service) -> list[Grant]:
    """What one service may do at the broker; whoever may read or write may also look."""
    name = service.name
    own = service.announces.topic if service.announces else None
    heard = sorted({*service.router.topics, f"{name}.replay", *TAKES_IN.get(name, ())})
    written = [*([own] if own else []), f"{name}.dead"]
    return [
        *(Grant(name, "Read", TOPIC, topic) for topic in heard),
        *(Grant(name, "Write", TOPIC, topic) for topic in written),
        *(Grant(name, "Read", GROUP, group) for group in groups_of(name)),
    ]


def grants(services: Iterable[Service]) -> list[Grant]:
    """Everything that anybody may do at the broker. Nobody is given the cluster."""
    found: list[Grant] = []
    for service in services:
        found += grants_of(service)
        for topic in topics_of(service.name):
            for operation in ("Read", "Write", "Create", "Alter", "Describe"):
                found.append(Grant(OPERATOR, operation, TOPIC, topic.name))
            found.append(Grant(SCALER, "Describe", TOPIC, topic.name))
        for group in groups_of(service.name):
            found.append(Grant(OPERATOR, "Read", GROUP, group))
            found.append(Grant(SCALER, "Describe", GROUP, group))
    return found


PREPARES = ("createCollection", "createIndex", "listIndexes")
"""Done at every start for every collection."""

READS, ADDS = ("find",), ("find", "insert")
CHANGES, REMOVES = (*ADDS, "update"), (*ADDS, "update", "remove")

ONLY_GROW = ("journal", AccessEntry.__name__)
"""What was announced, and who was shown what: no service can change or remove a line of it."""


def privileges_of(service: Service) -> list[Privilege]:
    """What one service may do with its database; every aggregate stays, records may go."""
    actions: dict[str, tuple[str, ...]] = dict.fromkeys(SERVICE_COLLECTIONS, REMOVES)
    actions |= {kind.__name__: REMOVES for kind in service.records}
    actions |= {kind.__name__: CHANGES for kind in service.aggregates}
    if _keeps_files(service.name):
        actions |= dict.fromkeys(("files.files", "files.chunks"), REMOVES)
    actions |= dict.fromkeys(ONLY_GROW, ADDS)
    database = f"ansvar_{service.name}"
    return [
        Privilege(database, "", ("listCollections",)),
        *(Privilege(database, name, (*may, *PREPARES)) for name, may in sorted(actions.items())),
    ]


def _keeps_files(name: str) -> bool:
    return "MongoFiles(" in (ROOT / "services" / name / "app.py").read_text()


def key_privileges() -> list[Privilege]:
    """A key is made, read and destroyed by writing over it; its place never goes, so that nobody
    can make another one for somebody who was erased."""
    return [Privilege(KEYS_DATABASE, "keys", (*CHANGES, *PREPARES))]


def acls(services: Iterable[Service]) -> str:
    """The script that gives users their rights at the broker."""
    by_rule: dict[tuple[str, str, str], list[str]] = {}
    for user, operation, resource, name in grants(services):
        by_rule.setdefault((user, operation, resource), []).append(name)
    return ACLS_HEAD + "".join(_added(*rule, names) for rule, names in by_rule.items())


def _added(user: str, operation: str, resource: str, names: list[str]) -> str:
    named = "".join(f" \\\n    --{resource} {name}" for name in names)
    return f"allow {user} {operation}{named}\n"


def users(services: Iterable[Service]) -> str:
    """The script that makes roles and users in the database."""
    found = list(services)
    roles = {service.name: privileges_of(service) for service in found}
    roles[KEYS] = key_privileges()
    said = {name: [_as_said(one) for one in held] for name, held in roles.items()}
    databases = [*(f"ansvar_{service.name}" for service in found), KEYS_DATABASE]
    rows = "\n".join(_role_rows(said))
    return USERS_HEAD.replace("ROLES", f"{{\n{rows}\n}}").replace(
        "DATABASES", json.dumps(databases)
    )


def _role_rows(said: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    for name, privileges in said.items():
        yield f"  {name}: ["
        for one in privileges:
            yield f"    {json.dumps(one)},"
        yield "  ],"


def _as_said(one: Privilege) -> dict[str, object]:
    place = {"db": one.database, "collection": one.collection}
    return {"resource": place, "actions": list(one.actions)}


def files() -> dict[Path, str]:
    """The text of each file that is written."""
    found = installed().services.values()
    return {ACLS: acls(found), USERS: users(found)}


ACLS_HEAD = """\
#!/bin/sh
# Written by `python -m deploy.rights` from what each service hears and announces.
#
#   KAFKA_ACLS="kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties" \\
#       sh deploy/kafka/acls.sh
#
# The broker needs an authorizer (org.apache.kafka.metadata.authorizer.StandardAuthorizer) that lets
# nobody in by default, and one user per service (SASL or certificates). What an older version was
# given and this one needs no more stays until it is taken back: compare with `--list`.
set -eu
: "${KAFKA_ACLS:=kafka-acls.sh --bootstrap-server kafka:9092}"

allow() { # USER OPERATION RESOURCES...
    user="$1" operation="$2"
    shift 2
    $KAFKA_ACLS --add --allow-principal "User:$user" --operation "$operation" "$@"
}

"""

USERS_HEAD = """\
// Written by `python -m deploy.rights` from what each service stores.
//
//   export ANSVAR_PASSWORD_SCREENING=...    # and so on for every new user
//   mongosh mongodb://admin@mongo/ deploy/mongo/users.js
//
// Run again after an upgrade: roles are made anew, so that what is no longer needed is taken back.
const roles = ROLES;
const databases = DATABASES;

const admin = db.getSiblingDB("admin");

function grant(name, privileges, inherited) {
  const role = "ansvar_" + name;
  const said = { privileges: privileges, roles: inherited };
  if (admin.getRole(role)) admin.updateRole(role, said);
  else admin.createRole({ role: role, ...said });
  const password = process.env["ANSVAR_PASSWORD_" + name.toUpperCase()];
  const user = { roles: [{ role: role, db: "admin" }] };
  if (password) user.pwd = password;
  if (admin.getUser(name)) admin.updateUser(name, user);
  else if (password) admin.createUser({ user: name, ...user });
  else throw new Error("set ANSVAR_PASSWORD_" + name.toUpperCase() + " for the new user " + name);
}

for (const [name, privileges] of Object.entries(roles)) grant(name, privileges, []);

// Whoever copies, restores, proves and erases; no service has this user.
grant("operator", [], databases.flatMap((name) =>
  ["readWrite", "dbAdmin"].map((role) => ({ role: role, db: name }))));
"""


if __name__ == "__main__":
    for file, text in files().items():
        file.write_text(text)
