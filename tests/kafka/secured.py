"""Apache Kafka that lets in only who has a password, over TLS, and only to what it may.

SCRAM-SHA-512, as `deploy/kafka/acls.sh` expects it: one user per service, an authorizer that
knows nobody by default, and the rights from that very file.
"""

import asyncio
import os
import secrets
import shlex
from pathlib import Path
from urllib.parse import quote

from shared.embedded.readiness import HOST, broker_answers, free_ports
from tests.certificates import Authority
from tests.kafka.broker import LIBS, Kafka

ACLS = Path("deploy/kafka/acls.sh")
ADMINISTRATOR = "administrator"

SECURED = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=SASL_SSL://{host}:{port},INSIDE://{host}:{inside},CONTROLLER://{host}:{controller}
advertised.listeners=SASL_SSL://{host}:{port},INSIDE://{host}:{inside}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT,SASL_SSL:SASL_SSL
inter.broker.listener.name=INSIDE
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{administrator};User:ANONYMOUS
"""
"""Only the broker's own two lines, which a firewall would keep inside, know no passwords."""


class SecuredKafka(Kafka):
    """One broker with a user, and a password, for each name."""

    def __init__(self, folder: Path, users: tuple[str, ...]) -> None:
        super().__init__(folder)
        (self._inside,) = free_ports(1)
        self.authority = Authority(folder.with_name("certificates"))
        self.passwords = {
            user: f"{secrets.token_urlsafe(12)}@/:" for user in (*users, ADMINISTRATOR)
        }

    @property
    def kafka_url(self) -> str:
        """As whoever may do everything."""
        return self.url_of(ADMINISTRATOR)

    def url_of(self, user: str, password: str = "", ca: Path | None = None) -> str:
        word = quote(password or self.passwords[user], safe="")
        return f"sasl_ssl://{user}:{word}@{HOST}:{self.port}?ca={ca or self.authority.ca}"

    def _listeners(self) -> str:
        certificate, key = self.authority.server()
        keystore = self.folder / "keystore.pem"
        keystore.write_bytes(key.read_bytes() + certificate.read_bytes())
        return SECURED.format(
            host=HOST,
            port=self.port,
            inside=self._inside,
            controller=self._controller,
            keystore=keystore,
            administrator=ADMINISTRATOR,
        )

    def _answers(self) -> bool:
        return broker_answers(self._inside)

    def _users(self) -> tuple[str, ...]:
        return tuple(
            word
            for user, password in self.passwords.items()
            for word in ("-S", f"SCRAM-SHA-512=[name={user},password={password}]")
        )

    async def give_rights(self, users: tuple[str, ...]) -> None:
        """Run the file that operators run, with Kafka's own command, for these users."""
        told = self.folder / "administrator.properties"
        jaas = (
            "org.apache.kafka.common.security.scram.ScramLoginModule required "
            f'username="{ADMINISTRATOR}" password="{self.passwords[ADMINISTRATOR]}";'
        )
        told.write_text(
            "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n"
            f"sasl.jaas.config={jaas}\n"
            f"ssl.truststore.type=PEM\nssl.truststore.location={self.authority.ca}\n"
        )
        command = self.folder / "kafka-acls.sh"
        java = ("java", "-XX:TieredStopAtLevel=1", "-cp", f"{LIBS.absolute()}/*")
        words = [*java, "org.apache.kafka.tools.AclCommand", "--command-config", str(told)]
        words += ["--bootstrap-server", f"{HOST}:{self.port}"]
        ours = "|".join(f"*User:{user}\\ *" for user in users)
        # A Java machine per rule: those of services that are not here are passed over.
        command.write_text(
            f'case "$*" in {ours}) ;; *) exit 0 ;; esac\nexec {shlex.join(words)} "$@"\n'
        )
        running = await asyncio.create_subprocess_exec(
            "sh",
            str(ACLS),
            env=os.environ | {"KAFKA_ACLS": f"sh {command}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await running.communicate()
        assert running.returncode == 0, said.decode()[-2000:]
