"""Owners from statements (BODS, FollowTheMoney) and by hand: dates, nominees, and which counts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.onboarding.commands import DeclareOwners
from services.onboarding.domain import Party
from services.onboarding.readers import NotUnderstood, read_document
from services.onboarding.readers.reading import Number, Owner, Who
from shared.events.onboarding import OwnershipDeclared, PartyRegistered
from shared.events.words import Share

from .conftest import Onboarding
from .papers import NORDLYS
from .test_api import OFFICER, Counter

SAMPLE = Path(__file__).parents[2] / "samples/bods/nordlys.json"
TODAY = date(2026, 11, 23)


@pytest.fixture
def counter(world: Onboarding, tmp_path: Path) -> Counter:
    return Counter(world, tmp_path)


def bods(*interests: dict[str, Any], address: str = "DK") -> bytes:
    """The sample of a statement with other interests of its first owner."""
    statements = json.loads(SAMPLE.read_text())
    links = [one for one in statements if one["recordType"] == "relationship"]
    links[0]["recordDetails"]["interests"] = list(interests)
    for one in statements:
        if one["recordType"] == "entity":
            for place in one["recordDetails"]["addresses"]:
                place["country"] = {"code": address}
    return json.dumps(statements).encode()


def first(data: bytes) -> list[Owner]:
    """What the statement says of its first owner."""
    reading = read_document(data)
    owners = reading.owned[0].owners
    return [one for one in owners if one.who == owners[0].who]


SIXTY = {"type": "shareholding", "share": {"exact": 60}}


def test_a_nominee_and_the_board_stand_beside_the_share() -> None:
    owners = first(bods(SIXTY, {"type": "nominee"}, {"type": "appointmentOfBoard"}))
    assert [(one.interest, one.minimum) for one in owners] == [
        ("shareholding", 60),
        ("nominee", 0),
        ("appointmentOfBoard", 0),
    ]


def test_votes_are_told_where_they_are_another_share() -> None:
    same = {"type": "votingRights", "share": {"exact": 60}}
    more = {"type": "votingRights", "share": {"minimum": 66, "maximum": 90}}
    assert [one.interest for one in first(bods(SIXTY, same))] == ["shareholding"]
    owners = first(bods(SIXTY, more))
    assert [(one.interest, one.maximum) for one in owners][1] == ("votingRights", 90)


def test_an_interest_that_has_ended_is_left_out_and_one_that_will_end_keeps_its_day() -> None:
    ended = SIXTY | {"endDate": "2026-01-31"}
    coming = SIXTY | {"startDate": "2020-05-01", "endDate": "2027-01-31"}
    assert all(one.minimum != 60 for one in first(bods(ended)))
    owner = first(bods(coming))[0]
    assert (owner.starts, owner.ends) == (date(2020, 5, 1), date(2027, 1, 31))


def test_the_country_of_the_registered_address_is_told() -> None:
    about = read_document(bods(SIXTY, address="VU")).about
    assert about is not None
    assert (about.country, about.address_country) == ("DK", "VU")


# ---------------------------------------------------------------- FollowTheMoney


def entity(id: str, schema: str, **properties: str) -> dict[str, Any]:
    return {"id": id, "schema": schema, "properties": {k: [v] for k, v in properties.items()}}


def ftm(*entities: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, entities)).encode()


COMPANY = entity(
    "c", "Company", name="Nordlys Rengøring A/S", jurisdiction="dk", registrationNumber="61056416"
)
PERSON = entity("p", "Person", name="Kirsten Aagaard", nationality="dk", birthDate="1977-01-21")
VOLGA = entity("v", "Company", name="Volga Trading OOO", jurisdiction="ru")


def test_owners_directors_and_unknown_links_are_read() -> None:
    reading = read_document(
        ftm(
            COMPANY,
            PERSON,
            VOLGA,
            entity("1", "Ownership", owner="p", asset="c", percentage="60%", startDate="2020"),
            entity("2", "Ownership", owner="v", asset="c", percentage="25-50"),
            entity("3", "Directorship", director="p", organization="c", role="Chairman"),
            entity("4", "UnknownLink", subject="v", object="c"),
            entity("5", "Ownership", owner="nobody", asset="c", percentage="> 5"),
        )
    )
    assert (reading.kind, reading.problems) == ("ownership", ())
    assert reading.about is not None
    assert reading.about.name == "Nordlys Rengøring A/S"
    (owned,) = reading.owned
    assert [(o.interest, o.minimum, o.maximum) for o in owned.owners] == [
        ("shareholding", 60, 60),
        ("shareholding", 25, 50),
        ("boardChair", 0, 0),
        ("unknownInterest", 0, 100),
        ("shareholding", 5, 100),
    ]
    assert owned.owners[0].starts == date(2020, 1, 1)
    assert owned.owners[1].who is not None
    assert owned.owners[1].who.country == "RU"
    assert owned.owners[4].who is None
    assert owned.owners[4].reason_unknown == "the file does not say who it is"


def test_a_nominee_is_named_and_marked() -> None:
    link = entity("1", "Ownership", owner="p", asset="c", percentage="100", role="Nominee holder")
    (owned,) = read_document(ftm(COMPANY, PERSON, link)).owned
    assert [one.interest for one in owned.owners] == ["shareholding", "nominee"]


def test_an_ownership_that_ended_is_left_out() -> None:
    link = entity("1", "Ownership", owner="p", asset="c", percentage="100", endDate="2024-05-01")
    reading = read_document(ftm(COMPANY, PERSON, link))
    assert reading.owned == ()
    assert reading.problems == ("it names no owner of any company",)


def test_a_file_about_several_companies_is_for_a_person() -> None:
    links = [
        entity(str(n), "Ownership", owner="p", asset=asset, percentage="100")
        for n, asset in enumerate("cv")
    ]
    reading = read_document(ftm(COMPANY, VOLGA, PERSON, *links))
    assert reading.problems == ("it speaks of 2 companies: say which one it is about",)


def test_a_line_that_is_cut_off_is_damaged() -> None:
    with pytest.raises(NotUnderstood, match="damaged"):
        read_document(ftm(COMPANY, PERSON)[:-20])


async def test_owners_of_a_file_become_a_statement(world: Onboarding) -> None:
    link = entity("1", "Ownership", owner="p", asset="c", percentage="100")
    await world.drop(ftm(COMPANY, PERSON, link), "owners.json")
    (declared,) = [e for e in world.announced if isinstance(e, OwnershipDeclared)]
    assert declared.party_id == "dk-cvr-61056416"
    assert [stake.share for stake in declared.stakes] == [Share.exactly(100)]


# ---------------------------------------------------------------- by hand

KIRSTEN = Owner(who=Who(name="Kirsten Aagaard", person=True, country="DK"), minimum=60, maximum=60)
FUND = Owner(
    who=Who(name="Nordsund Invest ApS", numbers=(Number(text="91204711", scheme="DK-CVR"),)),
    minimum=25,
    maximum=40,
    ends=date(2027, 6, 30),
)


def by_hand(*owners: Owner, as_of: date | None = TODAY) -> DeclareOwners:
    return DeclareOwners(
        party_id=NORDLYS.party_id,
        owners=owners,
        as_of=as_of,
        source="extract of the register of owners",
        reason="The PDF could not be read.",
    )


def declared(world: Onboarding) -> list[OwnershipDeclared]:
    return [e for e in world.announced if isinstance(e, OwnershipDeclared)]


async def known(world: Onboarding) -> None:
    await world.drop(SAMPLE.read_bytes(), "bods.json")


async def test_owners_by_hand_replace_an_earlier_statement(world: Onboarding) -> None:
    await known(world)
    await world.tell(by_hand(KIRSTEN, FUND), by=OFFICER)
    last = declared(world)[-1]
    assert (last.declared_by, last.document_id, last.as_of) == ("mette", "", TODAY)
    assert last.reason == "extract of the register of owners: The PDF could not be read."
    assert [stake.ends for stake in last.stakes] == [None, date(2027, 6, 30)]
    ids = {e.party.party_id for e in world.announced if isinstance(e, PartyRegistered)}
    assert "dk-cvr-91204711" in ids


async def test_a_statement_of_an_earlier_day_that_comes_later_does_not_count(
    world: Onboarding,
) -> None:
    await known(world)
    await world.tell(by_hand(KIRSTEN), by=OFFICER)
    count = len(declared(world))
    await world.drop(bods(SIXTY), "older.json")
    assert len(declared(world)) == count
    outcome = await world.tell(by_hand(FUND, as_of=date(2026, 1, 1)), by=OFFICER)
    assert outcome.error is not None
    assert outcome.error["field"] == "as_of"
    assert world.state(Party, NORDLYS.party_id).stakes_as_of == TODAY


async def test_the_same_owners_on_a_later_day_are_said_again(world: Onboarding) -> None:
    await known(world)
    await world.tell(by_hand(KIRSTEN, as_of=date(2026, 11, 20)), by=OFFICER)
    await world.tell(by_hand(KIRSTEN), by_hand(KIRSTEN), by=OFFICER)
    assert [one.as_of for one in declared(world)][-2:] == [date(2026, 11, 20), TODAY]


@pytest.mark.parametrize(
    ("owner", "field"),
    [
        (KIRSTEN.model_copy(update={"minimum": 70.0}), "owners.0.minimum"),
        (KIRSTEN.model_copy(update={"interest": "shares"}), "owners.0.interest"),
        (KIRSTEN.model_copy(update={"who": None}), "owners.0.who"),
        (KIRSTEN.model_copy(update={"reason_unknown": "?"}), "owners.0.who"),
        (FUND.model_copy(update={"starts": date(2027, 6, 30)}), "owners.0.ends"),
        (
            FUND.model_copy(
                update={"who": Who(name="X", numbers=(Number(text="12", scheme="DK-CVR"),))}
            ),
            "owners.0.who.numbers",
        ),
    ],
)
async def test_what_is_wrong_is_said_with_its_field(
    world: Onboarding, owner: Owner, field: str
) -> None:
    await known(world)
    outcome = await world.tell(by_hand(owner), by=OFFICER)
    assert outcome.error is not None
    assert outcome.error["field"] == field


async def test_more_than_all_shares_are_refused(world: Onboarding) -> None:
    await known(world)
    outcome = await world.tell(by_hand(KIRSTEN, KIRSTEN), by=OFFICER)
    assert outcome.error is not None
    assert "add up to 120 %" in outcome.error["reason"]


async def test_an_officer_enters_owners_over_http(counter: Counter) -> None:
    await known(counter.world)  # type: ignore[arg-type]
    body = {
        "owners": [{"who": {"name": "Kirsten Aagaard", "person": True}, "minimum": 100}],
        "source": "letter of the supplier",
        "reason": "No statement can be had.",
    }
    path = f"/parties/{NORDLYS.party_id}/ownership"
    async with counter.client(OFFICER) as client:
        done = await client.post(path, json=body)
        wrong = await client.post(path, json=body | {"reason": ""})
        nobody = await client.post("/parties/dk-cvr-1/ownership", json=body)
    assert done.status_code == 200
    assert done.json()["result"]["new"] is True
    assert [error["field"] for error in wrong.json()["errors"]] == ["reason"]
    assert nobody.status_code == 404
