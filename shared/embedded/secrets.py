"""The secrets of one embedded system: made once, kept where only their owner can read them.

Other modes are given theirs from outside and never come here.
"""

import base64
import json
import os
import secrets
from pathlib import Path

FILE = "secrets.json"
ISSUER_KEY = "issuer.json"  # made by shared.issuer when it is first needed

KEY_SETTINGS = {
    "master": "ANSVAR_MASTER_KEY",  # wraps the keys of the subjects of personal data
    "person": "ANSVAR_PERSON_KEY",  # turns national numbers of persons into ids; never rotated
    "link": "ANSVAR_LINK_KEY",  # derives the tokens of one-time links
}


def secret_settings(data: Path) -> dict[str, str]:
    """The secrets of the system under `data` as settings, made at the first call."""
    path = data / FILE
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    made = {name: secrets.token_hex(32) for name in KEY_SETTINGS if name not in known}
    if "webhook" not in known:
        # The form that Standard Webhooks gives a shared secret.
        made["webhook"] = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    if made:
        known |= made
        write_private(path, json.dumps(known, indent=2))
    return {
        **{setting: known[name] for name, setting in KEY_SETTINGS.items()},
        "ANSVAR_WEBHOOK_SECRET": known["webhook"],
        "ANSVAR_ISSUER_KEY_FILE": str((data / ISSUER_KEY).absolute()),
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_suffix(".part")
    descriptor = os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(writing, path)
