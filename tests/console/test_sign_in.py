"""Signing in at a real provider, in a process of its own: there, back, renewed, and out again."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest

from services.console.cookies import LARGEST, Jar, Seal
from services.console.provider import Provider
from services.console.session import LANGUAGE
from services.notifications.claims import Claims
from shared.embedded.readiness import free_ports
from shared.identity import ProviderKeys, Verifier
from shared.testing import World, until
from tests.console.desk import PAGE, Console, Settings
from tests.console.oidc import CLIENT, SECRET

HOME = "https://console.test"
CALLBACK = f"{HOME}/sign-in/callback"
SESSION, RENEWAL = "__Host-ansvar_session", "__Host-ansvar_renewal"


class OverTls(Settings):
    public_url = HOME


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "tests.console.oidc", str(port), CALLBACK]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        asyncio.run(_up(f"http://127.0.0.1:{port}"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


async def _up(issuer: str) -> None:
    async with httpx.AsyncClient() as client:

        async def answers() -> bool:
            try:
                return (await client.get(f"{issuer}/jwks")).is_success
            except httpx.TransportError:
                return False

        await until(answers, seconds=20)


@pytest.fixture
async def console(world: World, tmp_path: Path, issuer: str) -> AsyncIterator[Console]:
    console = Console(world, tmp_path)
    provider = Provider(
        issuer, client_id=CLIENT, client_secret=SECRET, scopes="openid profile", home=HOME
    )
    console.settings = OverTls()
    console.verifier = Verifier(ProviderKeys(issuer), issuer=issuer, audience="ansvar")
    console.adapters = {**console.adapters, "provider": provider, "demo_users": (), "issuer": None}
    yield console
    await provider.close()


@pytest.fixture
async def browser(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=console.app())
    headers = PAGE | {"Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers) as client:
        yield client


async def at_the_provider(address: str, subject: str = "mette.lund") -> str:
    """Click on oneself on the provider's page; where it sends the browser then."""
    async with httpx.AsyncClient() as client:
        assert subject in (await client.get(address)).text
        answer = await client.post(address, data={"subject": subject})
    return answer.headers["location"]


async def begun(browser: httpx.AsyncClient, next: str = "/") -> str:
    start = await browser.get("/sign-in/start", params={"next": next})
    assert start.status_code == 303
    return start.headers["location"]


async def signed_in(browser: httpx.AsyncClient, next: str = "/") -> httpx.Response:
    return await browser.get(await at_the_provider(await begun(browser, next)))


