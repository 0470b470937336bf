"""Files that no document names are taken away: what was kept before a commit that never came."""

from datetime import timedelta

from services.onboarding.commands import BeginSweeping, OrphansSwept, SweepFiles, SweepOrphans
from services.onboarding.domain import SWEEP, Housekeeping
from services.onboarding.sweep import Sweep
from shared.unit import Unit

from .router import router

EVERY = timedelta(days=1)


@router.on(BeginSweeping)
async def plan_to_sweep(command: BeginSweeping, unit: Unit) -> None:
    """The first sweep comes soon after a start, and moves the one that was planned."""
    unit.schedule("sweep/files", unit.now + command.after, SweepFiles())


@router.on(SweepFiles)
async def begin_to_sweep(event: SweepFiles, unit: Unit) -> None:
    """Have it done, and again tomorrow."""
    unit.effect(f"sweep/{unit.now.timestamp():.0f}", SweepOrphans())
    unit.schedule("sweep/files", unit.now + EVERY, event)


@router.does(SweepOrphans)
async def sweep_orphans(effect: SweepOrphans, sweep: Sweep) -> OrphansSwept:
    files, pieces = await sweep.away()
    return OrphansSwept(files=files, pieces=pieces)


@router.on(OrphansSwept)
async def note_swept(event: OrphansSwept, unit: Unit) -> None:
    house = await unit.load(Housekeeping, SWEEP) or Housekeeping(id=SWEEP)
    house.sweep(unit.now, event.files, event.pieces)
    unit.save(house)
