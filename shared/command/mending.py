"""After a broker lost what it had acknowledged: topics, groups and facts as the journals say."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from shared.administration import reconcile, topics
from shared.administration.reconcile import Reconciled
from shared.command import record

DAYS = 7
"""How far back a start after a broken end looks; topics hold `topics.DAYS`."""


def mend(
    kafka_url: str, mongo_url: str, names: Sequence[str], *, days: int, embedded: bool
) -> tuple[list[str], Iterable[Reconciled]]:
    """Rewind the groups past the end, and send again what is missing. The services must be stopped.

    Says which groups were rewound; the facts are sent as the second part is read.
    """
    topics.apply(kafka_url, names)
    rewound = reconcile.rewind(kafka_url, names, remove_members=embedded)
    since = datetime.now(UTC) - timedelta(days=days)
    sent = (
        reconcile.send_missing(
            kafka_url, f"{name}.v1", record.facts_of(name, mongo_url, since, bool)
        )
        for name in names
    )
    return rewound, sent
