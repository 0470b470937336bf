"""Plays all chapters, one after the other, and says whether anything was new."""

from collections.abc import Sequence
from pathlib import Path

from shared.command.running import Running
from shared.story.chapters import CHAPTERS, Chapter
from shared.story.player import Player
from shared.story.samples import Samples
from shared.story.telling import Teller


async def play(
    running: Running,
    data: Path,
    samples: Samples,
    teller: Teller,
    chapters: Sequence[Chapter] = CHAPTERS,
) -> bool:
    """Play the story to its end; whether anything happened that had not happened before."""
    async with Player(running, data, samples, teller) as player:
        return await tell(player, chapters)


async def tell(player: Player, chapters: Sequence[Chapter] = CHAPTERS) -> bool:
    before = player.facts.counts()
    for chapter in chapters:
        await chapter(player)
    await player.quiet()
    after = player.facts.counts()
    if after == before:
        player.tell.note(
            f"All of this had happened before: the same {sum(after.values())} facts, "
            "nothing has changed."
        )
        return False
    player.tell.note(f"The story is told: {sum(after.values())} facts.")
    return True
