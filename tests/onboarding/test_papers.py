"""What becomes of papers that are late, broken, old, unclear, or somebody else's."""

from datetime import date, timedelta

import pytest

from services.onboarding.commands import ReadAgain, ReceiveFile, RejectDocument, VerifyDocument
from services.onboarding.domain import Document, Door, Qualification, Stage, State, qualification_id
from shared.domain import Caller
from shared.events.breaches import HearingOpened, Track
from shared.events.contracts import ContractEnded
from shared.events.onboarding import (
    DocumentExpired,
    DocumentExpiring,
    DocumentNeedsReview,
    DocumentOverdue,
    DocumentReceived,
    DocumentRejected,
    DocumentRequested,
    DocumentVerified,
    PartyChanged,
    PartyQualified,
    QualificationLost,
)
from shared.events.subcontractors import SubcontractorWithdrawn
from shared.events.words import Status
from shared.testing import MACHINE, OFFICER

from .conftest import Onboarding
from .papers import (
    BALTIC,
    BUYER,
    CONTRACT,
    HANSEN,
    NORDLYS,
    company,
    declared,
    digest,
    screened,
    signed,
)

SUPPLIER = qualification_id(CONTRACT, NORDLYS.party_id, "supplier")


def reason_of(world: Onboarding) -> str:
    asked = [e for e in world.announced if isinstance(e, DocumentNeedsReview)]
    return asked[-1].reason


async def test_a_file_that_nobody_understands_goes_to_an_officer_with_a_reason(
    world: Onboarding,
) -> None:
    await world.tell(signed())
    document = await world.drop(b"hello", "letter.txt")
    assert document.state is State.REVIEW
    asked = world.announced[-1]
    assert isinstance(asked, DocumentNeedsReview)
    assert "are read" in asked.reason
    assert asked.need is not None
    assert (asked.need.role, asked.need.buyer_id, asked.need.about) == (
        "officer",
        BUYER,
        document.id,
    )


async def test_an_officer_verifies_what_the_readers_did_not_know(world: Onboarding) -> None:
    await world.tell(signed())
    document = await world.drop(b"hello", "letter.txt")
    verdict = VerifyDocument(
        document_id=document.id,
        reason="the paper original was shown",
        kind="serviceattest",
        party_id=NORDLYS.party_id,
        issued=date(2026, 11, 20),
    )
    await world.tell(verdict, by=OFFICER)
    verified = world.announced[-1]
    assert isinstance(verified, DocumentVerified)
    assert verified.verified_by == OFFICER.subject
    assert verified.settles == (f"review-document/{document.id}",)
    assert "serviceattest is missing" not in world.state(Qualification, SUPPLIER).waits_for


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "x"}, "reason"),
        ({"kind": "a poem"}, "kind"),
        ({"party_id": None}, "party_id"),
        ({"party_id": "dk-cvr-1"}, "party_id"),
        ({"kind": None}, "kind"),
        ({"issued": date(2020, 1, 1)}, "valid_until"),
    ],
)
async def test_a_verdict_that_leaves_something_open_is_refused_with_the_field(
    world: Onboarding, change: dict[str, object], field: str
) -> None:
    await world.tell(signed())
    document = await world.drop(b"hello", "letter.txt")
    verdict: dict[str, object] = {
        "document_id": document.id,
        "reason": "seen",
        "kind": "serviceattest",
        "party_id": NORDLYS.party_id,
        "issued": date(2026, 11, 20),
    }
    outcome = await world.tell(VerifyDocument.model_validate(verdict | change))
    assert outcome.error is not None
    assert outcome.error["field"] == field


async def test_an_officer_rejects_a_document_once(world: Onboarding) -> None:
    document = await world.drop(b"hello", "letter.txt")
    command = RejectDocument(document_id=document.id, reason="this is no document")
    await world.tell(command)
    assert isinstance(world.announced[-1], DocumentRejected)
    again = await world.tell(command)
    assert again.error is not None
    assert "is rejected" in again.error["reason"]


async def test_nobody_decides_for_another_buyer(world: Onboarding) -> None:
    document = await world.drop(b"hello", "letter.txt")
    stranger = Caller(subject="x", roles=("officer",), buyers=("another",))
    for command in (
        VerifyDocument(document_id=document.id, reason="because"),
        RejectDocument(document_id=document.id, reason="because"),
        ReadAgain(document_id=document.id),
        ReceiveFile(buyer_id=BUYER, sha256="0", name="", media_type="", size=1, channel="upload"),
    ):
        outcome = await world.tell(command, by=stranger)
        assert outcome.error is not None
        assert outcome.error["kind"] == "forbidden"


