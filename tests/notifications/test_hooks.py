"""People and teams are told at their webhooks: signed, to friends only, and else by mail."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from services.notifications.api import api
from services.notifications.domain import Delivery, Team
from services.notifications.handlers import router
from services.notifications.hooks import CARD, MOST_ROWS, NotNow, SignedHooks
from services.notifications.messages import Row, SendHook, SendMail, TakeDirectory
from shared.domain import Rejected
from shared.events.notifications import NotificationDelivered
from shared.languages import LANGUAGES
from shared.testing import T0, World, play
from shared.webhooks import Addresses, Secrets, SignedPost
from tests.contracts.receiver import Receiver, receiving
from tests.notifications.people import BUYER, EVERYBODY, JONAS, METTE, need
from tests.notifications.test_api import METTE as OFFICER
from tests.notifications.test_api import ULLA
from tests.notifications.test_handlers import Counting, Hookbox, adapters, gathered, waiting
from tests.notifications.test_mail import WRITER
from tests.serving import Standing

SECRETS = Secrets("a secret of thirty-two characters!")
URL = "https://hooks.example/in"
HOOKED = METTE.model_copy(update={"webhook": URL, "webhook_form": "slack", "teams": ("wages",)})
TEAM = Team(
    id="wages",
    name="Wages",
    kind="steering group",
    buyers=(BUYER,),
    webhook="https://hooks.example/team",
    webhook_form="teams",
)
TAKEN = TakeDirectory(
    people=tuple(HOOKED if one is METTE else one for one in EVERYBODY),
    teams=(TEAM,),
    file_sha256="hooks",
)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    with receiving() as receiver:
        receiver.secret = SECRETS.of("mette", 1)
        yield receiver


def hook(url: str, **more: Any) -> SendHook:
    return SendHook(
        **{
            "notification_id": "hook-1",
            "endpoint_id": "mette",
            "url": url,
            "form": "json",
            "give_up": datetime.now(UTC) + timedelta(minutes=10),
            "language": "en",
            "words": "need.review-hit",
            "due": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
            "facts": (("kind", "review-hit"), ("count", "1")),
            "path": "/needs/need-1",
            **more,
        }
    )


def signed(allowed: str = "127.0.0.1") -> SignedHooks:
    return SignedHooks(SignedPost(Addresses([allowed]), SECRETS), WRITER)


async def test_a_receiver_can_prove_who_sent_it(receiver: Receiver) -> None:
    assert await signed().send(hook(receiver.url)) == ""
    [(headers, raw)] = receiver.raw
    said = Webhook(SECRETS.of("mette", 1)).verify(raw, headers)
    assert said["title"] == "A possible sanctions hit must be reviewed"
    assert said["url"] == "https://ansvar.region.example/needs/need-1"
    assert headers["webhook-id"] == "hook-1"


async def test_an_address_that_nobody_named_is_not_called(receiver: Receiver) -> None:
    problem = await signed("hooks.example").send(hook(receiver.url))
    assert "not among the hosts" in problem
    assert receiver.raw == []


async def test_a_webhook_that_is_gone_is_an_answer_and_one_that_is_busy_is_tried_again(
    receiver: Receiver,
) -> None:
    receiver.answers = [404, 429, 500, 500]
    assert await signed().send(hook(receiver.url)) == "the webhook answered 404"
    for _ in range(2):
        with pytest.raises(NotNow):
            await signed().send(hook(receiver.url))
    late = hook(receiver.url, give_up=datetime.now(UTC))
    assert await signed().send(late) == "the webhook answered 500"


ROWS = tuple(Row(kind="review-hit", due=T0, path=f"/needs/{n}") for n in range(40))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_teams_gets_an_adaptive_card(receiver: Receiver, language: str) -> None:
    await signed().send(hook(receiver.url, form="teams", language=language, rows=ROWS, more=3))
    [(_, raw)] = receiver.raw
    (attached,) = json.loads(raw)["attachments"]
    assert attached["contentType"] == CARD
    card = attached["content"]
    assert (card["type"], card["lang"]) == ("AdaptiveCard", language)
    assert sum("](https://ansvar" in line["text"] for line in card["body"]) == MOST_ROWS
    assert card["actions"][0]["url"].startswith("https://ansvar.region.example/")
    assert len(raw) < 28_000


async def test_slack_gets_blocks_within_its_limits(receiver: Receiver) -> None:
    await signed().send(hook(receiver.url, form="slack", rows=ROWS))
    said = json.loads(receiver.raw[0][1])
    assert said["blocks"][0]["type"] == "header"
    assert len(said["blocks"]) <= 50
    assert said["blocks"][-1]["elements"][0]["url"].startswith("https://")


async def hooked(**own: object) -> World:
    return await play(router, TAKEN, adapters=adapters(**own))


def sent(world: World, kind: type[SendHook] | type[SendMail]) -> list[Any]:
    return [effect for effect in world.effects if isinstance(effect, kind)]


async def test_whoever_has_a_webhook_is_told_there_and_the_team_too_others_by_mail() -> None:
    world = await hooked()
    await world.tell(waiting(need()))
    await gathered(world)
    assert {one.endpoint_id for one in sent(world, SendHook)} == {"mette", "team/wages"}
    assert [one.to for one in sent(world, SendMail)] == [JONAS.email]
    await world.do_effects()
    proofs = [e for e in world.announced if isinstance(e, NotificationDelivered)]
    assert {(e.recipient, e.channel) for e in proofs if e.channel != "inbox"} == {
        ("mette", "webhook"),
        ("team/wages", "webhook"),
        ("jonas", "mail"),
    }


async def test_three_hundred_things_are_one_message_at_a_webhook() -> None:
    figures = Counting()
    world = await hooked(figures=figures)
    await world.tell(*(waiting(need(f"n-{n}", owner="mette")) for n in range(300)))
    await gathered(world)
    assert len(sent(world, SendHook)) == 2
    await world.do_effects()
    assert figures["notifications_sent/webhook"] == 2
    assert figures["notifications_told/webhook"] == 600


@pytest.mark.parametrize("hookbox", [Hookbox("the webhook answered 404"), Hookbox(closed=True)])
async def test_what_a_webhook_does_not_take_is_mailed(hookbox: Hookbox) -> None:
    world = await hooked(hooks=hookbox)
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    if not hookbox.closed:
        await world.do_effects()
    await world.advance(timedelta(minutes=11))
    assert [one.to for one in sent(world, SendMail)] == [METTE.email]
    found = [d for (kind, _), d in world.store.documents.items() if kind is Delivery]
    states = {(d.recipient, d.channel): d.state for d in found if isinstance(d, Delivery)}
    assert states["mette", "webhook"] == "refused"
    assert states["mette", "mail"] == "queued"


async def test_an_administrator_reads_the_secret_and_officers_see_no_address(
    tmp_path: Path,
) -> None:
    world = await hooked()
    standing = Standing(world, api, tmp_path, adapters=adapters(secrets=SECRETS))
    params = {"endpoint_id": "team/wages"}
    async with standing.client(ULLA) as client:
        said = (await client.get("/webhook-secret", params=params)).json()
        assert said["secret"] == SECRETS.of("team/wages", 1)
        nobody = await client.get("/webhook-secret", params={"endpoint_id": "jonas"})
        assert nobody.status_code == 404
        assert URL in (await client.get("/directory")).text
    async with standing.client(OFFICER) as client:
        assert (await client.get("/webhook-secret", params=params)).status_code == 403
        directory = (await client.get("/directory")).text
        assert "Wages" in directory
        assert "hooks.example" not in directory


async def test_nobody_is_given_a_webhook_that_may_not_be_called() -> None:
    inside = HOOKED.model_copy(update={"webhook": "http://internal/x", "teams": ()})
    world = World(router, adapters=adapters())
    outcome = await world.tell(TakeDirectory(people=(inside,), file_sha256="2"))
    assert outcome.error is not None
    assert outcome.error["field"] == "webhook"
    with pytest.raises(Rejected):
        signed().check("http://169.254.169.254/latest/meta-data")
