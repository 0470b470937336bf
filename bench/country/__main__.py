"""`python -m bench.country`: what a year's beginning took and what it left, as JSON."""

import argparse
import asyncio
import json
import sys

from bench.country.measuring import measure


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.country")
    options.add_argument("--buyers", type=int, default=1)
    options.add_argument("--contracts", type=int, default=50, help="of each buyer")
    options.add_argument("--invoices", type=int, default=2_000, help="of each buyer")
    options.add_argument("--seed", type=int, default=7)
    figures = asyncio.run(measure(**vars(options.parse_args())))
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
