"""What serves until it is asked to stop hears a signal whenever it comes."""

import gc
import signal
from threading import Event

import pytest
from fastapi import FastAPI

from shared.command.host import orderly, serve


def test_a_signal_before_the_loop_ran_is_not_lost_where_its_exception_was() -> None:
    interrupted = Event()
    interrupted.set()
    with pytest.raises(KeyboardInterrupt):
        serve(FastAPI(), [], host="127.0.0.1", port=0, interrupted=interrupted)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_orderly_command_is_interrupted_by_either_signal_and_remembers_it(
    number: signal.Signals,
) -> None:
    before = signal.getsignal(number)
    with orderly() as interrupted:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        assert interrupted.is_set()
    assert signal.getsignal(number) == before


def test_what_is_loaded_when_it_serves_is_out_of_the_collectors_rounds() -> None:
    """One over the code and models of a service takes 0.2 s, in the middle of a page."""
    interrupted = Event()
    frozen: list[int] = []

    def ready() -> None:
        frozen.append(gc.get_freeze_count())
        interrupted.set()
        signal.raise_signal(signal.SIGTERM)

    gc.unfreeze()
    serve(FastAPI(), [], host="127.0.0.1", port=0, ready=ready, interrupted=interrupted)
    gc.unfreeze()
    assert frozen[0] > 10_000
