"""`ansvar lag`: who is behind, and by how much."""

from typing import Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data, kafka_url
from shared.command.says import say, show_table
from shared.command.services import service_names


def add_to(app: typer.Typer) -> None:
    @app.command()
    def lag(
        all_topics: Annotated[
            bool, typer.Option("--all", help="Also topics on which nobody is behind.")
        ] = False,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """How many messages each service has not handled yet."""
        from shared.administration.lag import lag as lag_of

        rows = lag_of(kafka_url(data), service_names())
        shown = [row for row in rows if row.behind or all_topics]
        if shown:
            show_table(
                ("service", "topic", "behind"),
                ((row.group, row.topic, row.behind) for row in shown),
            )
        else:
            say("no service is behind" if rows else "no service has handled anything yet")