async def test_the_same_bytes_of_two_buyers_are_two_documents(world: Onboarding) -> None:
    one = await world.drop(b"hello", "a.txt")
    two = await world.drop(b"hello", "a.txt", buyer="dk-cvr-12345674")
    assert one.id != two.id
    assert one.sha256 == two.sha256


async def test_a_certificate_waits_for_a_party_that_is_not_known_yet(world: Onboarding) -> None:
    document = await world.drop_sample("pdf/serviceattest-baltic.pdf")
    assert document.state is State.REVIEW
    assert "whom we do not know yet" in reason_of(world)
    await world.tell(signed(), declared(BALTIC))
    verified = [e for e in world.announced if isinstance(e, DocumentVerified)]
    assert verified[0].settles == (f"review-document/{document.id}",)


@pytest.mark.parametrize("name", ["Sydpolen Transport ApS", "Sydpolen Transport A/S"])
async def test_a_number_of_one_company_under_the_name_of_another_is_a_question(
    world: Onboarding, name: str
) -> None:
    await world.tell(signed(company("92431185", name)))
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    assert "that we know under another name" in reason_of(world)


async def test_a_certificate_that_is_too_old_does_not_count(world: Onboarding) -> None:
    world.now += timedelta(days=365)
    await world.tell(signed())
    document = await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    assert document.state is State.REJECTED
    rejected = world.announced[-1]
    assert isinstance(rejected, DocumentRejected)
    assert "it counts until 2027-05-18" in rejected.reason


async def test_a_certificate_from_the_future_is_a_question(world: Onboarding) -> None:
    world.now -= timedelta(days=30)
    await world.tell(signed())
    document = await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    assert document.state is State.REVIEW
    assert "has not come yet" in reason_of(world)


async def qualified(world: Onboarding) -> None:
    await world.tell(signed(), screened(NORDLYS))
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    await world.drop_sample("pdf/iso-9001-nordlys.pdf")
    assert PartyQualified in world.told


async def test_a_document_that_runs_out_is_asked_for_anew_while_it_still_counts(
    world: Onboarding,
) -> None:
    await qualified(world)
    await world.advance(timedelta(days=150))
    assert DocumentExpiring in world.told
    request = [e for e in world.announced if isinstance(e, DocumentRequested)][-1]
    assert request.kind == "serviceattest"
    assert request.request_id.endswith("-serviceattest-2")
    links = {e.link_id for e in world.announced if isinstance(e, DocumentRequested)}
    assert len(links) == 2, "a letter is written once per link"
    assert world.state(Door, request.link_id).party_id == NORDLYS.party_id
    assert world.state(Qualification, SUPPLIER).qualified


async def test_a_document_that_expires_takes_the_qualification_with_it(
    world: Onboarding,
) -> None:
    await qualified(world)
    await world.advance(timedelta(days=190))
    assert DocumentExpired in world.told
    assert world.told[-1] is QualificationLost
    assert world.told.count(DocumentOverdue) == 1
    one = world.state(Qualification, SUPPLIER)
    assert one.stage is Stage.LAPSED
    assert one.reasons == ("serviceattest: it counted until 2027-05-18",)
    assert [r.kind for r in one.missing] == ["serviceattest"]


async def test_a_requested_document_that_does_not_come_is_announced_once(
    world: Onboarding,
) -> None:
    await world.tell(signed())
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    await world.advance(timedelta(days=60))
    late = [e for e in world.announced if isinstance(e, DocumentOverdue)]
    assert [e.kind for e in late] == ["serviceattest", "iso-9001"]
    assert late[0].need is not None
    await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    verified = [e for e in world.announced if isinstance(e, DocumentVerified)]
    assert late[0].need.id in verified[-1].settles


async def test_nothing_is_asked_for_after_the_end_of_a_contract(world: Onboarding) -> None:
    await world.tell(signed())
    await world.tell(ContractEnded(contract_id=CONTRACT, buyer_id=BUYER, reason="over"))
    assert all(id.startswith("erasure") for id in world.deadlines), world.deadlines
    await world.advance(timedelta(days=60))
    assert DocumentOverdue not in world.told


