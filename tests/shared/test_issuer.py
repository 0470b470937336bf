"""The embedded issuer: its tokens are good, its key is nobody else's, and it is only embedded."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shared.domain import Caller
from shared.identity import ProviderKeys, Refused, Verifier
from shared.issuer import AUDIENCE, IdentitySettings, Issuer, verifier_of

KIRSTEN = Caller(subject="kirsten", name="Kirsten", roles=("officer",), buyers=("region-a",))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "issuer.json"


async def test_what_it_issues_is_believed(key_file: Path) -> None:
    issuer = Issuer(key_file, users=(KIRSTEN,))
    assert await issuer.verifier().caller(issuer.token_of("kirsten")) == KIRSTEN


def test_only_its_owner_reads_the_key_file(key_file: Path) -> None:
    Issuer(key_file)
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert list(key_file.parent.iterdir()) == [key_file]


async def test_the_key_outlives_the_process(key_file: Path) -> None:
    token = Issuer(key_file).issue("u", roles=("admin",))
    assert (await Issuer(key_file).verifier().caller(token)).roles == ("admin",)


def test_a_key_that_others_may_read_is_not_used(key_file: Path) -> None:
    Issuer(key_file)
    key_file.chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        Issuer(key_file)


async def test_a_token_lasts_as_long_as_was_said(key_file: Path) -> None:
    early = Issuer(key_file, now=lambda: 1_000_000.0).issue("u", roles=("admin",))
    late = Issuer(key_file).issue("u", roles=("admin",), ttl=timedelta(minutes=5))
    verifier = Issuer(key_file).verifier()
    with pytest.raises(Refused, match="expired"):
        await verifier.caller(early)
    assert await verifier.caller(late)


def test_roles_and_users_that_do_not_exist_are_named(key_file: Path) -> None:
    issuer = Issuer(key_file, users=(KIRSTEN,))
    with pytest.raises(ValueError, match="no role chief; there are officer"):
        issuer.issue("u", roles=("chief",))
    with pytest.raises(ValueError, match="no user ole; there are kirsten"):
        issuer.token_of("ole")


async def test_it_is_found_by_discovery_like_any_provider(key_file: Path) -> None:
    issuer = Issuer(key_file, url="http://issuer.test")
    app = FastAPI()
    app.include_router(issuer.routes())
    keys = ProviderKeys("http://issuer.test", transport=httpx.ASGITransport(app=app))
    verifier = Verifier(keys, issuer="http://issuer.test", audience=AUDIENCE)
    token = issuer.issue("kirsten", "Kirsten", ("officer",), ("region-a",))
    assert await verifier.caller(token) == KIRSTEN


def test_only_public_halves_leave_it(key_file: Path) -> None:
    (key,) = Issuer(key_file).public_keys()["keys"]
    assert "d" not in key
    assert key["kid"]


async def test_settings_choose_one_source_of_trust(key_file: Path) -> None:
    token = Issuer(key_file).issue("u", roles=("admin",))
    assert await verifier_of(IdentitySettings(issuer_key_file=key_file)).caller(token)
    from_provider = verifier_of(IdentitySettings(oidc_issuer="https://login.example"))
    assert isinstance(from_provider.keys, ProviderKeys)
    with pytest.raises(ValueError, match="not both"):
        verifier_of(IdentitySettings(oidc_issuer="https://login.example", issuer_key_file=key_file))
    with pytest.raises(ValueError, match="set ANSVAR_OIDC_ISSUER"):
        verifier_of(IdentitySettings())
