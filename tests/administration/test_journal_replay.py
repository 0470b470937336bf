"""Facts that are replayed arrive in their order, byte for byte."""

from shared.administration.journal_replay import replay
from shared.administration.line import Parcel, read_whole
from shared.embedded.stack import Stack


def test_a_thousand_facts_of_one_aggregate_keep_their_order(stack: Stack, service: str) -> None:
    facts = [
        Parcel(b"party-1", (("ce_id", f"onboarding/party-1/{n}".encode()),), b"%d" % n)
        for n in range(1, 1201)
    ]
    assert replay(stack.kafka_url, service, iter(facts)) == 1200
    assert list(read_whole(stack.kafka_url, f"{service}.replay")) == facts


def test_a_large_fact_passes(stack: Stack, service: str) -> None:
    large = Parcel(b"party-1", (), b"x" * 3_000_000)
    replay(stack.kafka_url, service, [large])
    assert list(read_whole(stack.kafka_url, f"{service}.replay")) == [large]