async def test_a_subcontractor_that_left_and_comes_again_is_asked_again(
    world: Onboarding,
) -> None:
    await world.tell(signed(), declared(HANSEN))
    left = SubcontractorWithdrawn(
        contract_id=CONTRACT,
        buyer_id=BUYER,
        party_id=HANSEN.party_id,
        ends=date(2026, 12, 1),
        reason="no longer needed",
        chain_version=2,
    )
    await world.tell(left)
    assert len([id for id in world.deadlines if id.startswith("due/")]) == 3
    await world.drop_sample("espd/hansen-holm-espd-4.1.0.xml")
    assert PartyQualified not in world.told
    await world.tell(declared(HANSEN))
    asked = [e for e in world.announced if isinstance(e, DocumentRequested)]
    assert [e.kind for e in asked[-3:]] == ["espd", "serviceattest", "serviceattest"]
    assert asked[-1].request_id.endswith("-serviceattest-2")


async def test_a_chain_that_is_heard_of_before_its_contract_waits_for_it(
    world: Onboarding,
) -> None:
    await world.tell(declared(HANSEN))
    assert [held.missing for held in world.parked] == [f"contract/{CONTRACT}"]
    assert not world.announced


async def test_the_same_contract_twice_asks_for_nothing_twice(world: Onboarding) -> None:
    await world.tell(signed(), signed())
    assert world.told.count(DocumentRequested) == 3


async def test_what_an_espd_says_of_its_company_completes_the_party(world: Onboarding) -> None:
    await world.tell(signed())
    await world.drop_sample("espd/nordlys-espd-4.1.0.xml")
    (changed,) = [e for e in world.announced if isinstance(e, PartyChanged)]
    assert set(changed.changed) == {"address", "contact"}
    assert changed.party.contact == "kontrakt@nordlys-rengoering.example"
    assert changed.party.name == "Nordlys Rengøring A/S"


async def test_a_file_that_is_too_large_is_not_kept_and_a_person_is_told(
    world: Onboarding,
) -> None:
    command = ReceiveFile(
        buyer_id=BUYER,
        sha256="f" * 64,
        name="huge.pdf",
        media_type="application/octet-stream",
        size=2_000_000_000,
        channel="folder",
        refused="the file has 2000000000 bytes; at most 25000000 are taken in",
    )
    outcome = await world.tell(command, by=MACHINE)
    assert world.told == [DocumentReceived, DocumentNeedsReview]
    assert not world.effects
    assert outcome.result is not None
    again = await world.tell(ReadAgain(document_id=outcome.result["document_id"]))
    assert again.error is not None
    assert "was not kept" in again.error["reason"]


async def test_a_document_is_read_again_and_then_counts(world: Onboarding) -> None:
    document = await world.drop_sample("pdf/serviceattest-nordlys.pdf")
    assert document.state is State.REVIEW
    await world.tell(signed(), ReadAgain(document_id=document.id))
    await world.do_effects()
    assert world.told.count(DocumentVerified) == 1


async def test_a_file_whose_bytes_were_erased_goes_to_a_person(world: Onboarding) -> None:
    world.files.kept.clear()
    data = b"erased"
    await world.tell(
        ReceiveFile(
            buyer_id=BUYER,
            sha256=digest(data),
            name="a.pdf",
            media_type="application/pdf",
            size=6,
            channel="upload",
        )
    )
    await world.do_effects()
    assert reason_of(world) == "its file is not there, or was erased"


async def test_papers_through_a_hearings_link_are_the_addressees(world: Onboarding) -> None:
    await world.tell(
        HearingOpened(
            case_id="case-1",
            contract_id=CONTRACT,
            buyer_id=BUYER,
            party_id=HANSEN.party_id,
            supplier_id=NORDLYS.party_id,
            track=Track.EXCLUSION,
            rule="EX-B1",
            status=Status.REVIEW,
            addressee_id=NORDLYS.party_id,
            heard_alongside=(),
            subject="a debt",
            due=world.now,
            link_id="link-hearing",
        )
    )
    await world.tell(
        ReceiveFile(
            buyer_id=BUYER,
            sha256="a" * 64,
            name="answer.pdf",
            media_type="application/pdf",
            size=1,
            channel="link",
            link_id="link-hearing",
        ),
        by=Caller(subject="link:link-hearing", buyers=(BUYER,)),
    )
    documents = [d for (kind, _), d in world.store.documents.items() if kind is Document]
    assert isinstance(documents[0], Document)
    assert documents[0].expected_party_id == NORDLYS.party_id
