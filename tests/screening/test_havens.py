"""Ties to tax havens: seat, address, owners at any level, subsidiaries, the bank: questions."""

import pytest

from services.screening.accounts import account_of
from services.screening.domain.haven import section_134a
from services.screening.ownership_messages import NotePayeeAccount
from shared.domain import Rejected
from shared.events.onboarding import PartyChanged
from shared.events.screening import JurisdictionEnded, JurisdictionFlagged, PayeeAccountNoted
from shared.events.words import PartyDescription
from tests.screening.stage import Stage, company, owned, person, registered

BALTIC = company("93587278", "Baltic Facility Group ApS")
MIDDLE = company("11111111", "Nordsund Invest ApS")
HAVEN = PartyDescription(party_id="org-v", name="Pacific Holdings Ltd", country="VU")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", country="DK")


def flags(stage: Stage, party: PartyDescription = BALTIC) -> list[JurisdictionFlagged]:
    return [one for one in stage.said(JurisdictionFlagged) if one.party_id == party.party_id]


async def told(*said: object) -> Stage:
    stage = Stage()
    await stage.tell(*said)  # type: ignore[arg-type]
    return stage


@pytest.mark.parametrize(
    ("whose", "excludes", "rule"),
    [
        ("seat", "yes", "EX-N"),
        ("address", "yes", "EX-N"),
        ("seat", "review", "TAX-LIST"),
        ("seat", "no", "TAX-LIST"),
        ("owner", "yes", "TAX-LIST"),
        ("subsidiary", "yes", "TAX-LIST"),
        ("bank", "yes", "TAX-LIST"),
    ],
)
def test_section_134a_looks_only_at_the_tenderer_itself(
    whose: str, excludes: str, rule: str
) -> None:
    assert section_134a(whose, excludes) == rule  # type: ignore[arg-type]


async def test_a_registered_address_is_a_tie_of_its_own() -> None:
    party = BALTIC.model_copy(update={"address_country": "VU"})
    stage = await told(registered(party))
    (flag,) = flags(stage)
    assert (flag.whose, flag.country, flag.rule) == ("address", "VU", "EX-N")


async def test_an_owner_further_up_is_named_with_the_way_to_it() -> None:
    stage = await told(
        registered(BALTIC),
        owned(BALTIC.party_id, (MIDDLE, 60), (KIRSTEN, 40)),
        owned(MIDDLE.party_id, (HAVEN, 100)),
    )
    (flag,) = flags(stage)
    assert (flag.whose, flag.subject_id, flag.rule) == ("owner", "org-v", "TAX-LIST")
    assert flag.path == ("org-v", MIDDLE.party_id, BALTIC.party_id)


async def test_a_subsidiary_in_a_haven_is_a_question_to_its_parent() -> None:
    stage = await told(registered(BALTIC), registered(HAVEN), owned("org-v", (BALTIC, 100)))
    (flag,) = flags(stage)
    assert (flag.whose, flag.subject_id) == ("subsidiary", "org-v")
    assert flag.path == (BALTIC.party_id, "org-v")


async def test_a_small_holding_is_no_subsidiary() -> None:
    stage = await told(
        registered(BALTIC), registered(HAVEN), owned("org-v", (BALTIC, 5), (KIRSTEN, 95))
    )
    assert flags(stage) == []


async def test_a_country_that_is_learnt_later_is_asked_about_above_and_below() -> None:
    nowhere = HAVEN.model_copy(update={"country": None})
    sub = company("44444444", "Nordsund Drift ApS")
    stage = await told(
        registered(BALTIC),
        registered(sub),
        registered(nowhere),
        owned("org-v", (BALTIC, 100)),
        owned(sub.party_id, (nowhere, 100)),
    )
    assert stage.said(JurisdictionFlagged) == []
    await stage.tell(PartyChanged(party=HAVEN, changed=("country",)))
    assert [one.whose for one in flags(stage)] == ["subsidiary"]
    assert [one.whose for one in flags(stage, sub)] == ["owner"]
    assert [(one.whose, one.rule) for one in flags(stage, HAVEN)] == [("seat", "EX-N")]


async def test_a_tie_that_ends_is_said_and_comes_back_under_its_id() -> None:
    stage = await told(
        registered(BALTIC),
        owned(BALTIC.party_id, (HAVEN, 100)),
        owned(BALTIC.party_id, (KIRSTEN, 100), document="doc-2"),
    )
    (ended,) = stage.said(JurisdictionEnded)
    assert (ended.party_id, ended.whose, ended.country) == (BALTIC.party_id, "owner", "VU")
    await stage.tell(owned(BALTIC.party_id, (HAVEN, 100), document="doc-3"))
    assert [one.flag_id for one in flags(stage)] == [ended.flag_id, ended.flag_id]


async def test_a_persons_nationality_is_no_tie() -> None:
    ivan = person("i", "Ivan Petrovich Sidorov", country="RU")
    stage = await told(registered(BALTIC), owned(BALTIC.party_id, (ivan, 100)))
    assert stage.said(JurisdictionFlagged) == []


# ---------------------------------------------------------------- accounts


async def test_a_bank_in_a_haven_is_a_question_until_another_account_is_used() -> None:
    stage = await told(registered(BALTIC))
    there = account_of(BALTIC.party_id, None, "BAVUVUVU", "erp")
    await stage.tell(NotePayeeAccount(party_id=BALTIC.party_id, account=there))
    (flag,) = flags(stage)
    assert (flag.whose, flag.country, flag.rule) == ("bank", "VU", "TAX-LIST")
    here = account_of(BALTIC.party_id, "DK50 0040 0440 1162 43", None, "erp")
    await stage.tell(NotePayeeAccount(party_id=BALTIC.party_id, account=here))
    assert [one.whose for one in stage.said(JurisdictionEnded)] == ["bank"]
    assert [one.shown for one in stage.said(PayeeAccountNoted)] == ["BAVUVU**", "DK** 6243"]


async def test_the_same_account_again_says_nothing_new() -> None:
    stage = await told(registered(BALTIC))
    account = account_of(BALTIC.party_id, "DK5000400440116243", "DABADKKK", "erp")
    note = NotePayeeAccount(party_id=BALTIC.party_id, account=account)
    await stage.tell(note, note)
    assert len(stage.said(PayeeAccountNoted)) == 1


async def test_an_account_of_an_unknown_party_is_refused() -> None:
    stage = await told()
    account = account_of("dk-cvr-1", None, "DABADKKK", "erp")
    outcome = await stage.tell(NotePayeeAccount(party_id="dk-cvr-1", account=account))
    assert outcome.error is not None
    assert outcome.error["kind"] == "unknown"


@pytest.mark.parametrize(
    ("iban", "bic", "field"),
    [
        (None, None, "iban"),
        ("DK5000400440116244", None, "iban"),
        ("1234", None, "iban"),
        (None, "DABADKK", "bic"),
        (None, "DABA1KKK", "bic"),
    ],
)
def test_a_wrong_account_says_which_field_and_never_the_number(
    iban: str | None, bic: str | None, field: str
) -> None:
    with pytest.raises(Rejected) as refused:
        account_of("dk-cvr-1", iban, bic, "erp")
    assert refused.value.field == field
    assert "0040044" not in refused.value.reason
