"""What fell is raised again, but not for ever."""

import asyncio
import threading

import pytest

from shared.command.says import Trouble
from shared.command.watch import TOO_OFTEN, keep_standing


class Falling:
    """Something that falls every time somebody looks; `often` is set when it was mended often."""

    def __init__(self) -> None:
        self.raised: list[str] = []
        self.often = threading.Event()

    def fallen(self) -> list[str]:
        return ["broker"]

    def raise_again(self, name: str) -> None:
        self.raised.append(name)
        if len(self.raised) > 2 * TOO_OFTEN:
            self.often.set()


async def test_what_falls_again_and_again_ends_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.command.watch.GLANCE", 0)
    falling = Falling()
    with pytest.raises(Trouble, match="broker falls again and again"):
        await asyncio.wait_for(keep_standing(falling, now=lambda: 0.0)(), 5)
    assert len(falling.raised) == TOO_OFTEN - 1


async def test_a_fall_now_and_then_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.command.watch.GLANCE", 0)
    falling, clock = Falling(), iter(range(0, 100_000, 60))
    watch = keep_standing(falling, now=lambda: float(next(clock)))()
    assert await asyncio.to_thread(falling.often.wait, 10)
    watch.cancel()
    assert set(falling.raised) == {"broker"}
