"""Who signs in at a provider is in the directory from then on, as the tokens of the day say."""

import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from services.notifications.api import api
from services.notifications.claims import Claims
from services.notifications.domain import DIRECTORY, Directory, Person, Team
from services.notifications.handlers import router
from services.notifications.messages import TakeDirectory
from shared.domain import Caller
from shared.identity import GivenKeys, Refused, Verifier
from shared.testing import World, play
from tests.notifications.people import BUYER, EVERYBODY, METTE, need
from tests.notifications.test_handlers import adapters, inbox, waiting
from tests.serving import Standing

ISSUER, CONSOLE = "https://id.region.example", "ansvar-console"
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
WAGES = Team(id="wages", name="Wages", buyers=(BUYER,))
SARA = Caller(subject="sara", name="Sara Öberg", roles=("auditor",), buyers=(BUYER,))


def verifier() -> Verifier:
    return Verifier(GivenKeys(KeySet([KEY])), issuer=ISSUER, audience=CONSOLE)


CLAIMS = Claims(verifier())


def id_token(subject: str, **claims: Any) -> str:
    now = int(time.time())
    known = {"iss": ISSUER, "aud": CONSOLE, "sub": subject, "iat": now, "exp": now + 60}
    return jwt.encode({"alg": "ES256", "kid": "k1"}, known | claims, KEY)


@pytest.fixture
async def world() -> World:
    directory = TakeDirectory(people=EVERYBODY, teams=(WAGES,), file_sha256="1")
    return await play(router, directory, adapters=adapters())


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=adapters(claims=CLAIMS))


async def signs_in(standing: Standing, caller: Caller, **claims: Any) -> dict[str, Any]:
    body = {"id_token": id_token(caller.subject, **claims)}
    async with standing.client(caller) as client:
        answer = await client.post("/directory/me", json=body)
    return {"status": answer.status_code, **answer.json()}


async def known(world: World, subject: str) -> Person | None:
    found = await world.store.fetch(Directory, [DIRECTORY])
    return found[DIRECTORY].find(subject)


async def test_a_newcomer_is_known_with_the_roles_units_address_and_language_of_the_tokens(
    standing: Standing, world: World
) -> None:
    said = await signs_in(
        standing,
        SARA,
        email="sara@region.example",
        locale="sv-SE",
        groups=["wages", "everybody"],
    )
    assert said["result"] == {"subject": "sara", "changed": True}
    assert await known(world, "sara") == Person(
        subject="sara",
        name="Sara Öberg",
        email="sara@region.example",
        roles=("auditor",),
        buyers=(BUYER,),
        language="sv",
        teams=("wages",),
    )
    again = await signs_in(
        standing, SARA, email="sara@region.example", locale="sv", groups=["wages"]
    )
    assert again["result"]["changed"] is False


async def test_what_waits_for_a_role_rings_whoever_brings_it_with_them(
    standing: Standing, world: World
) -> None:
    await world.tell(waiting(need(role="auditor")))
    assert not inbox(world, "sara")
    await signs_in(standing, SARA, email="sara@region.example")
    later = waiting(need("n-2", role="auditor"))
    await world.tell(later)
    assert [entry.call_id for entry in inbox(world, "sara")]


async def test_a_new_role_is_taken_over_and_what_a_person_chose_or_was_given_stays(
    standing: Standing, world: World
) -> None:
    mette = Caller(subject="mette", name="Mette Lund", roles=("approver",), buyers=(BUYER,))
    async with standing.client(mette) as client:
        chosen = {"language": "da", "mail": "digest"}
        assert (await client.post("/preferences", json=chosen)).status_code == 200
    await signs_in(standing, mette, locale="sv-SE")
    found = await known(world, "mette")
    assert found is not None
    assert (found.roles, found.name, found.language) == (("approver",), "Mette Lund", "sv")
    assert (found.deputy, found.email) == (METTE.deputy, METTE.email)
    async with standing.client(mette) as client:
        kept = (await client.get("/preferences")).json()
    assert (kept["language"], kept["mail"]) == ("da", "digest")


async def test_without_any_address_a_newcomer_is_refused_with_the_claim_that_is_missing(
    standing: Standing, world: World
) -> None:
    said = await signs_in(standing, SARA, email="sara@region.example", email_verified=False)
    assert said["status"] in (409, 422)
    assert "mail address" in said["detail"]
    assert await known(world, "sara") is None


async def test_another_persons_token_or_one_for_another_application_is_refused(
    standing: Standing,
) -> None:
    async with standing.client(SARA) as client:
        for token in (id_token("mette"), id_token("sara", aud="payroll"), "no token"):
            answer = await client.post("/directory/me", json={"id_token": token})
            assert answer.status_code == 401, answer.text


@pytest.mark.parametrize(
    ("locale", "language"),
    [("da-DK", "da"), ("nb-NO", "da"), ("en", "en"), ("de-DE", None), (7, None)],
)
async def test_the_language_is_one_of_ours_or_not_said(locale: object, language: str) -> None:
    assert (await CLAIMS.of(id_token("sara", locale=locale), "sara")).language == language


async def test_what_the_provider_did_not_sign_for_this_person_is_not_read() -> None:
    with pytest.raises(Refused, match="somebody else"):
        await CLAIMS.of(id_token("mette"), "sara")
