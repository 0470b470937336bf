"""The certificates of the lines to broker and database, and how long they last."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509

from shared.brokers import Brokers

OF_THE_DATABASE = ("tlsCAFile", "tlsCertificateKeyFile")
"""Options of a MongoDB connection string that name files with certificates."""


def files_of(kafka_url: str, mongo_url: str) -> set[Path]:
    """The files with certificates that the two lines name."""
    brokers = dict(Brokers.at(kafka_url).files)
    database = dict(parse_qsl(urlsplit(mongo_url).query))
    named = [brokers.get("ca"), brokers.get("certificate")]
    named += [database.get(option) for option in OF_THE_DATABASE]
    return {Path(one) for one in named if one}


def seconds_left(files: set[Path], now: datetime) -> Iterator[tuple[str, float]]:
    """Each file's name, and the seconds until the first of its certificates ends.

    Zero where the file cannot be read: it is as good as ended.
    """
    for file in sorted(files):
        try:
            held = x509.load_pem_x509_certificates(file.read_bytes())
            ends = min(one.not_valid_after_utc for one in held)
        except (OSError, ValueError):
            yield file.name, 0.0
        else:
            yield file.name, max((ends - now).total_seconds(), 0.0)
