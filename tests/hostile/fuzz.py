"""The long run: hostile files against every door, `python -m tests.hostile.fuzz --minutes 10`.

Each door gets the same share of the time, in a process with a limit of memory, again and again
until there were as many inputs as `--least` asks for. An input that raises what its door does not
name, or takes longer than its door allows, is written to `.fuzz/<door>/` and the run ends with 1.
`--guided` lets atheris choose the inputs by what code they reach (`tests.hostile.guided`).
Limits and figures count the seconds of the processor, which do not grow on a busy machine.
"""

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import resource
import signal
import sys
import time
import traceback
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.hostile.doors import DOORS, Door
from tests.hostile.mutation import Mutation

FOUND = Path(".fuzz")
MOST_MEMORY = 1_500_000_000
"""Bytes of address space above what the process has when it begins."""
WORTH_A_LOOK = 1.0
"""Seconds of the processor; slower inputs are kept too, though their door allows them."""
PATIENCE = 60
"""Seconds after which a process that does not even hear its alarm is ended."""


class TooSlow(BaseException):
    """Not an `Exception`: no parser may swallow it."""


@dataclass
class Told:
    """What a door did."""

    door: str
    inputs: int = 0
    understood: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    grown: float = 0.0
    defects: list[str] = field(default_factory=list)

    def add(self, other: "Told") -> None:
        """Counts a further round at the same door."""
        self.inputs += other.inputs
        self.understood += other.understood
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.grown = max(self.grown, other.grown)
        self.defects += other.defects


class Run:
    """Knocks at one door, and counts."""

    def __init__(self, door: Door) -> None:
        self.door, self.told = door, Told(door.name)
        self._kinds: set[str] = set()
        signal.signal(signal.SIGPROF, self._ring)

    def _ring(self, *_: object) -> None:
        raise TooSlow

    def one(self, data: bytes) -> None:
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, self.door.seconds)
        try:
            self.told.understood += self.door.knock(data)
        except TooSlow:
            self._keep(data, f"takes longer than {self.door.seconds} s")
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._keep(
                data, f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            )
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self.told.inputs += 1
        took = time.process_time() - began
        if took > max(self.told.slowest, WORTH_A_LOOK):
            self._write(data, f"the slowest so far: {took:.1f} s")
        self.told.slowest = max(self.told.slowest, took)

    def _keep(self, data: bytes, what: str) -> None:
        if what in self._kinds:
            return
        self._kinds.add(what)
        self.told.defects.append(f"{what} ({self._write(data, what)})")

    def _write(self, data: bytes, what: str) -> Path:
        folder = FOUND / _folder(self.door.name)
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(data).hexdigest()[:12]
        (folder / name).write_bytes(data)
        (folder / f"{name}.txt").write_text(what + "\n\n" + traceback.format_exc())
        return folder / name


def _folder(door: str) -> str:
    return door.replace(" ", "-")


def limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, used + MOST_MEMORY))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def knock(name: str, seconds: float, seed: int, guided: bool, back: Any) -> None:
    """The process of one door. Tells what it did at its end."""
    warnings.simplefilter("ignore")
    door = next(one for one in DOORS if one.name == name)
    run, before = Run(door), _peak()
    limit_memory()
    began = time.perf_counter()

    def tell() -> None:
        run.told.seconds = time.perf_counter() - began
        run.told.grown = _peak() - before
        back.send(asdict(run.told))

    seeds = list(door.seeds())
    if guided:
        from tests.hostile.guided import guide

        guide(run.one, seeds, FOUND / "corpus" / _folder(name), seconds, seed, tell)
        return
    mutation = Mutation(seeds, seed)
    for good in seeds:
        run.one(good)
    while time.perf_counter() - began < seconds:
        run.one(mutation.next())
    tell()


def run_doors(names: list[str], seconds: float, seed: int, guided: bool) -> list[Told]:
    told = []
    processes = multiprocessing.get_context("fork")
    for name in names:
        here, there = processes.Pipe(duplex=False)
        one = processes.Process(target=knock, args=(name, seconds, seed, guided, there))
        one.start()
        there.close()
        said = Told(name, defects=["its process ended or hung without a word"])
        with contextlib.suppress(EOFError):
            if here.poll(seconds + PATIENCE):
                said = Told(**here.recv())
        one.join(5)
        if one.is_alive():
            one.kill()
        told.append(said)
        print(_line(said), flush=True)  # noqa: T201
    return told


def _line(told: Told) -> str:
    return (
        f"| {told.door} | {told.inputs:,} | {told.understood:,} | {told.slowest * 1000:,.0f} ms "
        f"| {told.grown:,.0f} MB | {len(told.defects)} |"
        + "".join(f"\n    {d}" for d in told.defects)
    )


def run_until(
    names: list[str], minutes: float, seed: int, guided: bool, least: int
) -> dict[str, Told]:
    """Rounds of so many minutes over the doors until there were so many inputs."""
    told = {name: Told(name) for name in names}
    while True:
        for one in run_doors(names, minutes * 60 / len(names), seed, guided):
            told[one.door].add(one)
        if sum(one.inputs for one in told.values()) >= least or any(
            one.defects for one in told.values()
        ):
            return told
        seed += 1


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--door", action="append", default=[])
    options.add_argument("--least", type=int, default=0, metavar="INPUTS")
    options.add_argument("--guided", action="store_true")
    given = options.parse_args()
    names = given.door or [door.name for door in DOORS]
    if given.guided:
        from tests.hostile.guided import watch

        watch()
    print(f"seed {given.seed}\n| door | inputs | understood | slowest | memory grown | defects |")  # noqa: T201
    told = run_until(names, given.minutes, given.seed, given.guided, given.least)
    print("in all", *map(_line, told.values()), sep="\n")  # noqa: T201
    total = {
        "inputs": sum(one.inputs for one in told.values()),
        "defects": sum(len(one.defects) for one in told.values()),
    }
    print(json.dumps(total))  # noqa: T201
    return 1 if total["defects"] else 0


if __name__ == "__main__":
    sys.exit(main())
