"""Letters to somebody who asked for access to documents, and is no party."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.notifications.domain import Delivery, id_of
from services.notifications.handlers import router
from services.notifications.messages import SendMail
from services.notifications.post import DIGITAL_POST, REGISTERED, FolderPost
from shared.events.breaches import (
    InsightContactGiven,
    InsightLetterDelivered,
    InsightLetterIssued,
)
from shared.events.notifications import LetterDelivered, LetterReleased, LetterUndeliverable
from shared.testing import T0, World, play
from tests.notifications.people import BUYER, TAKEN
from tests.notifications.test_handlers import adapters, mailed
from tests.notifications.test_mail import LINKS, WRITER

APPLICANT, MAIL = "person-insight-1", "jonna@press.example"
COMPANY = "dk-cvr-61056416"
LINK = "link-insight-1-letter-1"
LETTER = id_of("letter", LINK)


def issued(contact: str = "", **more: Any) -> InsightLetterIssued:
    told: dict[str, Any] = {
        "insight_id": "insight-1",
        "buyer_id": BUYER,
        "applicant_id": APPLICANT,
        "letter_id": "insight-1-letter-1",
        "number": 1,
        "kind": "decided",
        "link_id": LINK,
        "country": "SE",
        "contact": contact,
        "sha256_da": "",
        "sha256_sv": "",
        "sha256_en": "",
    }
    return InsightLetterIssued(**told | more)


def given(contact: str) -> InsightContactGiven:
    return InsightContactGiven(
        insight_id="insight-1",
        buyer_id=BUYER,
        applicant_id=APPLICANT,
        country="SE",
        contact=contact,
        by="mette",
    )


@pytest.fixture
def post(tmp_path: Path) -> FolderPost:
    return FolderPost(tmp_path / "post", WRITER, REGISTERED)


@pytest.fixture
async def world(post: FolderPost) -> World:
    return await play(router, TAKEN, adapters=adapters(posts={DIGITAL_POST: post}))


def of(world: World, kind: type) -> list[Any]:
    return [one for one in world.announced if isinstance(one, kind)]


async def test_it_is_mailed_with_a_link_of_its_own_and_the_server_s_word_is_the_proof(
    world: World,
) -> None:
    await world.tell(issued(MAIL))
    (mail,) = [one for one in world.effects if isinstance(one, SendMail)]
    assert (mail.to, mail.language) == (MAIL, "sv")
    assert (mail.link_id, mail.link_scope) == (LINK, "access/insight-1")
    text = WRITER.write(mail, "a@b.example").get_body(("plain",))
    assert text is not None
    token = text.get_content().replace("=\n", "").partition("/l/")[2].split()[0]
    assert LINKS.open(token).scope == "access/insight-1"
    await world.do_effects()
    (fact,) = of(world, LetterDelivered)
    assert (fact.about, fact.link_id, fact.party_id) == ("insight-1", LINK, APPLICANT)
    assert MAIL not in b"\n".join(one.body for one in world.store.journal).decode()


async def test_a_company_gets_it_in_its_mailbox_of_the_state(
    world: World, post: FolderPost
) -> None:
    await world.tell(issued(COMPANY))
    await world.do_effects()
    assert mailed(world) == []
    (letter,) = (post.folder / "out").iterdir()
    said = json.loads((letter / "message.json").read_text())
    assert said["recipient"] == {"scheme": "dk-cvr", "id": "61056416"}
    assert world.state(Delivery, LETTER).state == "handed over"


@pytest.mark.parametrize("contact", ["", "Storgatan 1, Umeå", "070 123 45 67"])
async def test_where_no_mail_or_post_leads_a_person_is_asked(world: World, contact: str) -> None:
    await world.tell(issued(contact))
    (fact,) = of(world, LetterUndeliverable)
    assert (fact.need.kind, fact.need.role) == ("find-address", "officer")
    assert mailed(world) == []


@pytest.mark.parametrize("contact", [MAIL, COMPANY])
async def test_it_goes_out_when_a_person_finds_an_address(
    world: World, post: FolderPost, contact: str
) -> None:
    await world.tell(issued(""))
    await world.tell(given(contact))
    (fact,) = of(world, LetterReleased)
    assert fact.settles == (of(world, LetterUndeliverable)[0].need.id,)
    if contact == MAIL:
        assert mailed(world) == [MAIL]
    else:
        await world.do_effects()
        assert len(list((post.folder / "out").iterdir())) == 1


async def test_nobody_looks_for_an_address_once_it_was_handed_over(world: World) -> None:
    await world.tell(issued(""))
    need = of(world, LetterUndeliverable)[0].need
    await world.tell(
        InsightLetterDelivered(
            insight_id="insight-1",
            buyer_id=BUYER,
            letter_id="insight-1-letter-1",
            number=1,
            link_id=LINK,
            channel="other",
            delivered_at=T0 + timedelta(hours=1),
            reference="at the counter",
            by="mette",
        )
    )
    assert of(world, LetterReleased)[0].settles == (need.id,)
    assert world.state(Delivery, LETTER).state == "delivered"
    await world.tell(given(MAIL))
    assert mailed(world) == []
