"""Idle consumers of the embedded broker must not burn a core.

The second test fails on the day the broker waits by itself: then `shared/embedded/patience.py`
can go.
"""

import json
import subprocess
import sys

import pytest

from shared.embedded.stack import Stack

IDLE_CONSUMER = """
import asyncio, json, sys, time
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from shared.embedded.patience import be_patient, is_patient

asked = 0

async def main(url, group, patient):
    global asked
    if patient:
        be_patient()
        be_patient()
    fetch = Fetcher._proc_fetch_request
    async def count(self, *args):
        global asked
        asked += 1
        return await fetch(self, *args)
    Fetcher._proc_fetch_request = count
    consumer = AIOKafkaConsumer(
        "patience.v1", bootstrap_servers=url, group_id=group, group_instance_id=group,
        fetch_max_wait_ms=500,
    )
    await consumer.start()
    asked = 0
    await consumer.getmany(timeout_ms=1000)
    seen, started = asked, time.monotonic()
    await consumer.stop()
    print(json.dumps({"asked": seen, "stopping": time.monotonic() - started}))

asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[2] == "patient"))
"""


def idle_for_a_second(stack: Stack, group: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IDLE_CONSUMER, stack.kafka_url, group],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def test_a_patient_consumer_asks_at_most_a_hundred_times_a_second_and_stops_at_once(
    stack: Stack,
) -> None:
    figures = idle_for_a_second(stack, "patient")
    assert figures["asked"] <= 110
    assert figures["stopping"] < 2


def test_the_broker_still_answers_an_empty_fetch_at_once(stack: Stack) -> None:
    figures = idle_for_a_second(stack, "impatient")
    if figures["asked"] < 10:
        pytest.fail("the broker waits by itself now: remove shared/embedded/patience.py")
    assert figures["asked"] > 300
