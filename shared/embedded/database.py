"""The embedded database: `python -m shared.embedded.database PORT DIR`.

A process of its own, started by `shared.embedded.stack` and the only place that imports
SecantusDB, which is GPL-2.0 and therefore only ever talked to over a socket.
"""

import logging
import signal
import sys
import threading
from pathlib import Path

SWEEP = 1.0  # seconds between two looks for transactions whose client is gone

EXPIRY = 60.0
"""Seconds between two looks for documents that have expired, as a real one does. Each look reads
every document of a collection that has such an index, and nobody writes meanwhile: once a second
it took half of the database's core where 20 000 lay, and commits ran out of their time at 40 000.
"""


def serve(port: int, storage: Path) -> None:
    """Serve the MongoDB protocol on 127.0.0.1 until SIGTERM or SIGINT."""
    from secantus import SecantusDBServer

    storage.mkdir(parents=True, exist_ok=True)
    server = SecantusDBServer(
        port=port,
        storage_path=str(storage),
        sync_on_commit=True,
        transaction_lifetime_seconds=3,
        ttl_sweep_seconds=EXPIRY,
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server.start()
    # Without this, the transactions of a killed client keep their locks for over a minute.
    while not stop.wait(SWEEP):
        server.transactions.prune_expired()
    server.stop()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    serve(int(sys.argv[1]), Path(sys.argv[2]))
