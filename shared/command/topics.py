"""`ansvar topics`: the topics that the services need."""

from typing import Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data, kafka_url
from shared.command.says import say, show_table
from shared.command.services import service_names


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Topics of the broker.", no_args_is_help=True)
    app.add_typer(group, name="topics")

    @group.command()
    def apply(
        only: Annotated[str, typer.Option(help="Some services, separated by commas.")] = "",
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Create the topics that are missing. Nothing that exists is changed."""
        from shared.administration import topics

        created = topics.apply(kafka_url(data), service_names(only))
        say(f"created {', '.join(created)}" if created else "all topics are there")

    @group.command("list")
    def list_all(data: Data = DEFAULT_DATA) -> None:
        """Show all topics and how many partitions they have."""
        from shared.administration import topics

        found = topics.list_topics(kafka_url(data))
        show_table(("topic", "partitions"), ((one.name, one.partitions) for one in found))
