"""What serves until it is asked to stop hears a signal whenever it comes."""

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
