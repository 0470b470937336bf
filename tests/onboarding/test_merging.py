"""One party for one company: proposals with reasons, mergers by people, and their way back."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.onboarding.api import api
from services.onboarding.commands import VerifyDocument
from services.onboarding.domain import Party, Qualification, qualification_id
from services.onboarding.domain.alike import compare, name_key
from shared.domain import Caller
from shared.events.onboarding import (
    PartiesAlike,
    PartiesKeptApart,
    PartiesMerged,
    PartyChanged,
    PartyQualified,
    PartyRegistered,
    PartySplit,
    QualificationLost,
)
from shared.events.words import Identifier, PartyDescription, PartyKind
from tests.serving import Standing

from .conftest import Onboarding
from .papers import BUYER, CONTRACT, NORDLYS, declared, screened, signed

OFFICER = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
LEI = "529900T8BM49AURSDO55"


class Counter(Standing):
    def __init__(self, world: Onboarding, folder: Path) -> None:
        super().__init__(world, api, folder, adapters={"files": world.files})


@pytest.fixture
def counter(world: Onboarding, tmp_path: Path) -> Counter:
    return Counter(world, tmp_path)


def other(name: object = "Nordlys Rengoring", **more: object) -> PartyDescription:
    values: dict[str, object] = {"party_id": "org-1", "name": name, "country": "DK"}
    return PartyDescription.model_validate(values | more)


def test_names_are_compared_without_form_accents_and_signs() -> None:
    assert name_key(NORDLYS) == name_key(other("NORDLYS  Rengøring ApS")) == "nordlys rengoring"
    assert name_key(other("AB")) == ""
    assert name_key(other(kind=PartyKind.PERSON)) == ""


@pytest.mark.parametrize(
    ("changes", "reasons", "against"),
    [
        ({}, 1, 0),
        ({"country": None}, 1, 0),
        ({"country": "SE"}, 0, 0),
        ({"name": "Sydlys Rengøring"}, 0, 0),
        ({"identifiers": (Identifier(scheme="dk-cvr", value="93587278"),)}, 0, 0),
        ({"name": "X", "identifiers": NORDLYS.identifiers}, 1, 1),
        ({"identifiers": NORDLYS.identifiers, "country": "SE"}, 1, 1),
    ],
)
def test_what_speaks_for_one_company_and_what_against(
    changes: dict[str, object], reasons: int, against: int
) -> None:
    found = compare(NORDLYS, other(**changes))
    assert tuple(map(len, found)) == (reasons, against)


async def test_the_same_company_by_two_channels_is_one_party(counter: Counter) -> None:
    world = counter.world
    await world.tell(signed())
    async with counter.client(OFFICER) as client:
        body = {"name": "Nordlys Rengøring", "number": "DK 92 43 11 85", "scheme": "VAT"}
        done = (await client.post("/parties", json=body)).json()["result"]
        assert done == {"party_id": NORDLYS.party_id, "new": False}
        wrong = await client.post("/parties", json=body | {"number": "DK92431186"})
        assert wrong.status_code == 422
        assert "leaves" in wrong.text
    assert world.told.count(PartyRegistered) == 1


async def test_a_look_alike_is_proposed_with_reasons_and_asks_a_person(world: Onboarding) -> None:
    await world.tell(signed(), declared(other()))
    await world.tell(declared(other(address="Fyrvænget 12")))
    (alike,) = [e for e in world.announced if isinstance(e, PartiesAlike)]
    assert alike.reasons == ("the same name in the same country (DK)",)
    assert alike.need is not None
    assert alike.need.buyer_id == BUYER


async def test_a_merger_counts_the_papers_of_either_and_a_split_takes_them_back(
    world: Onboarding, counter: Counter
) -> None:
    twin = other()
    await world.tell(signed(twin), screened(twin))
    await world.tell(declared(NORDLYS), screened(NORDLYS))
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    await world.drop_sample("pdf/iso-9001-nordlys.pdf")
    espd = await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.tell(VerifyDocument(document_id=espd.id, reason="its supplier is another id"))
    supplier = qualification_id(CONTRACT, twin.party_id, "supplier")
    assert len(world.state(Qualification, supplier).missing) == 3
    async with counter.client(OFFICER) as client:
        (alike,) = (await client.get("/likenesses")).json()["items"]
        assert set(alike["party_ids"]) == {twin.party_id, NORDLYS.party_id}
        url = f"/parties/{NORDLYS.party_id}"
        body = {"absorbed_id": twin.party_id, "reason": "the same seat and signature"}
        assert (await client.post(f"{url}/merge", json=body)).status_code == 200
        assert (await client.post(f"{url}/merge", json=body)).status_code == 409
        assert world.state(Qualification, supplier).qualified
        merged = next(e for e in world.announced if isinstance(e, PartiesMerged))
        assert (merged.party_id, merged.merged_id) == (NORDLYS.party_id, twin.party_id)
        assert merged.settles == (f"decide-merge/{alike['id']}",)
        changed = [e for e in world.announced if isinstance(e, PartyChanged)][-1]
        assert twin.name in changed.party.aliases, "it is screened under both names"
        history = len(world.announced)

        back = {"reason": "two companies of one owner"}
        done = await client.post(f"/parties/{twin.party_id}/split", json=back)
        assert done.status_code == 200
        again = await client.post(f"/parties/{twin.party_id}/split", json=back)
        assert again.status_code == 409
    assert PartySplit in world.told[history:]
    assert QualificationLost in world.told[history:]
    assert not world.state(Qualification, supplier).qualified
    assert world.state(Party, twin.party_id).merged_into == ""
    changed = [e for e in world.announced if isinstance(e, PartyChanged)][-1]
    assert twin.name not in changed.party.aliases
    own = qualification_id(CONTRACT, NORDLYS.party_id, "subcontractor")
    assert world.state(Qualification, own).qualified
    assert world.told.count(PartyQualified) == 2


async def test_what_is_learnt_of_one_that_was_merged_is_learnt_of_the_other(
    counter: Counter,
) -> None:
    world = counter.world
    await world.tell(signed(), declared(other()))
    async with counter.client(OFFICER) as client:
        body = {"absorbed_id": "org-1", "reason": "the same seat"}
        await client.post(f"/parties/{NORDLYS.party_id}/merge", json=body)
    number = Identifier(scheme="lei", value=LEI)
    await world.tell(declared(other(identifiers=(number,))))
    heads = [
        e.party
        for e in world.announced
        if isinstance(e, PartyChanged) and e.party.party_id == NORDLYS.party_id
    ]
    assert number in heads[-1].identifiers
    assert NORDLYS.identifiers[0] in heads[-1].identifiers


async def test_who_is_kept_apart_is_proposed_again_only_for_a_new_reason(
    counter: Counter,
) -> None:
    world = counter.world
    await world.tell(signed(), declared(other()))
    async with counter.client(OFFICER) as client:
        (alike,) = (await client.get("/likenesses")).json()["items"]
        url = f"/likenesses/{alike['id']}/keep-apart"
        assert (await client.post(url, json={"reason": "other owners"})).status_code == 200
        assert (await client.post(url, json={"reason": "other owners"})).status_code == 409
    assert world.told[-1] is PartiesKeptApart
    await world.tell(declared(other(contact="post@nordlys.example")))
    assert world.told.count(PartiesAlike) == 1
    await world.tell(declared(other(identifiers=NORDLYS.identifiers)))
    assert world.told.count(PartiesAlike) == 2
    await world.advance(timedelta(days=1))
