"""How the command speaks to a person: tables, lines, and one sentence when something is wrong."""

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table


class Trouble(Exception):
    """What the person asked for cannot be done; the message says why in one sentence."""


def say(text: str) -> None:
    """Print for people. Long lines are folded by the terminal, never cut."""
    Console(soft_wrap=True, highlight=False).print(text, markup=False)


def complain(text: str) -> None:
    Console(file=sys.stderr, soft_wrap=True, highlight=False).print(text, markup=False)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    Console(highlight=False).print(table)
