"""What must not be in a log is in none, whichever route is asked and whatever breaks there.

Every stored text and every text that is sent is a person's number; callers bring their tokens, and
the edge, the handlers and the framework write what they write.
"""

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.guard import PUBLIC
from shared.issuer import Issuer
from shared.telemetry import masked, start_logging
from tests.access.planted import OTHER, OWN, planted

NUMBER = "010180-1237"
FORMS = re.compile(r"0101(19)?80-?1237|(19)?800101-?1237")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level
    written = io.StringIO()
    start_logging("tests", "DEBUG", written)
    yield written
    root.handlers, root.level = before
    logging.captureWarnings(False)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "issuer.json"


async def test_neither_tokens_nor_numbers_of_persons_are_logged(
    log: io.StringIO, key_file: Path
) -> None:
    issuer, secrets, asked = Issuer(key_file), [], 0
    for one in planted(key_file, NUMBER).values():
        for route in one.routes():
            for method in sorted(route.methods or ()):
                roles = () if route.roles == PUBLIC else route.roles
                token = issuer.issue("mette", roles=roles, buyers=(OTHER, OWN))
                await one.ask(route, method, token, OTHER)
                secrets.append(token)
                asked += 1
    text = log.getvalue()
    assert text.count("answered") >= asked
    assert not FORMS.search(text), FORMS.search(text)
    for token in secrets:
        assert token.rpartition(".")[2] not in text, "the signature of a token"
    for line in text.splitlines():
        assert masked(line) == line


def test_a_number_that_is_logged_unmasked_would_be_found() -> None:
    assert all(FORMS.search(form) for form in ("0101801237", "010180-1237", "19800101-1237"))