def flags(answer: httpx.Response) -> dict[str, str]:
    """Of each cookie that was set, its flags."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):
        ((name, _),) = SimpleCookie(line).items()
        found[name] = line.lower()
    return found


async def test_an_officer_signs_in_at_the_provider_and_comes_back_where_they_were(
    browser: httpx.AsyncClient, issuer: str
) -> None:
    page = await browser.get("/contracts?show=all")
    assert page.headers["location"] == "/sign-in?next=%2Fcontracts%3Fshow%3Dall"
    sign_in = await browser.get(page.headers["location"])
    (start,) = re.findall(r'href="(/sign-in/start[^"]*)"', sign_in.text)
    address = (await browser.get(start)).headers["location"]
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [CALLBACK]
    assert len(asked["state"][0]) >= 43
    assert asked["nonce"] != asked["state"]
    back = await browser.get(await at_the_provider(address))
    assert (back.status_code, back.headers["location"]) == (303, "/contracts?show=all")
    assert "Mette Lund" in (await browser.get("/")).text


async def test_who_comes_from_the_provider_is_made_known_and_reads_their_own_language(
    browser: httpx.AsyncClient, console: Console, issuer: str
) -> None:
    back = await signed_in(browser)
    assert back.cookies[LANGUAGE] == "sv"
    ((path, body, headers),) = console.services.sent
    assert path == "/api/notifications/directory/me"
    assert headers["authorization"] == f"Bearer {browser.cookies[SESSION]}"
    claims = Claims(Verifier(ProviderKeys(issuer), issuer=issuer, audience=CLIENT))
    said = await claims.of(body["id_token"], "mette.lund")
    assert (said.email, said.language) == ("mette.lund@region.example", "sv")
    assert said.units == ("wages", "everybody-in-the-region")


async def test_a_language_that_was_chosen_stays_and_signing_in_waits_for_nobody(
    browser: httpx.AsyncClient, console: Console
) -> None:
    await browser.get("/language/en")
    console.services.refusal = (503, {"detail": "it is away"})
    back = await signed_in(browser)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert LANGUAGE not in back.cookies
    assert "Mette Lund" in (await browser.get("/")).text


async def test_its_cookies_are_for_this_host_alone_and_out_of_reach_of_scripts(
    browser: httpx.AsyncClient,
) -> None:
    back = await signed_in(browser)
    set_now = flags(back)
    assert {SESSION, RENEWAL, "__Host-ansvar_forms", "__Host-ansvar_person"} <= set(set_now)
    for name, line in set_now.items():
        assert name.startswith("__Host-") or name == LANGUAGE  # which is no secret
        assert "secure" in line
        assert "httponly" in line
        assert "samesite=lax" in line
        assert "path=/" in line
        assert "domain" not in line
    assert "max-age=0" in set_now["__Host-ansvar_attempt"]


async def test_a_cookie_that_a_neighbour_planted_is_not_looked_at(
    browser: httpx.AsyncClient,
) -> None:
    await signed_in(browser)
    token = browser.cookies[SESSION]
    browser.cookies.clear()
    browser.cookies.set("ansvar_session", token)
    assert (await browser.get("/")).status_code == 303


async def test_an_answer_that_this_browser_did_not_ask_for_opens_nothing(
    browser: httpx.AsyncClient, console: Console
) -> None:
    foreign = await at_the_provider(await begun(browser))
    browser.cookies.clear()
    await begun(browser)
    answer = await browser.get(foreign)
    assert answer.status_code == 401
    assert "not begun in this browser" in answer.text
    assert SESSION not in browser.cookies


@pytest.mark.parametrize("part", ["state", "code", "iss", "error"])
async def test_an_answer_with_a_changed_part_opens_nothing(
    browser: httpx.AsyncClient, part: str
) -> None:
    back = urlsplit(await at_the_provider(await begun(browser)))
    query = dict(parse_qsl(back.query)) | {part: "https://evil.example"}
    answer = await browser.get(f"{back.path}?{urlencode(query)}")
    assert answer.status_code == 401
    assert SESSION not in browser.cookies


async def test_a_code_that_was_stolen_is_worth_nothing_without_its_verifier(
    browser: httpx.AsyncClient,
) -> None:
    stolen = dict(parse_qsl(urlsplit(await at_the_provider(await begun(browser))).query))
    own = dict(parse_qsl(urlsplit(await begun(browser)).query))
    answer = await browser.get(
        "/sign-in/callback", params={"code": stolen["code"], "state": own["state"]}
    )
    assert answer.status_code == 401
    assert "invalid_grant" in answer.text
    assert SESSION not in browser.cookies


async def test_an_answer_is_good_for_one_time(browser: httpx.AsyncClient) -> None:
    back = await at_the_provider(await begun(browser))
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 401


async def test_an_id_token_of_another_attempt_is_refused(
    browser: httpx.AsyncClient, console: Console
) -> None:
    """Even where code and verifier fit together: the nonce binds the token to the browser."""
    seal: Seal = console.adapters["seal"]
    address = await begun(browser)
    name = "__Host-ansvar_attempt"
    text = seal.open("ansvar_attempt", browser.cookies[name])
    nonce = dict(parse_qsl(urlsplit(address).query))["nonce"]
    changed = seal.close("ansvar_attempt", text.replace(nonce, "another"))
    browser.cookies.delete(name)
    browser.cookies.set(name, changed, domain="console.test", path="/")
    answer = await browser.get(await at_the_provider(address))
    assert answer.status_code == 401
    assert "belongs to another attempt" in answer.text


async def test_a_session_is_renewed_while_a_form_is_open(
    browser: httpx.AsyncClient, console: Console, issuer: str
) -> None:
    await signed_in(browser)
    (secret,) = set(re.findall(r'name="secret" value="(\w+)"', (await browser.get("/")).text))
    old = browser.cookies[SESSION]
    browser.cookies.delete(SESSION)
    browser.cookies.set(SESSION, _run_out(old), domain="console.test", path="/")
    sent = await browser.post("/preferences", data={"secret": secret, "key": "k"})
    assert (sent.status_code, sent.headers["location"]) == (307, "/preferences")
    again = await browser.post("/preferences", data={"secret": secret, "key": "k"})
    assert again.status_code != 401
    assert "this form is too old" not in again.text
    assert browser.cookies[SESSION] not in (old, "")


async def test_a_page_comes_again_by_itself_with_a_new_token(browser: httpx.AsyncClient) -> None:
    await signed_in(browser)
    browser.cookies.delete(SESSION)
    pages = await asyncio.gather(*(browser.get("/hits?show=all") for _ in range(3)))
    assert [page.headers["location"] for page in pages] == ["/hits?show=all"] * 3
    assert (await browser.get("/hits?show=all")).status_code == 200


async def test_who_signs_out_is_signed_out_at_the_provider_too(
    browser: httpx.AsyncClient, issuer: str
) -> None:
    await signed_in(browser)
    page = await browser.get("/")
    assert f"form-action 'self' {issuer};" in page.headers["content-security-policy"]
    (secret,) = set(re.findall(r'name="secret" value="(\w+)"', page.text))
    refused = await browser.post("/sign-out", data={"secret": "guessed"})
    assert refused.status_code == 403
    out = await browser.post("/sign-out", data={"secret": secret})
    place = urlsplit(out.headers["location"])
    asked = parse_qs(place.query)
    assert f"{place.scheme}://{place.netloc}" == issuer
    assert asked["post_logout_redirect_uri"] == [f"{HOME}/sign-in"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert (await browser.get("/")).headers["location"].startswith("/sign-in")
    async with httpx.AsyncClient() as client:
        assert "Signed out with a hint" in (await client.get(out.headers["location"])).text


async def test_where_the_provider_is_away_the_page_says_so(
    browser: httpx.AsyncClient, console: Console
) -> None:
    (port,) = free_ports(1)
    gone = Provider(
        f"http://127.0.0.1:{port}", client_id=CLIENT, client_secret="", scopes="openid", home=HOME
    )
    console.adapters = {**console.adapters, "provider": gone}
    answer = await browser.get("/sign-in/start")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    await gone.close()


def test_what_is_sealed_opens_only_for_its_purpose_and_with_its_key() -> None:
    seal = Seal(bytes(32))
    closed = seal.close("renewal", "token")
    assert seal.open("renewal", closed) == "token"
    assert seal.open("attempt", closed) == ""
    assert Seal(bytes(31) + b"1").open("renewal", closed) == ""
    assert seal.open("renewal", closed[:-3] + "AAA") == ""
    assert seal.open("renewal", "no base64: ø") == ""


def test_a_cookie_that_no_browser_would_keep_is_not_sent() -> None:
    from starlette.responses import Response

    response = Response()
    assert not Jar(HOME).put(response, "much", "x" * (LARGEST + 1), 60)
    assert "set-cookie" not in response.headers


def _run_out(token: str) -> str:
    """The same token with a signature that does not hold: refused, as one that has expired."""
    head, _, _ = token.rpartition(".")
    return f"{head}.{'A' * 342}"
