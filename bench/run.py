"""What ``make bench`` runs: every bar beside its limit, as a ratio. ``--size S`` measures on a small installation."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a script's own folder is what Python would look in

from bench.comparison import comparison_bars
from bench.importing import import_bars
from bench.measure import HEADER
from bench.night import night_bars
from bench.size_m import Built, built
from bench.sizes import SIZES
from bench.start import start_bars
from bench.upsert import upsert_bars

#: each measures on what was built and gives one bar or more
_BARS = {
    "comparison": comparison_bars,
    "upsert": upsert_bars,
    "import": import_bars,
    "start": start_bars,
    "night": night_bars,
}


def main() -> None:
    """Build or reuse the database, then print a line for each bar as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="M", help="M unless told; the bars are about M")
    parser.add_argument("--only", choices=sorted(_BARS), nargs="*", default=sorted(_BARS), help="these bars alone")
    wanted = parser.parse_args()
    with built(SIZES[wanted.size]) as made:
        _tell_size(made)
        print(HEADER)
        for name, measure in _BARS.items():
            if name in wanted.only:
                print(*(bar.line for bar in measure(made)), sep="\n", flush=True)


def _tell_size(made: Built) -> None:
    size = made.size
    name = f"size {size.name}" if size.name == "M" else f"size {size.name}, not M"
    print(
        f"{name}: {size.branches:,} branches in {size.libraries:,} libraries, {size.accounts:,} accounts, "
        f"{made.account_days:,} account-days, on PostgreSQL",
        flush=True,
    )


if __name__ == "__main__":
    main()
