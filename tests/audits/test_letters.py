"""A party is told of an announced audit by letter, and of an unannounced one by nobody."""

from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest

from services.audits.api import api
from services.audits.domain import Audit
from shared.domain import Caller
from shared.events.audits import AuditAnnounced, AuditPlanned
from shared.languages import LANGUAGES
from shared.testing import T0, World
from tests.audits.conftest import ADAPTERS, BUYER, LINKS, planned
from tests.serving import Standing

SIGNE = Caller(subject="signe.ravn", roles=("auditor",), buyers=(BUYER,))
SITE = "Hospitalsvej 1, Hillerød"
BODY = {"team": ["signe.ravn"], "sites": [SITE], "announced": True}


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


def told(world: World) -> list[AuditAnnounced]:
    return [fact for fact in world.announced if isinstance(fact, AuditAnnounced)]


def text_of(paper: bytes) -> str:
    pages = list(pypdfium2.PdfDocument(paper))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def token(audit_id: str, scope: str = "audit") -> str:
    return LINKS.token(f"link-{audit_id}", f"{scope}/{audit_id}", T0 + timedelta(days=90))


async def test_the_party_is_told_once_and_again_when_places_or_day_change(
    standing: Standing, world: World
) -> None:
    id = planned(world)[0].audit_id
    async with standing.client(SIGNE) as signe:
        for body in (BODY, BODY, BODY | {"team": ["signe.ravn", "ole"]}):
            assert (await signe.post(f"/audits/{id}/prepare", json=body)).status_code == 200
        assert [fact.number for fact in told(world)] == [1]
        await signe.post(f"/audits/{id}/prepare", json=BODY | {"sites": ["Køge"]})
    assert [(fact.number, fact.sites) for fact in told(world)] == [(1, (SITE,)), (2, ("Køge",))]
    audit = world.state(Audit, id)
    day = date(2027, 3, 1)
    assert audit.move(day, T0, "year-plan-2027")
    last = audit.take_announced()[-1]
    assert isinstance(last, AuditAnnounced)
    assert (last.number, last.planned_for, last.link_id) == (3, day, f"link-{id}")


async def test_an_unannounced_audit_has_no_letter_and_no_page(
    standing: Standing, world: World
) -> None:
    id = planned(world)[0].audit_id
    async with standing.client(SIGNE) as signe, standing.client(None) as party:
        await signe.post(f"/audits/{id}/prepare", json=BODY | {"announced": False})
        assert told(world) == []
        audit = world.state(Audit, id)
        audit.move(date(2027, 3, 1), T0, "year-plan-2027")
        assert not any(isinstance(one, AuditAnnounced) for one in audit.take_announced())
        paper = await signe.get(f"/audits/{id}/letter.pdf")
        assert paper.status_code == 422
        assert "not told of this audit beforehand" in paper.text
        for page in ("visit", "visit.pdf"):
            assert (await party.get(f"/links/{token(id)}/{page}")).status_code == 403


async def test_the_letter_names_day_place_and_subject_and_nobody_of_the_team(
    standing: Standing, world: World
) -> None:
    id = planned(world)[0].audit_id
    words = {
        "da": ("Arbejdsklausul (ILO 94)", "Kontrakt: Cleaning", "uden CPR-numre"),
        "sv": ("Arbetsklausul (ILO 94)", "Kontrakt: Cleaning", "utan personnummer"),
        "en": ("Labour clause (ILO 94)", "Contract: Cleaning", "without CPR numbers"),
    }
    async with standing.client(SIGNE) as signe, standing.client(None) as party:
        await signe.post(f"/audits/{id}/prepare", json=BODY)
        for language in LANGUAGES:
            path = f"/links/{token(id)}/visit.pdf"
            paper = await party.get(path, params={"language": language})
            assert paper.headers["content-type"] == "application/pdf"
            said = text_of(paper.content)
            for one in (*words[language], SITE, "CVR 92431185", "CVR 91204711"):
                assert one in said, (language, one, said)
            assert "signe.ravn" not in said
            own = await signe.get(f"/audits/{id}/letter.pdf", params={"language": language})
            assert own.content == paper.content


async def test_a_link_to_something_else_opens_no_letter(standing: Standing, world: World) -> None:
    [fact] = [one for one in world.announced if isinstance(one, AuditPlanned)]
    async with standing.client(SIGNE) as signe, standing.client(None) as party:
        await signe.post(f"/audits/{fact.audit_id}/prepare", json=BODY)
        shown = (await party.get(f"/links/{token(fact.audit_id)}/visit")).json()
        assert (shown["sites"], shown["state"]) == ([SITE], "planned")
        assert "team" not in shown
        wrong = await party.get(f"/links/{token(fact.audit_id, 'evidence')}/visit")
        assert wrong.status_code == 403
        assert "this link is for something else" in wrong.text
