"""Where the broker is and how one is let in, in one line as ANSVAR_KAFKA_URL says it.

    kafka:9092                                                  plain, inside one machine
    ssl://kafka-1:9093,kafka-2:9093?ca=/run/secrets/ca.pem      encrypted; `ca` is a file
    sasl_ssl://screening:word@kafka:9093?mechanism=SCRAM-SHA-512&ca=/run/secrets/ca.pem

`certificate` and `key` name the files of a client's certificate where the broker wants one.
"""

import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

PROTOCOLS = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
MECHANISMS = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}
FILES = ("ca", "certificate", "key")


class BadBrokers(ValueError):
    """ANSVAR_KAFKA_URL cannot be understood; the sentence says what would be right."""


@dataclass(frozen=True)
class Brokers:
    """A parsed ANSVAR_KAFKA_URL. `servers` has no secret in it and may be shown."""

    servers: str
    protocol: str = "plaintext"
    mechanism: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    files: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, url: str) -> "Brokers":
        """Raises BadBrokers."""
        if "://" not in url:
            return cls(url)
        scheme, _, rest = url.partition("://")
        parts = urlsplit(f"//{rest}")
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        mechanism = asked.pop("mechanism", "SCRAM-SHA-512")
        let_in, _, servers = parts.netloc.rpartition("@")
        user, _, password = let_in.partition(":")
        named = scheme.startswith("sasl_")
        if scheme not in PROTOCOLS:
            raise _bad(f"begins with {scheme}://; it may begin with {_any_of(PROTOCOLS)}")
        if not servers:
            raise _bad("names no server; it needs host:port after ://")
        if named and not (user and password):
            raise _bad(f"names no user and password, which {scheme} needs: user:password@")
        if not named and let_in:
            raise _bad(f"names a user, which {scheme} does not know; use sasl_ssl://")
        if named and mechanism not in MECHANISMS:
            raise _bad(f"asks for {mechanism}; known are {_any_of(MECHANISMS)}")
        if unknown := sorted(asked.keys() - {*FILES}):
            raise _bad(f"says {_any_of(unknown)}; known are mechanism, {_any_of(FILES)}")
        for name, path in asked.items():
            if not Path(path).is_file():
                raise _bad(f"names a file as {name} that is not there: {path}")
        return cls(
            servers,
            scheme,
            mechanism if named else "",
            unquote(user),
            unquote(password),
            tuple(sorted(asked.items())),
        )

    @property
    def encrypted(self) -> bool:
        return self.protocol.endswith("ssl")

    @cached_property
    def _context(self) -> ssl.SSLContext:
        files = dict(self.files)
        context = ssl.create_default_context(cafile=files.get("ca"))
        if "certificate" in files:
            context.load_cert_chain(files["certificate"], files.get("key"))
        return context

    def options(self) -> dict[str, Any]:
        """What aiokafka and kafka-python are told; both have the same names for it."""
        told: dict[str, Any] = {"bootstrap_servers": self.servers}
        if self.protocol != "plaintext":
            told["security_protocol"] = self.protocol.upper()
        if self.encrypted:
            told["ssl_context"] = self._context
        if self.mechanism:
            told["sasl_mechanism"] = self.mechanism
            told["sasl_plain_username"] = self.user
            told["sasl_plain_password"] = self.password
        return told

    def security(self) -> BaseSecurity | None:
        """The same for FastStream."""
        context = self._context if self.encrypted else None
        if self.mechanism:
            return MECHANISMS[self.mechanism](self.user, self.password, context, self.encrypted)
        return BaseSecurity(context) if context else None


def _bad(why: str) -> BadBrokers:
    return BadBrokers(f"ANSVAR_KAFKA_URL {why}")


def _any_of(names: Any) -> str:
    return ", ".join(names)
