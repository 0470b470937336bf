"""Why a hit was raised is said in the officer's language, for and against."""

import re

import pytest

from shared.events.screening import HitDismissed
from shared.events.words import Reason
from shared.testing import World
from tests.console.cast import BUYER, ENTRY_A, OFFICER, OTHER_BUYER, A, B
from tests.console.desk import Console
from tests.console.facts import HIT_A, hit

REASONS = (
    Reason(code="name-like", ours="Vsevolod", theirs="Wsewolod <b>"),
    Reason(code="birth-other-year", ours="1968", theirs="1980"),
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", ("Taler for", "på listen", "født et helt andet år", "næsten sikkert")),
        ("sv", ("Talar för", "på listan", "född ett helt annat år", "nästan säkert")),
        ("en", ("Speaks for it", "resembles", "born in quite another year", "nearly certain")),
    ],
)
async def test_reasons_and_likelihood_are_said_in_the_reader_s_language(
    console: Console, world: World, language: str, words: tuple[str, ...]
) -> None:
    raised = hit(HIT_A, A, ENTRY_A, 0.97)
    about = tuple(one.model_copy(update={"party_id": A.party_id}) for one in REASONS)
    await world.tell(raised.model_copy(update={"reasons": about}))
    visitor = console.visitor(OFFICER)
    visitor.http.cookies.set("ansvar_language", language)
    page = (await visitor.get(f"/hits/{HIT_A}")).text
    for word in words:
        assert word in page
    assert "Wsewolod &lt;b&gt;" in page
    assert "The year of birth agrees" not in page
    assert len(re.findall(r'<ul class="evidence', page)) == 2


async def test_a_hit_without_codes_keeps_its_lines(console: Console, world: World) -> None:
    page = (await console.visitor(OFFICER).get(f"/hits/{HIT_A}")).text
    assert '<li lang="en">The year of birth agrees' in page


async def test_decisions_on_the_same_entry_are_shown_and_another_buyer_s_without_its_reason(
    console: Console, world: World
) -> None:
    await world.tell(hit("hit-other", B, ENTRY_A, 0.9))
    for buyer_id, reason in ((BUYER, "Our own grounds."), (OTHER_BUYER, "Their secret grounds.")):
        await world.tell(
            HitDismissed(
                hit_id="hit-other",
                party_id=B.party_id,
                buyer_id=buyer_id,
                entry=ENTRY_A,
                by="mette.lund",
                reason=reason,
            )
        )
    page = (await console.visitor(OFFICER).get(f"/hits/{HIT_A}")).text
    assert page.count("Another party that resembles the same entry") == 2
    assert "Our own grounds." in page
    assert "Their secret grounds." not in page
