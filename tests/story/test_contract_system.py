"""The contract system of the story believes true signatures only, and forgets nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from shared.story.contract_system import ContractSystem

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
OTHER = "whsec_" + "ZmVkY2JhWllYV1ZVVFNSUVBPTk1MS0pJSEdGRURDQkE="


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[ContractSystem]:
    system = ContractSystem(tmp_path)
    system.start()
    system.trust(SECRET)
    yield system
    system.stop()


def tell(url: str, status: str, version: int, *, secret: str = SECRET) -> int:
    body = json.dumps({"contract_ids": ["k-1"], "status": status, "status_version": version})
    id, now = f"msg-{version}", datetime.now(UTC)
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=id, timestamp=now, data=body),
    }
    return httpx.post(url, content=body, headers=headers, trust_env=False).status_code


def test_a_status_with_a_true_signature_is_kept_once(listening: ContractSystem) -> None:
    assert tell(listening.url, "REVIEW", 1) == 204
    assert tell(listening.url, "REVIEW", 1) == 204
    assert [(one.status, one.version) for one in listening.statuses("k-1")] == [("REVIEW", 1)]


def test_a_forged_status_is_refused_and_remembered_as_such(listening: ContractSystem) -> None:
    assert tell(listening.url, "CLEAR", 2, secret=OTHER) == 401
    assert listening.statuses("k-1") == []
    assert listening.forged[0].startswith("msg-2")


def test_the_same_endpoint_is_there_again_with_all_it_was_told(tmp_path: Path) -> None:
    first = ContractSystem(tmp_path)
    first.start()
    first.trust(SECRET)
    tell(first.url, "REVIEW", 1)
    first.stop()

    again = ContractSystem(tmp_path)
    again.start()
    try:
        assert again.url == first.url
        assert again.has_secret
        assert tell(again.url, "CLEAR", 2) == 204
        assert [one.status for one in again.statuses("k-1")] == ["REVIEW", "CLEAR"]
    finally:
        again.stop()


def test_a_second_play_beside_the_first_sees_what_that_one_receives(
    listening: ContractSystem, tmp_path: Path
) -> None:
    beside = ContractSystem(tmp_path)
    beside.start()
    tell(listening.url, "REVIEW", 1)
    assert [one.status for one in beside.statuses("k-1")] == ["REVIEW"]
    beside.stop()
