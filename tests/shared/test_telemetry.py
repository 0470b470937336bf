"""The log is sentences with fields, and holds nothing that it must not hold."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.links import LinkBook
from shared.telemetry import MASK, correlation, masked, service, start_logging

log = logging.getLogger("ansvar.test")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    out = io.StringIO()
    start_logging("screening", out=out)
    yield out
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_a_sentence_with_its_fields(written: io.StringIO) -> None:
    token = correlation.set("story-1")
    log.info("audit closed", extra={"supplier_id": "dk-cvr-61056416", "findings": 2})
    correlation.reset(token)
    (line,) = lines(written)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "service": "screening",
        "message": "audit closed",
        "correlation": "story-1",
        "logger": "ansvar.test",
        "supplier_id": "dk-cvr-61056416",
        "findings": 2,
    }


def test_several_services_in_one_process_speak_under_their_own_names(
    written: io.StringIO,
) -> None:
    token = service.set("audits")
    log.info("one")
    service.reset(token)
    log.info("two")
    assert [line["service"] for line in lines(written)] == ["audits", "screening"]


def test_a_failure_stays_one_line_and_its_text_is_masked(written: io.StringIO) -> None:
    try:
        raise ValueError("cannot read 010190-1234")
    except ValueError:
        log.exception("failed")
    (line,) = lines(written)
    assert line["level"] == "error"
    assert f"ValueError: cannot read {MASK}" in line["exception"]


def test_libraries_are_masked_too_and_quiet_unless_they_warn(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("GET https://register.example/?cpr=0101901234")
    logging.getLogger("aiokafka").warning("lost %s", "0101901234")
    assert [line["message"] for line in lines(written)] == [f"lost {MASK}"]


@pytest.mark.parametrize(
    "number",
    [
        "010190-1234",
        "0101901234",
        "610190-1234",  # a Danish replacement number
        "311299 1234",
        "900101-1234",
        "9001011234",
        "19900101-1234",
        "199001011234",
        "900101+1234",
        "900161-1234",  # a samordningsnummer
    ],
)
def test_national_numbers_of_persons_are_masked(number: str) -> None:
    assert masked(f"for {number}, she said") == f"for {MASK}, she said"
    assert masked(f"person-{number}") == f"person-{MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "dk-cvr-61056416",
        "se-orgnr-5560125790",
        "556012-5790",
        "212000-0142",
        "2026-11-22T05:30:00+00:00",
        "1795324800",
        "1795324800123",
        "0b0101901234ff",
        "EAN 5790001330552",
    ],
)
def test_other_numbers_stay_readable(text: str) -> None:
    assert masked(text) == text


@given(st.dates(), st.integers(0, 9999), st.sampled_from(["", "-"]))
def test_every_date_of_birth_is_recognised(day: Any, serial: int, dash: str) -> None:
    year = f"{day.year:04}"[2:]
    assert masked(f"{day:%d%m}{year}{dash}{serial:04}") == MASK
    assert masked(f"{year}{day:%m%d}{dash}{serial:04}") == MASK


def test_what_opens_a_door_is_masked() -> None:
    jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl"
    link = LinkBook(bytes(32)).token("l-1", "hearing/h-17", datetime(2027, 1, 1, tzinfo=UTC))
    assert masked(f"Authorization: Bearer {jwt}!") == f"Authorization: Bearer {MASK}!"
    assert masked("authorization: bearer abc.def=") == f"authorization: bearer {MASK}"
    assert masked(f"got {jwt}") == f"got {MASK}"
    assert masked(f"GET /answers/{link}?x=1") == f"GET /answers/{MASK}?x=1"
    assert masked("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == MASK
    for line in ("mongodb://keys:{}@mongo:27017/", "sasl_ssl://screening:{}@kafka:9093?ca=/ca.pem"):
        told = line.format("pass-w0rd%21")
        assert "pass-w0rd" not in masked(f"cannot reach {told}")
        assert masked("https://ansvar.example:8443/a@b") == "https://ansvar.example:8443/a@b"


def test_fields_are_masked_by_name_and_deep_inside(written: io.StringIO) -> None:
    log.info(
        "seen",
        extra={
            "access_token": "abc",
            "password": "",
            "who": {"note": ["her number is 010190-1234"], "010190-1234": 1, "secret": "s"},
            "raw": b"0101901234",
            "amount": 1012345678,
            "things": {"a"},
            "oddity": ValueError("0101901234"),
        },
    )
    (line,) = lines(written)
    assert line["access_token"] == MASK
    assert line["password"] == ""
    assert line["who"] == {
        "note": [f"her number is {MASK}"],
        MASK: 1,
        "secret": MASK,
    }
    assert line["raw"] == MASK
    assert line["amount"] == 1012345678
    assert line["things"] == ["a"]
    assert line["oddity"] == MASK
