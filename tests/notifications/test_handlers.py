"""Every need reaches a person once, is passed on when nobody acts, and ends when it is settled."""

from collections import Counter
from datetime import timedelta

from services.notifications.app import KEEPING
from services.notifications.domain import (
    Call,
    Delivery,
    Directory,
    InboxEntry,
    id_of,
)
from services.notifications.handlers import router
from services.notifications.messages import (
    Acknowledge,
    ReplaceDirectory,
    SendHook,
    SendMail,
)
from services.notifications.rules import read_rules
from shared.domain import Caller, Rejected
from shared.events.audits import EvidenceAskedAgain, EvidenceReminded, EvidenceRequested
from shared.events.base import Event, Need
from shared.events.breaches import HearingOpened, Track
from shared.events.notifications import (
    ChannelFailed,
    LetterUndeliverable,
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationEscalated,
    NotificationFailed,
)
from shared.events.onboarding import DocumentNeedsReview, PartyChanged, PartyRegistered
from shared.events.subcontractors import (
    ReplacementDemanded,
    ReplacementExtended,
    ReplacementWithdrawn,
    SubstituteCleared,
    SubstituteRefused,
)
from shared.events.words import PartyDescription, Status
from shared.retention import read_keeping
from shared.testing import T0, World, play
from tests.notifications.people import (
    ANDERS,
    BUYER,
    EVERYBODY,
    JONAS,
    METTE,
    OTHER_BUYER,
    TAKEN,
    ULLA,
    need,
    person,
)

GATHER = read_rules().gathering.pause
ADMIN = Caller(subject="ulla", roles=("admin",), buyers=(BUYER,))


class Postbox:
    """A mailer that takes everything, or refuses what is for one address."""

    def __init__(self, refusing: str = "") -> None:
        self.refusing = refusing
        self.sent: list[SendMail] = []

    async def send(self, mail: SendMail) -> str:
        if mail.to == self.refusing:
            return "the mail server refused it with code 550"
        self.sent.append(mail)
        return ""


class Hookbox:
    """Webhooks that take everything, or nothing: for good, or for now."""

    def __init__(self, problem: str = "", *, closed: bool = False) -> None:
        self.problem, self.closed = problem, closed
        self.sent: list[SendHook] = []

    def check(self, url: str) -> None:
        if "internal" in url:
            raise Rejected("internal is not among the hosts that may be called", field="url")

    async def send(self, hook: SendHook) -> str:
        if self.closed:
            raise ConnectionRefusedError
        self.sent.append(hook)
        return self.problem


class Counting(Counter[str]):
    def counted(self, name: str, *labels: str, by: int = 1) -> None:
        self["/".join((name, *labels))] += by


def adapters(**own: object) -> dict[str, object]:
    """What the handlers ask for; a test brings its own where it looks at them."""
    known = {
        "rules": read_rules(),
        "mailer": Postbox(),
        "hooks": Hookbox(),
        "figures": Counting(),
        "posts": {},
        "records": None,
        "keeping": read_keeping(KEEPING),
    }
    return known | own


def waiting(need: Need | None = None, *settles: str) -> DocumentNeedsReview:
    """Any fact that may carry a need; which one it is makes no difference."""
    return DocumentNeedsReview(
        document_id="doc-1", buyer_id=BUYER, reason="unclear", need=need, settles=settles
    )


async def started(postbox: Postbox | None = None) -> World:
    return await play(router, TAKEN, adapters=adapters(mailer=postbox or Postbox()))


def inbox(world: World, subject: str) -> list[InboxEntry]:
    found = [d for (kind, _), d in world.store.documents.items() if kind is InboxEntry]
    return [e for e in found if isinstance(e, InboxEntry) and e.subject == subject]


def facts(world: World) -> list[Event]:
    """What was announced, except that something was laid into an inbox."""
    return [
        fact
        for fact in world.announced
        if not isinstance(fact, NotificationDelivered) or fact.channel != "inbox"
    ]


