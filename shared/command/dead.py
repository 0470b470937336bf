"""`ansvar dead`: messages that could not be handled, and what to do about them."""

import getpass
from typing import Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data, kafka_url
from shared.command.says import say, show_table
from shared.command.services import service_names

Only = Annotated[str, typer.Option("--service", help="Look only at this service.")]
Id = Annotated[str, typer.Argument(help="The id as `ansvar dead list` shows it.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Messages that could not be handled.", no_args_is_help=True)
    app.add_typer(group, name="dead")

    @group.command("list")
    def list_open(service: Only = "", data: Data = DEFAULT_DATA) -> None:
        """Show the messages that wait for a person, the oldest first."""
        from shared.administration import dead

        letters = dead.open_letters(kafka_url(data), service_names(service))
        if not letters:
            say("no dead letters")
            return
        show_table(
            ("service", "id", "type", "kind", "since", "reason"),
            ((x.service, x.id, x.type, x.kind, x.at, x.reason) for x in letters),
        )

    @group.command()
    def show(id: Id, service: Only = "", data: Data = DEFAULT_DATA) -> None:
        """Show one message as it was sent, sealed values sealed, with its headers."""
        from shared.administration import dead

        letter = dead.find(kafka_url(data), service_names(service), id)
        say(f"{letter.id} could not be handled by {letter.service} ({letter.kind})")
        say(f"reason  {letter.reason}")
        say(f"from    {letter.topic} at {letter.at}")
        say(f"key     {(letter.message.key or b'').decode(errors='replace')}")
        for name, value in letter.message.headers:
            if not name.startswith("ansvar-"):
                say(f"        {name}: {value.decode(errors='replace')}")
        say(letter.message.body.decode(errors="replace"))

    @group.command()
    def replay(id: Id, service: Only = "", data: Data = DEFAULT_DATA) -> None:
        """Let the service handle the message again."""
        from shared.administration import dead

        url = kafka_url(data)
        letter = dead.find(url, service_names(service), id)
        attempt = dead.replay(url, letter)
        say(f"{letter.service} is asked to handle {id} again (attempt {attempt})")

    @group.command()
    def dismiss(
        id: Id,
        reason: Annotated[str, typer.Option(help="Why it shall never be handled.")],
        by: Annotated[str, typer.Option(help="Who decided it.")] = "",
        service: Only = "",
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Tell the service that the message shall never be handled."""
        from shared.administration import dead

        url = kafka_url(data)
        letter = dead.find(url, service_names(service), id)
        dead.dismiss(url, letter, reason=reason, by=by or getpass.getuser())
        say(f"{letter.service} is told that {id} is dismissed")
