"""Plays all chapters, one after the other, and says whether anything was new."""

from collections.abc import Sequence

from shared.story.chapters import CHAPTERS, Chapter
from shared.story.player import Player


async def tell(player: Player, chapters: Sequence[Chapter] = CHAPTERS) -> bool:
    """Tell the story to its end; whether anything happened that had not happened before."""
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