def mailed(world: World) -> list[str]:
    """Who got a mail, once what comes together was gathered."""
    return [effect.to for effect in world.effects if isinstance(effect, SendMail)]


async def gathered(world: World) -> None:
    await world.advance(GATHER)


async def test_a_need_reaches_everyone_of_its_role_and_buyer_and_nobody_else() -> None:
    world = await started()
    await world.tell(waiting(need()))
    await gathered(world)
    assert mailed(world) == [METTE.email, JONAS.email]
    assert [e.state for e in inbox(world, "mette")] == ["unread"]
    assert inbox(world, "stranger") == inbox(world, "anders") == []


async def test_a_need_with_an_owner_reaches_the_owner_alone() -> None:
    world = await started()
    await world.tell(waiting(need(owner="jonas")))
    await gathered(world)
    assert mailed(world) == [JONAS.email]


async def test_the_same_need_in_several_facts_is_told_once() -> None:
    world = await started()
    await world.tell(waiting(need()), waiting(need()))
    await gathered(world)
    assert len(world.effects) == 2
    assert len(inbox(world, "mette")) == 1


async def test_a_role_that_nobody_has_falls_to_those_who_may_at_last() -> None:
    world = await started()
    await world.tell(waiting(need(role="auditor")))
    await gathered(world)
    assert mailed(world) == [ANDERS.email]


async def test_what_is_settled_leaves_the_inbox_and_is_never_escalated() -> None:
    world = await started()
    await world.tell(waiting(need()), waiting(None, need().id))
    assert [e.state for e in inbox(world, "mette")] == ["settled"]
    await world.advance(timedelta(days=9))
    assert NotificationEscalated not in world.told


async def test_what_was_settled_before_it_was_heard_of_rings_nobody() -> None:
    world = await started()
    await world.tell(waiting(None, need().id), waiting(need()))
    await gathered(world)
    assert mailed(world) == []


async def test_a_need_that_is_raised_again_after_it_was_settled_rings_again() -> None:
    world = await started()
    await world.tell(waiting(need()))
    await gathered(world)
    await world.tell(waiting(None, need().id))
    await world.advance(timedelta(hours=3))
    await world.tell(waiting(need()))
    assert [e.state for e in inbox(world, "mette")] == ["unread"]
    await gathered(world)
    assert mailed(world).count(METTE.email) == 2


async def test_when_nobody_acts_it_goes_to_the_approvers_and_then_to_the_administrators() -> None:
    world = await started()
    await world.tell(waiting(need()))
    await world.advance(timedelta(days=1, minutes=1))
    (escalated,) = facts(world)
    assert isinstance(escalated, NotificationEscalated)
    assert escalated.escalated_to == ANDERS.subject
    assert [e.escalated for e in inbox(world, "anders")] == [True]
    await world.advance(timedelta(days=1))
    await gathered(world)
    assert mailed(world)[-1] == ULLA.email
    await world.advance(timedelta(days=30))
    assert len(facts(world)) == 2


async def test_a_deputy_is_told_before_anybody_else() -> None:
    world = await started()
    await world.tell(waiting(need(owner="mette")))
    await world.advance(timedelta(days=1, minutes=1))
    await gathered(world)
    assert mailed(world) == [METTE.email, JONAS.email]


async def test_a_mail_that_is_refused_for_good_is_passed_on_at_once() -> None:
    postbox = Postbox(refusing=METTE.email)
    world = await started(postbox)
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    await world.do_effects()
    await gathered(world)
    await world.do_effects()
    assert [mail.to for mail in postbox.sent] == [JONAS.email]
    assert [type(fact) for fact in facts(world)] == [
        NotificationFailed,
        ChannelFailed,
        NotificationEscalated,
        NotificationDelivered,
    ]


async def test_a_mail_that_was_taken_is_proved_once() -> None:
    world = await started()
    await world.tell(waiting(need(owner="mette")))
    await gathered(world)
    await world.do_effects()
    await world.do_effects()
    (proof,) = facts(world)
    assert isinstance(proof, NotificationDelivered)
    assert (proof.recipient, proof.channel, proof.need_id) == ("mette", "mail", need().id)
    assert world.state(Delivery, proof.notification_id).state == "delivered"


