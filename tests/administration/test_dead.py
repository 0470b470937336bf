"""What an operator sees of dead letters and what the service is told."""

import json

import pytest

from shared.administration import CannotAdminister, dead
from shared.administration.line import Parcel, read_whole, send_in_order
from shared.embedded.stack import Stack

BODY = b'{"party_id": "dk-cvr-61056416", "note": "\xff"}'


def letter(id: str, kind: str = "defect", reason: str = "KeyError: 'share'") -> Parcel:
    headers = {
        "ce_id": id,
        "ce_type": "ansvar.onboarding.PartyRegistered.v1",
        "correlationid": "story-1",
        dead.ID: id,
        dead.REASON: reason,
        dead.KIND: kind,
        dead.TOPIC: "onboarding.v1",
        dead.AT: "2026-11-22T06:00:00+00:00",
    }
    return Parcel(b"dk-cvr-61056416", tuple((k, v.encode()) for k, v in headers.items()), BODY)


def resolved(id: str, how: str) -> Parcel:
    return Parcel(None, ((dead.ID, id.encode()), (dead.RESOLVED, how.encode())), b"")


def open_ids(stack: Stack, *services: str) -> list[str]:
    return [one.id for one in dead.open_letters(stack.kafka_url, services)]


def test_a_letter_is_open_until_the_service_marks_it(stack: Stack, service: str) -> None:
    topic = f"{service}.dead"
    send_in_order(stack.kafka_url, topic, [letter("a/1"), letter("b/1"), letter("c/1")])
    send_in_order(stack.kafka_url, topic, [resolved("a/1", "replayed"), resolved("c/1", "x")])
    assert open_ids(stack, service) == ["b/1"]


def test_one_that_fails_again_after_its_replay_is_open_again(stack: Stack, service: str) -> None:
    way = [letter("a/1"), resolved("a/1", "replayed"), letter("a/1", reason="still no share")]
    send_in_order(stack.kafka_url, f"{service}.dead", way)
    (again,) = dead.open_letters(stack.kafka_url, [service])
    assert again.reason == "still no share"


def test_a_letter_says_what_it_was_and_why(stack: Stack, service: str) -> None:
    send_in_order(stack.kafka_url, f"{service}.dead", [letter("a/1")])
    one = dead.find(stack.kafka_url, [service], "a/1")
    assert (one.kind, one.reason, one.topic) == ("defect", "KeyError: 'share'", "onboarding.v1")
    assert one.type == "ansvar.onboarding.PartyRegistered.v1"
    assert one.message.body == BODY


def test_a_replay_carries_the_original_bytes_key_and_headers_and_names_the_attempt(
    stack: Stack, service: str
) -> None:
    send_in_order(stack.kafka_url, f"{service}.dead", [letter("a/1")])
    attempt = dead.replay(stack.kafka_url, dead.find(stack.kafka_url, [service], "a/1"))

    (again,) = read_whole(stack.kafka_url, f"{service}.replay")
    assert (again.key, again.body) == (b"dk-cvr-61056416", BODY)
    assert dict(again.headers) == {
        "ce_id": b"a/1",
        "ce_type": b"ansvar.onboarding.PartyRegistered.v1",
        "correlationid": b"story-1",
        dead.ID: b"a/1",
        dead.TOPIC: b"onboarding.v1",
        dead.ATTEMPT: attempt.encode(),
    }
    assert open_ids(stack, service) == ["a/1"], "only the service itself resolves a letter"


def test_a_dismissal_names_the_letter_the_reason_and_the_person(stack: Stack, service: str) -> None:
    send_in_order(stack.kafka_url, f"{service}.dead", [letter("a/1")])
    one = dead.find(stack.kafka_url, [service], "a/1")
    dead.dismiss(stack.kafka_url, one, reason="sent by mistake, see case 12", by="mette")

    (word,) = read_whole(stack.kafka_url, f"{service}.replay")
    assert word.key == b"dk-cvr-61056416"
    assert (word.header("ce_type"), word.header(dead.ID)) == (dead.DISMISSED, "a/1")
    assert json.loads(word.body) == {"reason": "sent by mistake, see case 12", "by": "mette"}


def test_a_dismissal_without_a_reason_is_refused(stack: Stack, service: str) -> None:
    send_in_order(stack.kafka_url, f"{service}.dead", [letter("a/1")])
    one = dead.find(stack.kafka_url, [service], "a/1")
    with pytest.raises(CannotAdminister, match="with a reason"):
        dead.dismiss(stack.kafka_url, one, reason=" ", by="mette")
    assert list(read_whole(stack.kafka_url, f"{service}.replay")) == []


def test_an_id_that_is_dead_nowhere_or_twice_is_told(stack: Stack, service: str) -> None:
    with pytest.raises(CannotAdminister, match="no open dead letter has the id a/1"):
        dead.find(stack.kafka_url, [service], "a/1")
    send_in_order(stack.kafka_url, f"{service}.dead", [letter("a/1")])
    with pytest.raises(CannotAdminister, match=f"dead in {service} and {service}: .*--service"):
        dead.find(stack.kafka_url, [service, service], "a/1")
