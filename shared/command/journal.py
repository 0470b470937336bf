"""`ansvar journal`: proves the record, lets it be heard again, and mends what a broker lost."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.command.backup import start_alone
from shared.command.record import ANCHORS, OPERATOR_KEY
from shared.command.running import (
    DEFAULT_DATA,
    Data,
    has_own_settings,
    kafka_url,
    take_settings,
)
from shared.command.says import Trouble, say, show_table
from shared.command.services import load_services, service_names

Anchored = Annotated[
    Path | None,
    typer.Option("--anchors", envvar="ANSVAR_ANCHORS", help="The file of the anchors."),
]
Only = Annotated[str, typer.Option(help="Some services, separated by commas.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="The record of every fact that was announced.", no_args_is_help=True)
    app.add_typer(group, name="journal")

    @group.command()
    def verify(
        only: Only = "",
        anchored: Anchored = None,
        public_key: Annotated[
            Path | None,
            typer.Option(envvar="ANSVAR_ANCHOR_PUBLIC_KEY", help="The operator's public key."),
        ] = None,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Follow every chain of facts and say whether the record is whole, and as it was signed."""
        from shared import anchors
        from shared.command import record

        take_settings(data)
        services = load_services(service_names(only))
        reports = record.verify(services)
        show_table(
            ("service", "facts", "aggregates", "record"),
            (
                (x.service, x.entries, x.aggregates, "broken" if x.problems else "whole")
                for x in reports
            ),
        )
        problems = [f"{x.service}: {problem}" for x in reports for problem in x.problems]
        public = public_key or anchors.public_file(data / OPERATOR_KEY)
        differ, until = record.verify_anchors(
            service_names(only), os.environ["ANSVAR_MONGO_URL"], anchored or data / ANCHORS, public
        )
        problems += differ
        say(f"signed until {until.isoformat()}" if until else "nothing of it is signed yet")
        for problem in problems:
            say(problem)
        if problems:
            raise Trouble(f"the record is not whole: {len(problems)} problems")

    @group.command()
    def anchor(
        anchored: Anchored = None,
        key: Annotated[
            Path | None,
            typer.Option(envvar="ANSVAR_ANCHOR_KEY", help="The operator's signing key (PEM)."),
        ] = None,
        until: Annotated[
            datetime | None, typer.Option(help="Up to when (UTC); the last midnight without it.")
        ] = None,
        authority: Annotated[
            str, typer.Option(envvar="ANSVAR_TIMESTAMP_URL", help="A timestamp authority, RFC 3161")
        ] = "",
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Sign the heads of all chains since the last anchor. Once a day, by the operator."""
        from shared.command import record
        from shared.timestamps import HttpAuthority

        take_settings(data)
        made = record.anchor(
            service_names(),
            os.environ["ANSVAR_MONGO_URL"],
            anchored or data / ANCHORS,
            key or data / OPERATOR_KEY,
            until.replace(tzinfo=UTC) if until else record.last_midnight(),
            HttpAuthority(authority) if authority else None,
        )
        if made is None:
            say("it is signed already")
            return
        facts = sum(one.facts for one in made.services.values())
        say(f"signed {facts} facts until {made.until}: root {made.root}, key {made.key}")

    @group.command()
    def replay(
        service: Annotated[str, typer.Argument(help="Who shall hear it again.")],
        of: Annotated[str, typer.Option(help="Whose facts.")],
        key: Annotated[str, typer.Option(help="Only the facts of this aggregate.")] = "",
        since: Annotated[
            datetime | None, typer.Option(help="Only what was recorded since then (UTC).")
        ] = None,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Let one service hear again what another announced. What it has handled it skips."""
        from shared.administration import journal_replay
        from shared.command import record

        service_names(service)
        take_settings(data)
        (announcer,) = load_services(service_names(of))
        start = since.replace(tzinfo=UTC) if since else None
        facts = record.facts(announcer, start, lambda entry: not key or entry.key == key)
        count = journal_replay.replay(kafka_url(data), service, facts)
        say(f"{count} facts of {of} are sent to {service} again")

    @group.command()
    def reconcile(
        days: Annotated[int, typer.Option(help="How far back to look.")] = 7,
        only: Only = "",
        data: Data = DEFAULT_DATA,
    ) -> None:
        """After a broker lost data: send again what is missing. The services must be stopped."""
        with ExitStack() as undo:
            if not has_own_settings():
                start_alone(data, undo)
            _reconcile(days, service_names(only), data)


def _reconcile(days: int, names: list[str], data: Path) -> None:
    from shared.administration import topics
    from shared.command.mending import mend

    if not 0 < days < topics.DAYS:
        raise Trouble(f"--days must lie between 1 and {topics.DAYS - 1}: topics hold no more")
    rewound, results = mend(
        kafka_url(data),
        os.environ["ANSVAR_MONGO_URL"],
        names,
        days=days,
        embedded=os.environ.get("ANSVAR_EMBEDDED") == "1",
    )
    for one in rewound:
        say(f"rewound {one}")
    show_table(
        ("topic", "facts in the journal", "sent again"),
        ((x.topic, x.facts, x.sent_again) for x in results),
    )