async def test_acknowledging_is_recorded_once_and_only_by_the_person_itself() -> None:
    world = await started()
    await world.tell(waiting(need()))
    entry = id_of("inbox", need().id, "mette")
    mette = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
    anders = Caller(subject="anders", roles=("approver",), buyers=(BUYER,))
    outcome = await world.tell(Acknowledge(entry_id=entry), by=anders)
    assert outcome.error
    assert outcome.error["kind"] == "unknown"
    await world.tell(Acknowledge(entry_id=entry), Acknowledge(entry_id=entry), by=mette)
    assert [type(fact) for fact in facts(world)] == [NotificationAcknowledged]


async def test_needs_that_reached_nobody_reach_those_who_come_later() -> None:
    world = await play(router, waiting(need()), adapters=adapters())
    assert world.state(Call, id_of("need", need().id)).state == "untold"
    await world.tell(ReplaceDirectory(people=(METTE, JONAS)), by=ADMIN)
    await gathered(world)
    assert mailed(world) == [METTE.email, JONAS.email]


async def test_an_administrator_changes_only_the_people_of_their_own_buyers() -> None:
    world = await started()
    await world.tell(ReplaceDirectory(people=(METTE, JONAS)), by=ADMIN)
    people = world.state(Directory, "directory").people
    assert [p.subject for p in people] == ["stranger", "mette", "jonas"]
    foreign = person("x", "officer", buyer=OTHER_BUYER)
    outcome = await world.tell(ReplaceDirectory(people=(foreign,)), by=ADMIN)
    assert outcome.error
    assert outcome.error["kind"] == "forbidden"
    outcome = await world.tell(ReplaceDirectory(people=(METTE,)), by=ADMIN)
    assert outcome.error
    assert outcome.error["field"] == "deputy"


async def test_the_file_of_the_start_is_taken_once_and_changes_since_then_stay() -> None:
    world = await started()
    await world.tell(ReplaceDirectory(people=()), by=ADMIN)
    await world.tell(TAKEN)
    assert len(world.state(Directory, "directory").people) == 1
    await world.tell(TAKEN.model_copy(update={"file_sha256": "2"}))
    assert world.state(Directory, "directory").people == EVERYBODY


SUPPLIER = PartyDescription(
    party_id="se-orgnr-5599874129",
    name="Mälardalens Textilservice AB",
    country="SE",
    contact="avtal@malardalen.example",
)
HEARING = HearingOpened(
    case_id="case-1",
    contract_id="RN-2026-021-K1",
    buyer_id=BUYER,
    party_id="dk-cvr-1",
    supplier_id=SUPPLIER.party_id,
    track=Track.EXCLUSION,
    rule="EX-B1",
    status=Status.REVIEW,
    addressee_id=SUPPLIER.party_id,
    heard_alongside=(),
    subject="Unpaid taxes of DKK 140 000",
    due=T0 + timedelta(days=14),
    link_id="link-hearing-1",
)


async def test_a_fact_with_a_link_becomes_one_letter_to_the_party_in_its_language() -> None:
    world = await started()
    await world.tell(PartyRegistered(party=SUPPLIER), HEARING, HEARING)
    (letter,) = world.effects
    assert isinstance(letter, SendMail)
    assert (letter.to, letter.language, letter.words) == (SUPPLIER.contact, "sv", "letter.hearing")
    assert letter.link_expires == HEARING.due + timedelta(days=30)
    assert letter.link_scope == "hearing/case-1"
    assert HEARING.subject not in letter.model_dump_json()


async def test_a_letter_waits_until_its_addressee_is_known() -> None:
    world = await started()
    await world.tell(HEARING)
    assert world.parked[0].missing == f"contact/{SUPPLIER.party_id}"
    assert world.effects == []


