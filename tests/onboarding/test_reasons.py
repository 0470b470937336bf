"""What is told to officers in sentences is told to senders in codes."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from services.onboarding.readers import NotUnderstood, read_document
from services.onboarding.reasons import CODES, OTHER, code_of
from services.onboarding.unpacking import NotOpened, container_of
from services.onboarding.unpacking.desk import parts_of
from services.onboarding.unpacking.parts import Budget

from .hostile import FILES
from .test_containers import HOSTILE

SAID = [
    ("the virus scanner found Eicar", "virus"),
    ("the virus scanner gave no answer: it cannot be reached", "waiting"),
    ("the file is empty", "empty"),
    ("the archive is locked with a password", "locked"),
    ("the workbook contains macros, which no table needs: save it without", "active"),
    ("the PDF file holds no text, only pictures: a person must read it", "picture"),
    ("the file has 50000000 bytes; at most 40000000 are taken in", "large"),
    ("it lies in more than 4 archives or mails, one in the other", "large"),
    ("it carries no file: a person must read it", "nothing"),
    ("no reader knows this PDF document", "unknown"),
    ("it counted until 2026-11-01, which has passed", "expired"),
    ("we cannot tell whom it is about", "whom"),
    ("it names subcontractors on a contract that we cannot find", OTHER),
]


@pytest.mark.parametrize(("sentence", "code"), SAID)
def test_a_sentence_has_its_code(sentence: str, code: str) -> None:
    assert code_of(sentence) == code


def said_of(make: Callable[[], bytes]) -> str:
    data = make()

    def opened() -> object:
        return list(parts_of(data, Budget())) if container_of(data) else read_document(data)

    with pytest.raises((NotUnderstood, NotOpened)) as said:
        opened()
    return str(said.value)


@pytest.mark.parametrize("name", FILES)
def test_every_reason_of_a_reader_is_known(name: str) -> None:
    assert code_of(said_of(FILES[name][0])) != OTHER


@pytest.mark.parametrize("name", HOSTILE)
def test_every_reason_of_a_container_is_known(name: str) -> None:
    assert code_of(said_of(lambda: HOSTILE[name][0])) != OTHER


@pytest.mark.parametrize("language", ["da", "sv", "en"])
def test_every_code_is_said_in_the_sender_s_language(language: str) -> None:
    words = Path(__file__).parents[2] / f"services/notifications/words/{language}.toml"
    said = tomllib.loads(words.read_text())["file"]
    assert set(said) == {code for code, _ in CODES} | {OTHER}
