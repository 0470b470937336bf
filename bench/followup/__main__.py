"""`python -m bench.followup`: what the year took and what came of it, as JSON."""

import argparse
import asyncio
import json
import sys

from bench.followup import measure


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.followup")
    options.add_argument("--contracts", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=7)
    figures = asyncio.run(measure(**vars(options.parse_args())))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
