"""Mail comes together and when its reader wants it, unless it cannot wait."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain import Duty, Preferences, id_of
from services.notifications.handlers import router
from services.notifications.hours import next_digest, quiet_until
from services.notifications.messages import (
    Acknowledge,
    AcknowledgeNeed,
    ReplaceRota,
    SendMail,
    SetPreferences,
)
from services.notifications.rules import FILE, read_rules
from shared.domain import Caller
from shared.events.base import Need
from shared.events.notifications import (
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationEscalated,
)
from shared.languages import ZONE
from shared.testing import T0, World, play
from tests.notifications.people import ANDERS, BUYER, JONAS, METTE, TAKEN, need
from tests.notifications.test_handlers import (
    Counting,
    adapters,
    facts,
    gathered,
    mailed,
    started,
    waiting,
)

RULES = read_rules()
METTE_HERSELF = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
ADMIN = Caller(subject="ulla", roles=("admin",), buyers=(BUYER,))
EVENING = timedelta(hours=12)
"""From the morning of T0 to nine in the evening in Copenhagen."""


def mails(world: World, to: str) -> list[SendMail]:
    return [one for one in world.effects if isinstance(one, SendMail) and one.to == to]


def hit(number: int, **more: str) -> Need:
    return need(f"review-hit/{number}/b", owner="mette", kind="review-hit", **more)


async def test_three_hundred_hits_are_one_mail_with_a_ranked_table() -> None:
    world = await started()
    needs = [
        hit(n).model_copy(update={"due": T0 + timedelta(hours=48 - n % 40)}) for n in range(300)
    ]
    await world.tell(*(waiting(one) for one in needs))
    await gathered(world)
    (mail,) = mails(world, METTE.email)
    assert mail.words == "several"
    assert (len(mail.rows), mail.more, dict(mail.facts)["count"]) == (100, 200, "300")
    assert [row.due for row in mail.rows] == sorted(row.due for row in mail.rows)
    await world.do_effects()
    proved = {one.need_id for one in world.announced if isinstance(one, NotificationDelivered)}
    assert proved == {one.id for one in needs}


async def test_while_hits_keep_coming_the_mail_waits_but_not_for_ever() -> None:
    world = await started()
    for n in range(40):
        await world.tell(waiting(hit(n)))
        await world.advance(timedelta(seconds=3))
    (first, *_) = mails(world, METTE.email)
    assert 15 <= len(first.rows) <= 25
    await world.advance(timedelta(minutes=2))
    assert sum(len(mail.rows) for mail in mails(world, METTE.email)) == 40


async def test_in_a_storm_messages_come_apart_with_everything_in_them_and_are_counted() -> None:
    figures = Counting()
    world = await play(router, TAKEN, adapters=adapters(figures=figures))
    for n in range(60):
        await world.tell(waiting(hit(n)))
        await world.advance(timedelta(seconds=30))
    sent = mails(world, METTE.email)
    assert 7 <= len(sent) <= 9
    assert figures["notifications_held_back"] > 0
    await world.advance(timedelta(minutes=11))
    told = mails(world, METTE.email)
    assert sum(max(1, len(mail.rows)) for mail in told) == 60


async def test_what_was_settled_while_it_waited_is_not_mailed() -> None:
    world = await started()
    await world.tell(waiting(hit(1)), waiting(hit(2)), waiting(None, hit(1).id))
    await gathered(world)
    (mail,) = mails(world, METTE.email)
    assert mail.rows == ()
    assert mail.path == f"/needs/{id_of('need', hit(2).id)}"


async def test_a_daily_mail_comes_in_the_morning_of_a_working_day() -> None:
    world = await started()
    await world.tell(SetPreferences(mail="digest"), by=METTE_HERSELF)
    await world.tell(*(waiting(need(f"n-{n}", owner="mette")) for n in range(3)))
    await world.advance(timedelta(hours=20))
    assert mailed(world) == []
    await world.advance(timedelta(hours=3))
    (mail,) = mails(world, METTE.email)
    assert len(mail.rows) == 3


async def test_what_cannot_wait_breaks_the_silence_and_nothing_else_does() -> None:
    world = await started()
    quiet = SetPreferences(quiet_from="18:00", quiet_to="07:00")
    await world.tell(quiet, by=METTE_HERSELF)
    await world.advance(EVENING)
    await world.tell(waiting(need("n-1", owner="mette")))
    await gathered(world)
    assert mailed(world) == []
    await world.tell(waiting(hit(1)))
    await gathered(world)
    (mail,) = mails(world, METTE.email)
    assert dict(mail.facts)["kind"] == "review-hit"
    await world.advance(timedelta(hours=10))
    assert len(mails(world, METTE.email)) == 2


async def test_at_night_the_rota_is_told_what_cannot_wait() -> None:
    world = await started()
    night = Duty(subject="anders", starts=T0 + timedelta(hours=8), ends=T0 + timedelta(hours=24))
    await world.tell(ReplaceRota(buyer_id=BUYER, duties=(night,)), by=ADMIN)
    await world.tell(waiting(hit(1)))
    await gathered(world)
    assert mailed(world) == [METTE.email]
    await world.advance(EVENING)
    await world.tell(waiting(hit(2)), waiting(need("n-1", owner="mette")))
    await gathered(world)
    assert len(mails(world, ANDERS.email)) == 1
    assert mails(world, ANDERS.email)[0].path == f"/needs/{id_of('need', hit(2).id)}"


@pytest.mark.parametrize(
    ("duty", "field"),
    [
        (Duty(subject="nobody", starts=T0, ends=T0 + timedelta(hours=1)), "duties.0.subject"),
        (Duty(subject="stranger", starts=T0, ends=T0 + timedelta(hours=1)), "duties.0.subject"),
        (Duty(subject="anders", starts=T0, ends=T0), "duties.0.ends"),
    ],
)
async def test_a_turn_that_cannot_be_is_refused_with_its_place(duty: Duty, field: str) -> None:
    world = await started()
    outcome = await world.tell(ReplaceRota(buyer_id=BUYER, duties=(duty,)), by=ADMIN)
    assert outcome.error
    assert outcome.error["field"] == field


async def test_while_somebody_is_away_the_deputy_is_told() -> None:
    world = await started()
    today = T0.date()
    away = SetPreferences(away_from=today, away_to=today + timedelta(days=7))
    await world.tell(away, by=METTE_HERSELF)
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    assert mailed(world) == [JONAS.email]
    await world.advance(timedelta(days=8))
    assert METTE.email not in mailed(world)
    await world.tell(waiting(need("later", owner="mette")))
    await gathered(world)
    assert METTE.email in mailed(world)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (T0.date(), None, "away_to"),
        (T0.date(), T0.date() - timedelta(days=1), "away_to"),
        (T0.date() - timedelta(days=9), T0.date() - timedelta(days=2), "away_to"),
        (T0.date(), T0.date() + timedelta(days=999), "away_to"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(
    first: date, last: date | None, field: str
) -> None:
    world = await started()
    outcome = await world.tell(SetPreferences(away_from=first, away_to=last), by=METTE_HERSELF)
    assert outcome.error
    assert outcome.error["field"] == field


async def test_nobody_goes_away_without_a_deputy() -> None:
    world = await started()
    anders = Caller(subject="anders", roles=("approver",), buyers=(BUYER,))
    away = SetPreferences(away_from=T0.date(), away_to=T0.date())
    outcome = await world.tell(away, by=anders)
    assert outcome.error
    assert outcome.error["field"] == "away_from"


async def test_if_nobody_looks_the_next_one_is_told_before_the_deadline() -> None:
    world = await started()
    slow = hit(1).model_copy(update={"due": T0 + timedelta(days=9)})
    await world.tell(waiting(slow))
    await world.advance(timedelta(hours=4, minutes=1))
    assert [mail.to for mail in world.effects if isinstance(mail, SendMail)] == [
        METTE.email,
        JONAS.email,
    ]


async def test_who_opened_the_page_from_a_mail_has_looked() -> None:
    world = await started()
    slow = hit(1).model_copy(update={"due": T0 + timedelta(days=9)})
    await world.tell(waiting(slow))
    seen = AcknowledgeNeed(call_id=id_of("need", slow.id))
    stranger = Caller(subject="anders", roles=("approver",), buyers=(BUYER,))
    await world.tell(seen, by=stranger)
    assert NotificationAcknowledged not in world.told
    await world.tell(seen, by=METTE_HERSELF)
    assert [type(fact) for fact in facts(world)] == [NotificationAcknowledged]


async def test_who_has_looked_is_waited_for_until_the_deadline() -> None:
    world = await started()
    slow = hit(1).model_copy(update={"due": T0 + timedelta(days=9)})
    await world.tell(waiting(slow))
    await world.tell(Acknowledge(entry_id=id_of("inbox", slow.id, "mette")), by=METTE_HERSELF)
    await world.advance(timedelta(days=8))
    assert NotificationEscalated not in world.told


def test_the_last_route_fits_everything_and_an_unknown_fact_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = FILE.read_text()
    wrong = tmp_path / "rules.toml"
    wrong.write_text(text.replace("[letters.DocumentRequested]", "[letters.DocumentRequest]"))
    with pytest.raises(ValueError, match="DocumentRequest"):
        read_rules(wrong)
    last = text.rindex("[[routes]]")
    wrong.write_text(text[:last] + '[[routes]]\nbuyers = ["x"]\n' + text[last + 11 :])
    with pytest.raises(ValueError, match="no conditions"):
        read_rules(wrong)


TIMES = st.sampled_from(["", "00:00", "07:00", "12:30", "18:00", "23:59"])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(TIMES, TIMES, st.booleans(), MOMENTS)
def test_silence_ends_and_is_over_when_it_has_ended(
    begins: str, ends: str, days_off: bool, at: datetime
) -> None:
    how = Preferences(
        id="p",
        subject="mette",
        quiet_from=begins if ends else "",
        quiet_to=ends if begins else "",
        quiet_on_days_off=days_off,
    )
    until = quiet_until(how, at)
    assert at <= until <= at + timedelta(days=12)
    assert quiet_until(how, until) == until


@given(MOMENTS)
def test_a_daily_mail_is_never_more_than_a_long_holiday_away(at: datetime) -> None:
    coming = next_digest(at, "07:30")
    assert at < coming <= at + timedelta(days=8)
    assert coming.astimezone(ZONE).strftime("%H:%M") == "07:30"
