"""Mails that come back are seen: people are told another way, letters wait for an address."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.api import api
from services.notifications.bounces import bounce_in, mailbox_in
from services.notifications.domain import Delivery
from services.notifications.handlers import router
from services.notifications.inlets import Inlet, take_in
from services.notifications.messages import MailBounced, ReplaceDirectory, SendHook, SendMail
from shared.events.notifications import (
    ChannelFailed,
    ChannelRestored,
    LetterReleased,
    LetterUndeliverable,
    NotificationFailed,
)
from shared.events.onboarding import PartyRegistered
from shared.hostile import Damaged
from shared.testing import World, play
from tests.notifications.people import EVERYBODY, JONAS, METTE, TAKEN, need
from tests.notifications.test_handlers import (
    ADMIN,
    HEARING,
    SUPPLIER,
    Counting,
    adapters,
    gathered,
    mailed,
    started,
    waiting,
)
from tests.notifications.test_hooks import TAKEN as HOOKED
from tests.serving import Standing

SAMPLES = Path(__file__).parent / "bounces"
MAIL = "mail-0123456789abcdef"


def sample(name: str, message_id: str = MAIL) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"MESSAGE", message_id.encode())


@pytest.mark.parametrize(("name", "status"), [("postfix", "5.1.1"), ("exchange", "5.1.10")])
def test_a_bounce_names_the_mail_and_why_it_came_back(name: str, status: str) -> None:
    assert bounce_in(sample(name)) == MailBounced(notification_id=MAIL, status=status)


def test_a_mail_that_is_only_late_did_not_come_back() -> None:
    assert bounce_in(sample("delayed")) is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (b"Subject: hello\r\n\r\nhello", "no delivery status notification"),
        (sample("postfix", "something-else"), "does not name one of our mails"),
        (sample("postfix").replace(b"message/delivery-status", b"text/plain"), "has no part"),
    ],
)
def test_what_is_no_bounce_of_ours_says_why(wrong: bytes, why: str) -> None:
    with pytest.raises(Damaged, match=why):
        bounce_in(wrong)


@given(st.binary(max_size=400), st.integers(0, 2500), st.sampled_from(("postfix", "exchange")))
def test_whatever_comes_is_read_or_refused(noise: bytes, at: int, name: str) -> None:
    whole = sample(name)
    try:
        found = bounce_in(whole[:at] + noise + whole[at + len(noise) :])
    except Damaged:
        return
    assert found is None or found.notification_id.startswith(("mail-", "letter-", "files-"))


def described(address: str) -> PartyRegistered:
    return PartyRegistered(party=SUPPLIER.model_copy(update={"contact": address}))


async def bounced(world: World, number: int = 0) -> None:
    mail = [one for one in world.effects if isinstance(one, SendMail)][number]
    await world.do_effects()
    await world.tell(MailBounced(notification_id=mail.notification_id, status="5.1.1"))


async def test_the_deputy_is_told_and_an_administrator_asked_for_another_address() -> None:
    figures = Counting()
    world = await play(router, TAKEN, adapters=adapters(figures=figures))
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    await bounced(world)
    await gathered(world)
    assert mailed(world) == [JONAS.email]
    (failed,) = [one for one in world.announced if isinstance(one, ChannelFailed)]
    assert (failed.subject, failed.need.role if failed.need else "") == ("mette", "admin")
    assert any(isinstance(one, NotificationFailed) for one in world.announced)
    assert figures["notifications_bounced"] == 1


async def test_nothing_more_is_mailed_to_an_address_that_fails_until_it_is_mended() -> None:
    world = await started()
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    await bounced(world)
    await gathered(world)
    await world.do_effects()
    await world.tell(waiting(need("n-2", owner="mette")))
    await world.advance(timedelta(minutes=1))
    assert mailed(world) == [JONAS.email]
    mended = METTE.model_copy(update={"email": "mette.lund@region.example"})
    people = tuple(mended if one is METTE else one for one in EVERYBODY[:-1])
    await world.tell(ReplaceDirectory(people=people), by=ADMIN)
    assert any(isinstance(one, ChannelRestored) for one in world.announced)
    await world.do_effects()
    await world.tell(waiting(need("n-3", owner="mette")))
    await gathered(world)
    assert mailed(world) == ["mette.lund@region.example"]


async def test_whoever_has_a_webhook_is_told_there_when_mail_comes_back() -> None:
    world = await play(router, HOOKED, adapters=adapters())
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    hook = next(e for e in world.effects if isinstance(e, SendHook) and e.endpoint_id == "mette")
    world.store.effects.clear()
    await world.advance(timedelta(minutes=11))
    (mail,) = [one for one in world.effects if isinstance(one, SendMail)]
    await world.tell(MailBounced(notification_id=mail.notification_id, status="5.2.1"))
    await gathered(world)
    again = [e for e in world.effects if isinstance(e, SendHook) and e.endpoint_id == "mette"]
    assert len(again) == 1
    assert again[0].notification_id != hook.notification_id


async def test_a_letter_that_came_back_waits_for_another_address_and_is_sent_again() -> None:
    world = await started()
    await world.tell(described("kontakt@firma.example"), HEARING)
    await bounced(world)
    (waits,) = [one for one in world.announced if isinstance(one, LetterUndeliverable)]
    assert "5.1.1" in waits.problem
    await world.do_effects()
    await world.tell(described("kontakt@firma.example"))
    assert mailed(world) == []
    await world.tell(described("ny@firma.example"))
    assert mailed(world) == ["ny@firma.example"]
    (released,) = [one for one in world.announced if isinstance(one, LetterReleased)]
    assert waits.need is not None
    assert released.settles == (waits.need.id,)


async def test_bounces_are_taken_from_a_maildir_and_what_is_wrong_is_put_aside(
    tmp_path: Path,
) -> None:
    (tmp_path / "new").mkdir()
    world = await started()
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    (mail,) = [one for one in world.effects if isinstance(one, SendMail)]
    await world.do_effects()
    service = Standing(world, api, tmp_path, adapters=adapters())
    folder = mailbox_in(tmp_path)
    (folder / "1.mx").write_bytes(sample("postfix", mail.notification_id))
    (folder / "2.mx").write_bytes(sample("exchange", "mail-ffffffffffffffff"))
    (folder / "3.mx").write_bytes(b"x" * 1_000_001)
    (folder / "4.mx").symlink_to("/etc/passwd")
    (folder / ".5.part").write_bytes(b"half")
    taken = await take_in(Inlet(folder, bounce_in), service)  # type: ignore[arg-type]
    assert (taken.taken, taken.refused) == (1, 2)
    assert world.state(Delivery, mail.notification_id).state == "bounced"
    assert {one.name for one in folder.iterdir()} == {"4.mx", ".5.part", "wrong"}
    assert "larger" in (folder / "wrong" / "3.mx.why.txt").read_text()
