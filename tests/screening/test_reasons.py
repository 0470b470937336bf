"""Why a hit was raised: in codes, sealed with the person's key, in words where it is read."""

from typing import get_args

import httpx

from services.screening.domain import Hit
from services.screening.matching.alike import HOW
from services.screening.matching.evidence import BirthOutcome
from services.screening.sources import sources
from shared.events.screening import HitRaised, HitReopened
from shared.events.words import Identifier
from shared.reasons import SPEAKS
from tests.screening.stage import (
    CITY,
    REGION,
    Stage,
    company,
    eu_entry,
    eu_list,
    person,
    registered,
)
from tests.screening.test_api import OSKAR, Screen, mette, screen, the_hit

__all__ = ["mette", "screen"]

VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17", country="BY")
LIST = eu_list(eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17", country="BY"))
DANISH = {"Accept-Language": "da"}
SWEDISH = {"Accept-Language": "sv-SE, en;q=0.5"}


def test_every_way_in_which_words_and_births_agree_has_a_code() -> None:
    assert {f"word-{how}" for how in HOW[1:]} <= SPEAKS.keys()
    assert {f"birth-{one.replace('_', '-')}" for one in get_args(BirthOutcome)} <= SPEAKS.keys()


async def test_a_hit_carries_its_reasons_as_codes_sealed_with_the_key_of_the_person() -> None:
    stage = Stage()
    await stage.list_in_force("eu", LIST)
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    codes = [one.code for one in hit.reasons]
    assert codes == ["name-like", "word-same", "word-sound", "birth-day", "country-same"]
    values = [value for one in hit.reasons for value in (one.ours, one.theirs) if value]
    assert all(value.startswith("sealed:1:personal:person-a:") for value in values)
    kept = stage.state(Hit, hit.hit_id).reasons
    assert (kept[0].ours, kept[0].theirs) == ("Vsevolod Zharkovetskij", "Vsevolod ZHARKOVETSKIY")


async def test_the_same_number_under_another_name_says_that_the_names_differ() -> None:
    stage = Stage()
    entry = eu_entry(7, "Polar House", kind="enterprise").replace(
        "</sanctionEntity>",
        '<identification number="1027700132195" identificationTypeCode="regnumber"/>'
        "</sanctionEntity>",
    )
    await stage.list_in_force("eu", eu_list(entry))
    number = Identifier(scheme="ru-ogrn", value="1027700132195")
    party = company("9", "Nordhavn Spedition", identifiers=(number,))
    await stage.tell(registered(party))
    (hit,) = stage.said(HitRaised)
    assert (hit.reasons[0].code, hit.reasons[0].theirs) == ("name-other", "Polar House")
    assert "number-same" in [one.code for one in hit.reasons]


async def test_a_hit_is_explained_in_the_language_of_the_reader(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    hit_id = await the_hit(screen)
    danish = (await mette.get(f"/hits/{hit_id}", headers=DANISH)).json()
    swedish = (await mette.get(f"/hits/{hit_id}", headers=SWEDISH)).json()
    assert "født samme dag (1968-03-17)" in danish["explanation"]
    assert "född samma dag (1968-03-17)" in swedish["explanation"]
    assert danish["likelihood"] == {"code": "nearly-certain", "text": "næsten sikkert"}
    assert [one["code"] for one in danish["reasons"]] == [one["code"] for one in swedish["reasons"]]
    assert danish["lane"] == "binding"


async def test_the_explanation_says_what_speaks_for_a_hit_and_what_against(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    stage = screen.stage
    await stage.list_in_force("eu", eu_list(eu_entry(1, "Vsevolod Tikhonovich ZHARKOVETSKIY")))
    await stage.tell(registered(VSEVOLOD))
    (hit,) = stage.said(HitRaised)
    answer = await mette.get(f"/hits/{hit.hit_id}/explanation", headers=DANISH)
    shown = answer.json()
    assert answer.headers["vary"] == "Accept-Language"
    assert shown["party_name"] == "Vsevolod Zharkovetskij"
    assert shown["listed_name"] == "Vsevolod Tikhonovich ZHARKOVETSKIY"
    assert [one["code"] for one in shown["speaks_against"]] == ["word-only-theirs"]
    assert shown["speaks_against"][0]["text"] == "kun navnet på listen har “tikhonovich”"
    assert len(shown["speaks_for"]) == 3
    assert shown["engine"]


async def test_a_hit_from_before_there_were_codes_is_shown_as_it_was_said_then(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    hit_id = await the_hit(screen)
    screen.stage.state(Hit, hit_id).reasons = ()
    shown = (await mette.get(f"/hits/{hit_id}/explanation", headers=DANISH)).json()
    assert "born on the same day (1968-03-17)" in shown["explanation"]
    assert shown["speaks_for"] == []


# -------------------------------------------------------------------- earlier decisions


async def test_decisions_on_the_same_entry_and_on_the_party_are_shown_per_buyer(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    stage = screen.stage
    both = eu_list(
        eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17"),
        eu_entry(2, "Vsevolod ZHARKOVETSKI", born="1968"),
    )
    await stage.list_in_force("eu", both)
    await stage.tell(registered(VSEVOLOD), registered(person("b", "Vsevolod Zharkovetskiy")))
    hits = {(hit.party_id, hit.entry.entry_id): hit.hit_id for hit in stage.said(HitRaised)}
    await stage.dismiss(hits["person-b", "1"], REGION)
    await stage.confirm(hits["person-b", "1"], CITY)
    await stage.dismiss(hits["person-a", "2"], CITY)
    shown = (await mette.get(f"/hits/{hits['person-a', '1']}")).json()
    assert shown["verdicts"] == []
    earlier = {one["hit_id"]: one for one in shown["earlier"]}
    assert {id: one["alike"] for id, one in earlier.items()} == {
        hits["person-b", "1"]: "same_entry",
        hits["person-a", "2"]: "same_party",
    }
    verdicts = {one["buyer_id"]: one for one in earlier[hits["person-b", "1"]]["verdicts"]}
    assert (verdicts[REGION]["verdict"], verdicts[REGION]["reason"]) == (
        "dismissed",
        "Another person.",
    )
    assert (verdicts[CITY]["verdict"], verdicts[CITY]["reason"]) == ("confirmed", None)
    assert [hit.verdicts for hit in _hits(stage) if hit.id == hits["person-a", "1"]] == [()]
    async with screen.client(OSKAR) as oskar:
        page = (await oskar.get("/hits")).json()["items"]
    assert all(one["earlier"] is None for one in page)


def _hits(stage: Stage) -> list[Hit]:
    return [one for one in stage.store.documents.values() if isinstance(one, Hit)]


# -------------------------------------------------------------------- lanes


def test_only_the_lists_of_the_eu_and_the_un_bind() -> None:
    assert {name for name, known in sources().items() if known.binding} == {"eu", "un"}


async def test_lanes_are_apart_and_the_advisory_one_rings_nobody(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    stage = screen.stage
    await stage.list_in_force("eu", LIST)
    await stage.list_in_force("own", OWN)
    await stage.tell(registered(VSEVOLOD))
    lanes = {}
    for lane in ("binding", "advisory"):
        page = (await mette.get("/hits", params={"lane": lane})).json()["items"]
        lanes[lane] = [(hit["entry"]["source"], hit["lane"]) for hit in page]
    assert lanes == {"binding": [("eu", "binding")], "advisory": [("own", "advisory")]}
    assert (await mette.get("/hits", params={"lane": "loud"})).status_code == 422
    (advisory,) = [hit for hit in stage.said(HitRaised) if hit.advisory]
    await stage.dismiss(advisory.hit_id)
    await stage.list_in_force("own", OWN.replace(b"1968-03-17", b"1968"))
    (reopened,) = stage.said(HitReopened)
    assert reopened.hit_id == advisory.hit_id
    theirs = [e for e in stage.announced if getattr(e, "hit_id", "") == advisory.hit_id]
    assert [e.need for e in theirs] == [None] * len(theirs)


OWN = b"id,schema,name,birth_date\nx1,Person,Vsevolod ZHARKOVETSKIY,1968-03-17\n"
