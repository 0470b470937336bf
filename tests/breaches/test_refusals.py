"""What breaches refuses most often is said in the reader's language."""

from collections.abc import Awaitable, Callable

import pytest

from services.breaches.commands import (
    ApproveBlock,
    ConfirmBreach,
    DismissCase,
    ExtendDeadline,
    OrderHold,
    ReleasePayment,
    SignDecision,
)
from services.breaches.domain import PATHS, Action, Wait
from services.breaches.domain.paths import RESTS, resting, undelivered
from shared.domain import Caller
from shared.events.base import Command
from shared.languages import LANGUAGES, Language
from shared.why import WORDS, in_words
from tests.breaches.test_legal_block import blocked, deciding, flagged, ordered
from tests.breaches.told import ANNA, OFFICER, Cases


async def dismissed() -> Cases:
    world = await flagged()
    await world.done(DismissCase(case_id=world.case.id, reason="a false match"))
    return world


async def held() -> Cases:
    world = await flagged()
    await world.done(OrderHold(case_id=world.case.id, reason="listed owner of 60 %"))
    await world.done(ConfirmBreach(case_id=world.case.id, reason="60 % confirmed"))
    return world


async def prepared() -> Cases:
    world = await blocked()
    await world.done(deciding(world))
    return world


async def signed_once() -> Cases:
    world = await prepared()
    await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=ANNA)
    return world


HOLD = OrderHold(case_id="", reason="listed owner of 60 %")
SIGN = SignDecision(case_id="", no_conflict=True)
NO_WORD = SignDecision(case_id="", no_conflict=False)
APPROVE = ApproveBlock(case_id="", reason="I agree")
DISMISS = DismissCase(case_id="", reason="it is another")
SHORT = DismissCase(case_id="", reason="x")
LONG = ExtendDeadline(case_id="", working_days=999, reason="they asked for it")
RELEASE = ReleasePayment(case_id="", amount=5, reason="shown to be paid")


@pytest.mark.parametrize(
    ("way", "command", "by", "danish"),
    [
        (dismissed, HOLD, OFFICER, "er afsluttet"),
        (held, APPROVE, OFFICER, "den anden godkendelse kræver en anden person"),
        (blocked, DISMISS, OFFICER, "kun en godkender kan ophæve den"),
        (blocked, SHORT, ANNA, "nogle få ord"),
        (prepared, NO_WORD, ANNA, "har du en, skal en anden godkender underskrive"),
        (prepared, SIGN, OFFICER, "to andre underskriver den"),
        (signed_once, SIGN, ANNA, "har allerede underskrevet"),
        (ordered, LONG, OFFICER, "arbejdsdage"),
        (ordered, RELEASE, OFFICER, "ikke tilbageholdt nogen betaling"),
    ],
)
async def test_a_refusal_of_a_case_is_one_of_the_catalogue(
    way: Callable[[], Awaitable[Cases]], command: Command, by: Caller, danish: str
) -> None:
    world = await way()
    reason = await world.refused(command.model_copy(update={"case_id": world.case.id}), by=by)
    assert danish in in_words(reason, "da")
    assert in_words(reason, "sv") != reason


def waits() -> list[Wait]:
    """Every state that a case can wait in, also where it rests and where a letter never came."""
    found = [(track, wait) for track, stages in PATHS.items() for wait in stages.values()]
    more = [resting(kind, track, wait) for track, wait in found for kind in RESTS]
    return [wait for _, wait in found] + [undelivered(wait) for _, wait in found] + more


def test_what_comes_first_and_why_is_said_in_the_reader_s_language() -> None:
    for wait in waits():
        for said in (wait.what, wait.law):
            for language in ("da", "sv"):
                assert in_words(said, language) != said, f"{said!r} is not in {language}.toml"


@pytest.mark.parametrize("language", ["da", "sv"])
async def test_a_step_that_comes_too_early_is_refused_in_the_reader_s_language(
    language: Language,
) -> None:
    world = await flagged()
    reason = await world.refused(ConfirmBreach(case_id=world.case.id, reason="it is certain"))
    said = in_words(reason, language)
    assert said.startswith(("sag case-", "ärende case-"))
    for english in (
        "cannot",
        "First",
        "because",
        "Possible",
        "hold",
        "order",
        "dismiss",
        "confirm",
    ):
        assert english not in said


def test_every_action_has_words_in_every_language() -> None:
    for language in LANGUAGES:
        for action in Action:
            assert WORDS[language].knows(f"action.{action.value}")
