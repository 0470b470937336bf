"""What every service is told from outside, by environment variables that begin with ANSVAR_."""

import socket
from pathlib import Path

from pydantic import Field, SecretStr

from shared.issuer import IdentitySettings


class ServiceSettings(IdentitySettings, env_prefix="ANSVAR_"):
    """Settings that all services share; a service adds its own in a subclass beside its wiring.

    `instance` is a name for this process that a restarted one has again: it takes its lease and
    its place in the consumer group back at once. The keys are 32 bytes in hexadecimal.

    `keys_url` is the line to the database of persons' keys, where another user reaches it
    (ADR 62). `master_key_before` are earlier master keys, separated by commas, as long as
    `ansvar persons rewrap` has not ended.
    """

    kafka_url: str = Field("localhost:9092", repr=False)
    mongo_url: str = Field("mongodb://localhost:27017/?replicaSet=rs0", repr=False)
    keys_url: str = Field("", repr=False)
    embedded: bool = False
    instance: str = socket.gethostname()
    master_key: SecretStr = SecretStr("")
    master_key_before: SecretStr = SecretStr("")
    person_key: SecretStr = SecretStr("")
    link_key: SecretStr = SecretStr("")
    clock_file: Path | None = None
    public_url: str = "http://localhost:8000"
    dead_per_minute: int = 100
    effect_workers: int = 4

    def key(self, name: str) -> bytes:
        """The bytes of one of the keys. Raises ValueError that names the setting to correct."""
        value: SecretStr = getattr(self, f"{name}_key")
        try:
            key = bytes.fromhex(value.get_secret_value())
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ValueError(f"ANSVAR_{name.upper()}_KEY must be 32 bytes in hexadecimal")
        return key

    def masters_before(self) -> tuple[bytes, ...]:
        """Earlier master keys. Raises ValueError where one is none."""
        said = self.master_key_before.get_secret_value()
        try:
            keys = tuple(bytes.fromhex(one.strip()) for one in said.split(",") if one.strip())
        except ValueError:
            keys = (b"",)
        if any(len(key) != 32 for key in keys):
            raise ValueError(
                "ANSVAR_MASTER_KEY_BEFORE must be keys of 32 bytes in hexadecimal, with commas"
            )
        return keys
