"""Tells the story as it happens: what is done, and what is true then, with times."""

import time

from rich.console import Console
from rich.text import Text


class Teller:
    """Prints steps with the seconds since the story began."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def chapter(self, number: int, title: str) -> None:
        self._print(Text(f"{number}. {title}", style="bold"))

    def step(self, what: str) -> None:
        """What somebody does."""
        self._print(Text(f"   {what}"))

    def true(self, what: str) -> None:
        """What was tested and is so."""
        self._print(Text.assemble(("   ✓ ", "green"), what))

    def note(self, what: str) -> None:
        self._print(Text(what))

    def _print(self, text: Text) -> None:
        time_told = Text(f"[{self.seconds:5.1f} s] ", style="dim")
        self._console.print(Text.assemble(time_told, text), soft_wrap=True, highlight=False)
