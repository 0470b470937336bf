"""The whole embedded system: starts it, keeps it standing, and stops it in order."""

import logging
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from shared.administration import topics
from shared.command.daily import anchor_each_day
from shared.command.host import orderly, serve, undisturbed
from shared.command.lifespans import one_app
from shared.command.mending import DAYS, mend
from shared.command.processes import Processes
from shared.command.proxy import front
from shared.command.running import Running, cross_out, settings_of, write_down
from shared.command.says import say
from shared.command.services import import_services, load_services, service_names
from shared.command.watch import keep_standing
from shared.embedded.mailbox import Mailbox
from shared.embedded.patience import be_patient
from shared.embedded.readiness import HOST, free_ports
from shared.embedded.stack import Stack, require_port
from shared.telemetry import start_logging


class System:
    """Broker, database, mailbox and services on one data directory and one public port."""

    def __init__(
        self,
        data: Path,
        names: Sequence[str],
        port: int,
        *,
        kafka_port: int | None = None,
        mongo_port: int | None = None,
    ) -> None:
        self.names = names
        self.port = port or free_ports(1)[0]
        self.stack = Stack(data, kafka_port=kafka_port, mongo_port=mongo_port)
        self.data = self.stack.data
        self.mailbox = Mailbox(self.data / "mail")

    def run(self, apart: bool) -> None:
        """Run until Ctrl-C or SIGTERM, the services in one process or `apart`.

        What is started is put on `undo` at once and stopped in the opposite order: the services,
        then the broker, then the database.
        """
        require_port(self.port, "--port")
        undo = ExitStack()
        with orderly() as interrupted:
            try:
                began = time.monotonic()
                with ThreadPoolExecutor(1) as beside:
                    # Loading the services takes as long as starting the database.
                    loading = None if apart else beside.submit(import_services, self.names)
                    running = self._start(undo)
                    if loading:
                        loading.result()
                self._serve(running, apart, began, undo, interrupted)
            except KeyboardInterrupt:
                say("stopping before everything was up")
            finally:
                with undisturbed():
                    undo.close()
        say("stopped")

    def fallen(self) -> list[str]:
        return self.stack.fallen()

    def raise_again(self, name: str) -> None:
        """A broker that was killed may have lost what it was told last, topics included."""
        self.stack.raise_again(name)
        if name == "broker":
            self._apply_topics()

    def _apply_topics(self) -> None:
        """Also those of services that do not run: others listen to them all the same."""
        topics.apply(self.stack.kafka_url, {*service_names(), *self.names})

    def _mend(self) -> None:
        """The run before was killed: what its broker lost is sent again from the journals."""
        rewound, results = mend(
            self.stack.kafka_url, self.stack.mongo_url, service_names(), days=DAYS, embedded=True
        )
        again = sum(one.sent_again for one in results)
        self.stack.broke_off = False
        if again or rewound:
            say(f"the run before broke off: {again} facts were sent again from the journals")

    def _start(self, undo: ExitStack) -> Running:
        self.data.mkdir(parents=True, exist_ok=True)
        log_file = undo.enter_context((self.data / "ansvar.log").open("a"))
        start_logging("ansvar", out=log_file)
        for talkative in ("kafka", "mail", "uvicorn.error"):
            logging.getLogger(talkative).setLevel(logging.WARNING)
        undo.callback(self.stack.stop)
        self.stack.start()
        undo.callback(self.mailbox.stop)
        self.mailbox.start()
        self._apply_topics()
        running = Running(
            public_url=f"http://{HOST}:{self.port}",
            kafka_url=self.stack.kafka_url,
            mongo_url=self.stack.mongo_url,
            smtp_url=self.mailbox.url,
            mail_dir=str(self.mailbox.directory),
            intake_dir=str(self.data / "intake"),
            clock_file=str(self.data / "clock.json"),
            pid=os.getpid(),
            services=list(self.names),
            processes=self.stack.pids,
        )
        Path(running.intake_dir).mkdir(exist_ok=True)
        os.environ.update(settings_of(running, self.data))
        if self.stack.broke_off:
            self._mend()
        undo.callback(cross_out, self.data)
        return running

    def _serve(
        self,
        running: Running,
        apart: bool,
        began: float,
        undo: ExitStack,
        interrupted: Event,
    ) -> None:
        def ready() -> None:
            write_down(self.data, running)
            welcome(running, time.monotonic() - began)

        if apart:
            each = Processes(self.names, self.stack.room)
            undo.callback(each.stop)
            each.start()
            running.processes.update(each.pids)
            app, services, watch = front(each.places), [], keep_standing(self, each)
        else:
            be_patient()
            services = load_services(self.names)
            app, watch = one_app(services), keep_standing(self)
        serve(
            app,
            services,
            host=HOST,
            port=self.port,
            ready=ready,
            background=[watch, anchor_each_day(self.names, self.stack.mongo_url, self.data)],
            interrupted=interrupted,
        )


def welcome(running: Running, seconds: float) -> None:
    say(
        f"Ansvar is up after {seconds:.1f} s\n"
        f"  console   {running.public_url}/\n"
        f"  services  {', '.join(f'/api/{name}' for name in running.services)}\n"
        f"  intake    {running.intake_dir}\n"
        f"  mail      {running.mail_dir}\n"
        "Sign in there by choosing who you want to be. Ctrl-C stops it all."
    )
