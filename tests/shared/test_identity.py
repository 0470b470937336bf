"""Every way in which a token can be wrong is refused, with a reason that a person understands."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from shared.domain import Caller
from shared.identity import (
    BELIEVED_FOR,
    FRESH_FOR,
    LEEWAY,
    REFETCH_AFTER,
    RETRY_AFTER,
    GivenKeys,
    ProviderKeys,
    Refused,
    Verifier,
)
from shared.store import Outage

ISSUER = "https://login.example"
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec"})
NOW = time.time()

verifier = Verifier(
    GivenKeys(KeySet([EC, RSA, ED])), issuer=ISSUER, audience="ansvar", now=lambda: NOW
)


def claims(**changed: Any) -> dict[str, Any]:
    said = {
        "iss": ISSUER,
        "aud": "ansvar",
        "sub": "u-1",
        "name": "Åse Holm",
        "roles": ["officer", "offline_access", "auditor"],
        "buyers": ["region-a"],
        "iat": int(NOW),
        "exp": int(NOW) + 600,
    } | changed
    return {name: value for name, value in said.items() if value is not None}


def token(key: Any = EC, alg: str = "ES256", kid: str | None = "ec", **changed: Any) -> str:
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    return jwt.encode(header, claims(**changed), key, algorithms=[alg])


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        await verifier.caller(text)
    return refused.value.reason


async def test_a_good_token_says_who_asks() -> None:
    assert await verifier.caller(token()) == Caller(
        subject="u-1", name="Åse Holm", roles=("officer", "auditor"), buyers=("region-a",)
    )


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("key", "alg", "kid"), [(RSA, "RS256", "rsa"), (ED, "EdDSA", "ed"), (ED, "Ed25519", "ed")]
)
async def test_the_accepted_algorithms(key: Any, alg: str, kid: str) -> None:
    assert (await verifier.caller(token(key, alg, kid))).subject == "u-1"


async def test_an_unsigned_token_is_refused() -> None:
    for alg in ("none", "None", "", None, ["ES256"]):
        text = f"{part({'alg': alg, 'kid': 'ec'})}.{part(claims())}."
        assert "not accepted" in await refusal(text)


async def test_a_public_key_is_no_shared_secret() -> None:
    """Algorithm confusion: signed by HMAC with the RSA public key, which everybody can read."""
    public = RSA.as_pem(private=False)
    header, body = part({"alg": "HS256", "kid": "rsa"}), part(claims())
    mac = hmac.digest(public, f"{header}.{body}".encode(), hashlib.sha256)
    signed = f"{header}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert "'HS256', which is not accepted" in await refusal(signed)


async def test_a_secret_key_in_the_set_is_never_used() -> None:
    keys = GivenKeys(KeySet([OctKey.generate_key(256, {"kid": "oct"}), EC]))
    assert await keys.find("oct") is None
    assert await keys.find(None) is not None


async def test_a_key_of_another_kind_than_the_algorithm_is_refused() -> None:
    text = f"{part({'alg': 'RS256', 'kid': 'ec'})}.{part(claims())}.{'A' * 342}"
    assert "not genuine" in await refusal(text)


async def test_somebody_else_s_signature_under_a_known_name_is_refused() -> None:
    assert "not genuine" in await refusal(token(STRANGER))


async def test_a_changed_body_is_refused() -> None:
    header, _, signature = token().split(".")
    assert "not genuine" in await refusal(f"{header}.{part(claims(roles=['admin']))}.{signature}")


async def test_headers_that_point_to_keys_are_not_followed() -> None:
    jwk = STRANGER.as_dict(private=False)
    header = {"alg": "ES256", "kid": "ec", "jwk": jwk, "jku": "https://evil.example/keys"}
    assert "not genuine" in await refusal(jwt.encode(header, claims(), STRANGER))


async def test_critical_extensions_that_we_do_not_know_are_refused() -> None:
    body = part(claims())
    header = part({"alg": "ES256", "kid": "ec", "crit": ["exp"], "exp": 0})
    assert "not genuine" in await refusal(f"{header}.{body}.{'A' * 86}")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"aud": "another"}, "meant for another system"),
        ({"aud": ["another", "third"]}, "meant for another system"),
        ({"aud": None}, "does not say aud"),
        ({"iss": "https://evil.example"}, "issued by somebody else"),
        ({"iss": None}, "does not say iss"),
        ({"exp": int(NOW) - LEEWAY - 1}, "has expired"),
        ({"exp": None}, "does not say exp"),
        ({"exp": "tomorrow"}, "has expired"),
        ({"nbf": int(NOW) + LEEWAY + 2}, "not valid yet"),
        ({"iat": int(NOW) + LEEWAY + 2}, "in the future"),
        ({"sub": None}, "does not say sub"),
        ({"sub": 7}, "damaged"),
        ({"roles": None}, "none of the roles of this system"),
        ({"roles": ["superuser"]}, "none of the roles of this system"),
        ({"roles": {"officer": True}}, "none of the roles of this system"),
    ],
)
async def test_wrong_claims_are_refused(changed: dict[str, Any], reason: str) -> None:
    assert reason in await refusal(token(**changed))


async def test_clocks_may_differ_a_little() -> None:
    assert await verifier.caller(token(exp=int(NOW) - LEEWAY + 2, nbf=int(NOW) + LEEWAY - 2))


async def test_one_audience_of_several_is_enough() -> None:
    assert await verifier.caller(token(aud=["another", "ansvar"]))


async def test_roles_may_be_nested_and_buyers_may_be_missing() -> None:
    nested = Verifier(
        GivenKeys(KeySet([EC])),
        issuer=ISSUER,
        audience="ansvar",
        roles_claim="realm_access.roles",
        now=lambda: NOW,
    )
    text = token(kid=None, roles=None, buyers=None, realm_access={"roles": ["approver"]})
    assert await nested.caller(text) == Caller(
        subject="u-1", name="Åse Holm", roles=("approver",), buyers=()
    )


async def test_without_a_key_id_only_a_single_key_is_meant() -> None:
    assert "key that its issuer does not have" in await refusal(token(kid=None))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b", "a.b.c.d", "é.é.é", "[].x.y", f"{'A' * 20000}.b.c", "WzFd.e.f"]
)
async def test_what_is_no_token_is_damaged(text: str) -> None:
    assert "damaged" in await refusal(text)


@given(st.text(max_size=60), st.text(max_size=60))
async def test_no_text_does_anything_but_be_refused(body: str, signature: str) -> None:
    await refusal(f"{part({'alg': 'ES256', 'kid': 'ec'})}.{body}.{signature}")
    await refusal(body)


class Provider:
    """An OpenID Connect provider that serves these keys and counts how often it is asked."""

    def __init__(self, *keys: Any) -> None:
        self.keys = [key.as_dict(private=False) for key in keys]
        self.issuer = ISSUER
        self.jwks_uri = f"{ISSUER}/keys"
        self.asked = 0
        self.away = False
        self.time = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("nobody answers")
        if request.url.path == "/keys":
            self.asked += 1
            return httpx.Response(200, json={"keys": self.keys})
        return httpx.Response(200, json={"issuer": self.issuer, "jwks_uri": self.jwks_uri})

    def source(self) -> ProviderKeys:
        transport = httpx.MockTransport(self)
        return ProviderKeys(ISSUER, transport=transport, passing=lambda: self.time)


async def test_keys_are_found_by_discovery_and_kept() -> None:
    provider = Provider(EC)
    keys = provider.source()
    for _ in range(3):
        found = await keys.find("ec")
        assert found is not None
        assert found.thumbprint() == EC.thumbprint()
    assert provider.asked == 1


async def test_a_new_key_is_found_and_a_stranger_s_costs_one_fetch_in_thirty_seconds() -> None:
    provider = Provider(EC)
    keys = provider.source()
    assert await keys.find("ec")
    provider.keys.append(RSA.as_dict(private=False))
    for _ in range(20):
        assert await keys.find("rsa") is None
    assert provider.asked == 1
    provider.time = REFETCH_AFTER
    assert await keys.find("rsa")
    for n in range(20):
        assert await keys.find(f"stranger-{n}") is None
    assert provider.asked == 2


async def test_a_withdrawn_key_stops_working() -> None:
    provider = Provider(EC, RSA)
    keys = provider.source()
    assert await keys.find("rsa")
    provider.keys.pop()
    provider.time = FRESH_FOR + 1
    assert await keys.find("rsa") is None


async def test_kinds_of_keys_that_we_do_not_use_spoil_nothing() -> None:
    provider = Provider(EC)
    provider.keys += [{"kty": "new", "kid": "x"}, OctKey.generate_key(256).as_dict(private=True)]
    assert await provider.source().find("ec")


async def test_without_the_provider_old_keys_serve_for_a_while() -> None:
    provider = Provider(EC)
    keys = provider.source()
    assert await keys.find("ec")
    provider.away, provider.time = True, FRESH_FOR + 1
    assert await keys.find("ec")
    provider.time = BELIEVED_FOR + 1
    with pytest.raises(Outage, match="nobody answers"):
        await keys.find("ec")
    provider.away, provider.time = False, provider.time + RETRY_AFTER
    assert await keys.find("ec")


async def test_a_provider_that_speaks_for_somebody_else_is_not_believed() -> None:
    provider = Provider(EC)
    provider.issuer = "https://evil.example"
    with pytest.raises(Outage, match=r"speaks for https://evil\.example"):
        await provider.source().find("ec")


async def test_keys_over_an_open_line_are_not_believed() -> None:
    provider = Provider(EC)
    provider.jwks_uri = "http://login.example/keys"
    with pytest.raises(Outage, match="not served over https"):
        await provider.source().find("ec")


async def test_a_provider_that_answers_nonsense_is_away() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text="<html>"))
    with pytest.raises(Outage):
        await ProviderKeys(ISSUER, transport=transport).find("ec")
