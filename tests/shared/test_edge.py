"""Every answer carries its story's id and safe headers, and every request leaves one line."""

import logging
from pathlib import Path

import pytest

from tests.shared.serving import Jars


@pytest.fixture
def jars(tmp_path: Path) -> Jars:
    return Jars(tmp_path / "key.json")


async def test_a_story_is_continued_or_begun(jars: Jars) -> None:
    async with jars.client() as client:
        begun = await client.get("/jars/j-1")
        kept = await client.get("/jars/j-1", headers={"X-Correlation-Id": "story-7"})
        odd = await client.get("/jars/j-1", headers={"X-Correlation-Id": "x y"})
        long = await client.get("/jars/j-1", headers={"X-Correlation-Id": "x" * 200})
    assert kept.headers["x-correlation-id"] == "story-7"
    stories = {answer.headers["x-correlation-id"] for answer in (begun, odd, long)}
    assert len(stories) == 3
    assert all(len(story) == 36 for story in stories)


@pytest.mark.parametrize("path", ["/jars/j-1", "/nowhere", "/broken", "/healthz"])
async def test_safe_headers_are_on_every_answer(jars: Jars, path: str) -> None:
    async with jars.client() as client:
        headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_page_brings_its_own_policy(jars: Jars) -> None:
    async with jars.client() as client:
        headers = (await client.get("/page")).headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["referrer-policy"] == "no-referrer"


async def test_a_request_leaves_one_line_without_values(
    jars: Jars, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ansvar.http")
    async with jars.client() as client:
        await client.get("/jars/j-1", params={"q": "010190-1234"})
        await client.get("/healthz")
    lines = [record for record in caplog.records if record.name == "ansvar.http"]
    assert [line.getMessage() for line in lines] == ["GET /jars/{jar_id} answered 200"]
    assert vars(lines[0])["caller"] == "mette"
    assert vars(lines[0])["ms"] >= 0
