"""An image installs what its service needs, each package with the hashes of the lock."""

import pytest

from deploy.pick import asked_for, picked

LOCK = """aiokafka==0.14.0 \\
    --hash=sha256:aaa
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:bbb
typing-extensions==4.16.0 \\
    --hash=sha256:ccc \\
    --hash=sha256:ddd
"""


def test_entries_are_picked_whole_whatever_the_name_is_spelled_like() -> None:
    assert picked(LOCK, {"typing-extensions"}) == LOCK[LOCK.index("typing") :]
    assert picked(LOCK, {"colorama", "aiokafka"}) == LOCK[: LOCK.index("typing")]


def test_a_service_asks_for_its_own_extra_and_never_for_the_embedded_one(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(request.config.rootpath)
    asked = " ".join(asked_for("notifications"))
    assert "aiosmtplib" in asked
    assert "fastapi" in asked
    assert "opentelemetry-sdk" in asked
    assert "lxml" not in asked
    assert "SecantusDB" not in asked
    assert asked_for("build") == ["hatchling"]
