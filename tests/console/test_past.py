"""A supplier as it was known on a day that has passed, and who owns it."""

from datetime import date, timedelta

import pytest

from services.console.readmodels.facts import Fact
from shared.events.onboarding import OwnershipDeclared, PartyChanged, PartyRegistered
from shared.events.words import Share, Stake
from shared.testing import T0, World
from tests.console.cast import (
    BALTIC,
    ENTRY_A,
    HANSEN,
    KIRSTEN,
    NORDLYS,
    OFFICER,
    STRANGER,
    A,
)
from tests.console.desk import Console, words_of
from tests.console.facts import CASE, contract, declared, exposure, hit, owned, screened
from tests.console.story import FLAGGED, told
from tests.console.test_documents import verified

PAGE = f"/suppliers/{NORDLYS.party_id}"
BEFORE, AFTER = T0.date(), (T0 + timedelta(days=20)).date()


@pytest.fixture
async def world() -> World:
    return await told()


async def _twenty_days(world: World) -> None:
    """What is known on the first day, and what is known on the twentieth."""
    await world.tell(
        PartyRegistered(party=NORDLYS),
        contract(title="Hospitalsrengøring"),
        owned(NORDLYS, (KIRSTEN, 60)),
        screened(NORDLYS),
        declared(HANSEN, 12, "Vinduer"),
    )
    world.now += timedelta(days=20)
    renamed = NORDLYS.model_copy(update={"name": "Nordlys Facility A/S"})
    await world.tell(
        PartyChanged(party=renamed, changed=("name",)),
        owned(NORDLYS, (A, 75)),
        hit("hit-9", A, ENTRY_A, 0.95),
        exposure("hit-9", A, NORDLYS, None),
        screened(NORDLYS, "hit-9"),
        verified(),
        declared(BALTIC, 20, "Vask"),
        FLAGGED,
    )
    world.now += timedelta(days=5)


async def test_a_day_shows_what_was_known_at_its_end_and_nothing_later(
    console: Console, world: World
) -> None:
    await _twenty_days(world)
    officer = console.visitor(OFFICER)
    then = await officer.text(f"{PAGE}?as_of={BEFORE + timedelta(days=1)}")
    assert "This is what was known at the end of" in then
    for known in ("Nordlys Rengøring A/S", "Kirsten Vinther", "Holm Service", "no hits"):
        assert known in then
    for later in ("Nordlys Facility", "ZHARKOVETSKY", "Zharkovetskij", "Baltic", "ISO 9001"):
        assert later not in then
    now = await officer.text(PAGE)
    for known in ("Nordlys Facility A/S", "ZHARKOVETSKY", "Baltic", "ISO 9001"):
        assert known in now
    assert "Kirsten Vinther Aagaard 60" not in now


async def test_the_last_day_that_has_passed_shows_what_today_shows(
    console: Console, world: World
) -> None:
    await _twenty_days(world)
    officer = console.visitor(OFFICER)
    then = await officer.text(f"{PAGE}?as_of={AFTER + timedelta(days=1)}")
    for known in ("Nordlys Facility A/S", "ZHARKOVETSKY", "Baltic", "ISO 9001", "Holm Service"):
        assert known in then
    assert f"/cases/{CASE}" in (await officer.get(f"{PAGE}?as_of={AFTER}")).text


async def test_nothing_can_be_done_in_the_past(console: Console, world: World) -> None:
    await _twenty_days(world)
    page = (await console.visitor(OFFICER).get(f"{PAGE}?as_of={BEFORE}")).text
    assert 'method="post" action="/suppliers' not in page
    assert "/acts/" not in page


async def test_a_day_before_anybody_heard_of_it_says_so(console: Console, world: World) -> None:
    await _twenty_days(world)
    text = await console.visitor(OFFICER).text(f"{PAGE}?as_of=2026-01-01")
    assert "Nothing was known of this party" in text
    assert "Havnegade" not in text


async def test_what_is_no_day_is_said_beside_the_field(console: Console, world: World) -> None:
    await _twenty_days(world)
    answer = await console.visitor(OFFICER).get(f"{PAGE}?as_of=30.11.2026")
    assert answer.status_code == 422
    assert "is not a day: write it as 2026-11-30" in words_of(answer.text)


async def test_the_past_is_no_way_round_who_may_look(console: Console, world: World) -> None:
    await _twenty_days(world)
    answer = await console.visitor(STRANGER).get(f"{PAGE}?as_of={BEFORE}")
    assert answer.status_code == 404


async def test_a_fact_is_kept_as_it_travelled(world: World) -> None:
    await world.tell(PartyRegistered(party=NORDLYS))
    (fact,) = await world.store.search(Fact, {"about": NORDLYS.party_id})
    assert PartyRegistered.model_validate_json(fact.body) == PartyRegistered(party=NORDLYS)


# ---------------------------------------------------------------- owners


def interests(company_id: str, *stakes: Stake) -> OwnershipDeclared:
    return OwnershipDeclared(party_id=company_id, stakes=stakes, document_id="doc-owners")


async def test_owners_are_followed_up_to_the_last_with_intervals(
    console: Console, world: World
) -> None:
    between = Share(minimum=25, maximum=50)
    await world.tell(
        PartyRegistered(party=NORDLYS),
        contract(),
        interests(
            NORDLYS.party_id,
            Stake(owner=BALTIC, share=Share(minimum=60, maximum=80)),
            Stake(share=between, reason_unknown="bearer shares"),
        ),
        interests(BALTIC.party_id, Stake(owner=A, share=between)),
        hit("hit-9", A, ENTRY_A, 0.95),
        exposure("hit-9", A, NORDLYS, None),
    )
    page = (await console.visitor(OFFICER).get(PAGE)).text
    text = words_of(page)
    assert "3 interests" in text
    assert "bearer shares" in text
    assert "15\N{EN DASH}40" in text  # of 60 to 80 per cent a quarter to a half
    assert "Not accounted for" in text
    assert f'<a href="/suppliers/{A.party_id}" class="g-REVIEW"' in page


async def test_an_interest_that_has_ended_is_shown_only_for_its_days(
    console: Console, world: World
) -> None:
    await world.tell(
        PartyRegistered(party=NORDLYS),
        contract(),
        interests(
            NORDLYS.party_id,
            Stake(owner=KIRSTEN, share=Share.exactly(60), ends=date(2026, 12, 1)),
            Stake(owner=A, share=Share.exactly(60), starts=date(2026, 12, 1)),
        ),
    )
    officer = console.visitor(OFFICER)
    assert "Kirsten" in await officer.text(PAGE)
    world.now += timedelta(days=20)
    now, then = await officer.text(PAGE), await officer.text(f"{PAGE}?as_of={BEFORE}")
    assert "Zharkovetskij" in now
    assert "Kirsten" in then
    assert "Zharkovetskij" not in then.partition("What happened")[0]


async def test_who_owns_in_a_circle_is_shown_once(console: Console, world: World) -> None:
    await world.tell(
        PartyRegistered(party=NORDLYS),
        contract(),
        owned(NORDLYS, (BALTIC, 100)),
        owned(BALTIC, (NORDLYS, 100)),
    )
    text = await console.visitor(OFFICER).text(PAGE)
    assert "2 interests" in text
    assert "shown above" in text
