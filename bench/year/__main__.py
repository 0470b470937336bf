"""`python -m bench.year`: counts per track and outcome, and the speed, as JSON."""

import argparse
import asyncio
import json
import sys

from bench.year.playing import play


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench.year", description=__doc__)
    options.add_argument("--weeks", type=int, default=52)
    options.add_argument("--contracts", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=7)
    year = asyncio.run(play(**vars(options.parse_args())))
    sys.stdout.write(json.dumps(year.told(), indent=1, ensure_ascii=False) + "\n")
    return 1 if year.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