async def test_a_letter_without_an_address_asks_for_one_and_goes_out_when_it_comes() -> None:
    world = await started()
    without = SUPPLIER.model_copy(update={"contact": None})
    await world.tell(PartyRegistered(party=without), HEARING)
    id = id_of("letter", HEARING.link_id)
    assert (world.state(Delivery, id).state, world.effects) == ("no address", [])
    (asked,) = world.announced
    assert isinstance(asked, LetterUndeliverable)
    assert asked.need is not None
    assert (asked.need.kind, asked.need.about) == ("find-address", SUPPLIER.party_id)
    came = PartyChanged(party=SUPPLIER, changed=("contact",))
    await world.tell(came, came)
    (letter,) = world.effects
    assert isinstance(letter, SendMail)
    assert (letter.to, letter.link_scope) == (SUPPLIER.contact, "hearing/case-1")
    assert world.announced[-1].settles == (asked.need.id,)
    await world.do_effects()
    assert world.state(Delivery, id).state == "delivered"


async def test_each_reminder_about_one_link_is_a_letter_of_its_own_and_none_comes_twice() -> None:
    world = await started()
    asked = EvidenceRequested(
        request_id="evidence-1",
        contract_id=HEARING.contract_id,
        buyer_id=BUYER,
        party_id=SUPPLIER.party_id,
        obligation="tax-conduct",
        questions=2,
        due=HEARING.due,
        link_id="link-evidence-1",
    )
    about = asked.model_dump(include={"request_id", "contract_id", "buyer_id", "party_id"})
    about |= {"due": asked.due, "link_id": asked.link_id}
    first = EvidenceReminded(**about, reminder=1)
    second = EvidenceReminded(**about, reminder=2)
    again = EvidenceAskedAgain(**about, reason="A page is missing.", by="mette")
    await world.tell(PartyRegistered(party=SUPPLIER), asked, first, second, again, first, asked)
    letters = [one for one in world.effects if isinstance(one, SendMail)]
    assert [one.words.removeprefix("letter.") for one in letters] == [
        "questions", "questions_reminder", "questions_reminder", "questions_again",
    ]  # fmt: skip
    assert {one.link_scope for one in letters} == {"evidence/evidence-1"}
    assert "A page is missing." not in letters[-1].model_dump_json()


async def test_a_contractor_hears_what_became_of_its_proposals_and_of_the_demand() -> None:
    world = await started()
    about = {
        "replacement_id": "replacement-1",
        "case_id": "case-1",
        "contract_id": HEARING.contract_id,
        "buyer_id": BUYER,
        "supplier_id": SUPPLIER.party_id,
        "outgoing_id": "dk-cvr-22222222",
    }
    said = {"by": "mette", "reason": "Its owner is listed.", "link_id": "link-1"}
    demanded = ReplacementDemanded(
        **about, deadline=HEARING.due, basis="clause x", reason="It is blocked.", link_id="link-1"
    )
    first = SubstituteRefused(**about, **said, substitute_id="dk-cvr-33333333")
    second = SubstituteRefused(**about, **said, substitute_id="dk-cvr-44444444")
    longer = ReplacementExtended(**about, **said, deadline=HEARING.due + timedelta(days=9))
    cleared = SubstituteCleared(**about, **said, substitute_id="dk-cvr-55555555")
    fallen = ReplacementWithdrawn(**about, **said)
    of_old = SubstituteRefused(**about, **said | {"link_id": ""}, substitute_id="dk-cvr-66666666")
    await world.tell(PartyRegistered(party=SUPPLIER), demanded, first, second, longer, cleared)
    await world.tell(fallen, of_old, first)
    letters = [one for one in world.effects if isinstance(one, SendMail)]
    assert [one.words.removeprefix("letter.") for one in letters] == [
        "replacement", "substitute_refused", "substitute_refused", "replacement_extended",
        "substitute_cleared", "replacement_withdrawn",
    ]  # fmt: skip
    assert {one.link_scope for one in letters} == {"replacement/replacement-1"}
    assert letters[3].due == longer.deadline
    assert not any("owner is listed" in one.model_dump_json() for one in letters)
