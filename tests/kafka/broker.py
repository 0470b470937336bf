"""Apache Kafka itself, one node in KRaft mode, from the jars that Maven copied."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

from shared.embedded.readiness import HOST, broker_answers, free_ports
from shared.testing import until

LIBS = Path(os.environ.get("KAFKA_LIBS", ".kafka/libs"))
STARTS_WITHIN = 240.0
"""Seconds; a Java machine on a busy one takes its time."""

LISTENERS = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
"""

PROPERTIES = """controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
"""


def why_not() -> str:
    """Why Apache Kafka cannot run here, or nothing."""
    if shutil.which("java") is None:
        return "no Java is installed"
    if not any(LIBS.glob("kafka_*.jar")):
        return f"no jars are in {LIBS}: `make test-kafka` lets Maven copy them"
    return ""


class Kafka:
    """One broker on one folder, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._controller = free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def kafka_url(self) -> str:
        return f"{HOST}:{self.port}"

    async def start(self) -> None:
        properties = self.folder / "server.properties"
        if not properties.exists():
            self.folder.mkdir(parents=True)
            properties.write_text(self._listeners() + PROPERTIES.format(data=self.folder / "data"))
            id = "q1Sh-9_ISia_zwGINzRvyQ"
            words = ("kafka.tools.StorageTool", "format", "-t", id, "-c", str(properties))
            done = self._java(*words, *self._users())
            assert await asyncio.to_thread(done.wait) == 0, self._last_words()
        self._process = self._java("kafka.Kafka", str(properties))

        async def answers() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, self._last_words()
            return await asyncio.to_thread(self._answers)

        await until(answers, seconds=STARTS_WITHIN)

    def _answers(self) -> bool:
        return broker_answers(self.port)

    def _listeners(self) -> str:
        return LISTENERS.format(host=HOST, port=self.port, controller=self._controller)

    def _users(self) -> tuple[str, ...]:
        """What the folder is formatted with besides: nobody has a name here."""
        return ()

    def _last_words(self) -> str:
        return (self.folder / "broker.log").read_text()[-2000:]

    def _java(self, *words: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "broker.log").open("ab") as log:
            return subprocess.Popen(
                ["java", "-Xmx512m", "-cp", f"{LIBS.absolute()}/*", *words], stdout=log, stderr=log
            )

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait)

    async def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)
