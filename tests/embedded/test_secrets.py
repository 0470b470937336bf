"""Secrets are made once, stay the same, and only their owner can read them."""

from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from shared.embedded.secrets import secret_settings
from shared.issuer import Issuer
from shared.settings import ServiceSettings


def test_the_same_directory_keeps_its_secrets_and_another_has_others(tmp_path: Path) -> None:
    first = secret_settings(tmp_path / "one")
    assert secret_settings(tmp_path / "one") == first
    other = secret_settings(tmp_path / "two")
    assert not set(first.values()) & set(other.values())


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    secret_settings(tmp_path)
    (file,) = tmp_path.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("secrets.json", 0o600)


def test_each_has_the_form_its_user_expects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in secret_settings(tmp_path).items():
        monkeypatch.setenv(name, value)
    settings = ServiceSettings()
    assert {len(settings.key(name)) for name in ("master", "person", "link")} == {32}
    assert Webhook(secret_settings(tmp_path)["ANSVAR_WEBHOOK_SECRET"])
    assert settings.issuer_key_file is not None
    assert Issuer(settings.issuer_key_file).issue("officer", roles=["officer"]).count(".") == 2
