"""The collections and indexes that a service has, whatever it keeps."""

from collections.abc import Iterable
from typing import Any

from shared import access
from shared.domain import Stored

INBOX_DAYS = 90

SERVICE_COLLECTIONS = ("journal", "parcels", "inbox", "held", "deadlines", "effects", "leases")


def indexes_of(kinds: Iterable[type[Stored]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Collection, fields (a space between) and options of every index that a service needs."""
    ours: list[tuple[str, str, dict[str, Any]]] = [
        ("journal", "c", {}),
        ("journal", "e.key", {}),
        ("parcels", "sent c", {}),
        ("inbox", "ids", {"unique": True}),
        ("inbox", "at", {"expireAfterSeconds": INBOX_DAYS * 86_400}),
        ("held", "n", {}),
        ("AccessEntry", "recorded", {"expireAfterSeconds": access.KEPT_DAYS * 86_400}),
        ("deadlines", "at", {}),
        ("effects", "from", {}),
        ("effects", "owner", {}),
    ]
    for kind in kinds:
        for field in kind.indexes:
            ours.append((kind.__name__, field, {"unique": True} if field in kind.unique else {}))
        if kind.lasts is not None:
            field, seconds = kind.lasts
            ours.append((kind.__name__, field, {"expireAfterSeconds": seconds}))
    return ours
