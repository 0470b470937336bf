"""Another tax list is in force: who has to do with a country that came or left is looked at."""

from datetime import date, timedelta

import pytest

from services.screening import jurisdictions
from services.screening.accounts import account_of
from services.screening.domain.revision import TaxListSeen
from services.screening.handlers import revising
from services.screening.jurisdictions import ANNEX_I, CountryList, country_lists
from services.screening.messages import WatchLists
from services.screening.ownership_messages import NotePayeeAccount
from shared.events.screening import JurisdictionEnded, JurisdictionFlagged
from shared.events.words import PartyDescription
from shared.testing import T0
from tests.screening.stage import Stage, company, owned, registered

BALTIC = company("93587278", "Baltic Facility Group ApS")
SEATED = PartyDescription(party_id="org-k", name="Ky Services Ltd", country="KY")
STAYS = PartyDescription(party_id="org-v", name="Pacific Holdings Ltd", country="VU")
LEAVES = PartyDescription(party_id="org-a", name="Anguilla Trading Ltd", country="AI")
COMING = T0.date() + timedelta(days=30)


def revision(day: date, *, add: set[str], remove: set[str]) -> CountryList:
    (now,) = [one for one in country_lists() if one.name == ANNEX_I]
    return now.model_copy(
        update={"valid_from": day, "countries": (now.countries | add) - remove, "source": "test"}
    )


@pytest.fixture(params=["known beforehand", "came with a release"])
def revise(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(revising, "PARTIES_AT_ONCE", 2)
    later = (*country_lists(), revision(COMING, add={"KY"}, remove={"AI"}))
    if request.param == "known beforehand":
        monkeypatch.setattr(jurisdictions, "country_lists", lambda: later)
    return str(request.param)


async def revised(stage: Stage, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day comes; a release brings the list only some days after it."""
    if how == "known beforehand":
        await stage.advance(timedelta(days=31))
        return
    await stage.advance(timedelta(days=33))
    later = (*country_lists(), revision(COMING, add={"KY"}, remove={"AI"}))
    monkeypatch.setattr(jurisdictions, "country_lists", lambda: later)
    await stage.tell(WatchLists())
    await stage.settle()


async def test_a_revision_asks_about_who_came_on_and_ends_what_left(
    revise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()
    await stage.tell(
        WatchLists(),
        registered(BALTIC),
        registered(SEATED),
        registered(STAYS),
        registered(LEAVES),
        owned(BALTIC.party_id, (SEATED, 30), (STAYS, 30), (LEAVES, 40)),
        NotePayeeAccount(
            party_id=STAYS.party_id, account=account_of(STAYS.party_id, None, "BAKYKYKY", "erp")
        ),
    )
    await stage.settle()
    before = len(stage.said(JurisdictionFlagged))
    await revised(stage, revise, monkeypatch)
    new = {(f.party_id, f.whose, f.country) for f in stage.said(JurisdictionFlagged)[before:]}
    assert new == {
        ("org-k", "seat", "KY"),
        (BALTIC.party_id, "owner", "KY"),
        ("org-v", "bank", "KY"),
    }
    ended = {(one.party_id, one.whose, one.country) for one in stage.said(JurisdictionEnded)}
    assert ended == {("org-a", "seat", "AI"), (BALTIC.party_id, "owner", "AI")}
    assert stage.state(TaxListSeen, "tax-list").countries == ()
    dates = {f.country: f.list_date for f in stage.said(JurisdictionFlagged)}
    assert (dates["VU"], dates["KY"]) == (date(2026, 2, 17), COMING)


async def test_the_same_list_again_looks_at_nobody() -> None:
    stage = Stage()
    await stage.tell(WatchLists(), registered(STAYS))
    await stage.settle()
    walk = stage.state(TaxListSeen, "tax-list").walk
    await stage.tell(WatchLists())
    await stage.settle()
    assert stage.state(TaxListSeen, "tax-list").walk == walk
    assert len(stage.said(JurisdictionFlagged)) == 1
