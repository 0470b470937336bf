"""What tests ask of the processes that they, or what they test, have started."""

import psutil


def alive(pid: int) -> bool:
    """Whether a process still runs. One that ended and was not yet buried does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
