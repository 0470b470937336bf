"""The embedded database: `python -m shared.embedded.database PORT DIR`.

A process of its own, started by `shared.embedded.stack` and the only place that imports
SecantusDB, which is GPL-2.0 and therefore only ever talked to over a socket.
"""

import logging
import signal
import sys
import threading
from pathlib import Path

from shared.embedded.expiry import go_on_expiring
from shared.embedded.readiness import HOST

SWEEP = 1.0  # seconds between two looks for transactions whose client is gone


def serve(port: int, storage: Path) -> None:
    """Serve the MongoDB protocol on 127.0.0.1 until SIGTERM or SIGINT."""
    from secantus import SecantusDBServer

    storage.mkdir(parents=True, exist_ok=True)
    server = SecantusDBServer(
        port=port,
        storage_path=str(storage),
        sync_on_commit=True,
        transaction_lifetime_seconds=3,
        ttl_sweep_seconds=0,  # its own sweep reads everything: see `shared.embedded.expiry`
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server.start()
    url = f"mongodb://{HOST}:{port}"
    expiring = threading.Thread(target=go_on_expiring, args=(url, stop), name="expiry", daemon=True)
    expiring.start()
    # Without this, the transactions of a killed client keep their locks for over a minute.
    while not stop.wait(SWEEP):
        server.transactions.prune_expired()
    server.stop()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    serve(int(sys.argv[1]), Path(sys.argv[2]))
