"""How long answers of registers are good, and until when they are kept so."""

from datetime import datetime, timedelta

from services.onboarding.deciding import ChangesDue
from services.onboarding.domain.register_entry import RegisterEntry
from services.onboarding.domain.register_watch import RegisterWatch, watch_id
from services.onboarding.registers import FORMATS, RegisterState
from shared.unit import Unit

LONGEST_AGE = timedelta(days=7)
"""How long an answer is good: companies change weekly, registers limit how often they are asked."""

FIRST_PAUSE = timedelta(hours=1)
"""After no answer; it doubles, up to `LONGEST_AGE`."""

EACH = timedelta(days=1)
"""Between two questions for changes: CVR is written all day, GLEIF publishes thrice a day."""


def is_due(entry: RegisterEntry, now: datetime) -> bool:
    """Whether its answer is so old that it is asked again."""
    return entry.tried is None or now - entry.tried >= pause(entry)


def pause(entry: RegisterEntry) -> timedelta:
    """Until it is asked again: an answer keeps, what failed is tried sooner."""
    if entry.state != RegisterState.UNAVAILABLE:
        return LONGEST_AGE
    doubled: timedelta = FIRST_PAUSE * 2 ** min(entry.failures - 1, 10)
    return min(doubled, LONGEST_AGE)


async def watched(register: str, unit: Unit) -> RegisterWatch | None:
    """The watch of a register that tells of changes, from the first party on that it is asked
    about.
    """
    if FORMATS[register].changes is None:
        return None
    watch = await unit.load(RegisterWatch, watch_id(register))
    if watch is None:
        watch = RegisterWatch.begin(register, unit.now)
        unit.save(watch)
        ask_changes_after(EACH, watch, unit)
    return watch


def kept_fresh(entry: RegisterEntry, watch: RegisterWatch | None, now: datetime) -> bool:
    """Whether what it says is known to be so still, without asking about it alone."""
    answered = entry.state in (RegisterState.KNOWN, RegisterState.UNKNOWN)
    return watch is not None and answered and now - watch.until < LONGEST_AGE


def ask_changes_after(pause: timedelta, watch: RegisterWatch, unit: Unit) -> None:
    due = ChangesDue(register_name=watch.register_name)
    unit.schedule(f"changes/{watch.register_name}", unit.now + pause, due)
