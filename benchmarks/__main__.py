"""`make bench-engine`: what wasmforge's engine costs, measured beside others in one run."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import compile_cpp, no_op, parallel, restore
from benchmarks.table import Row, table
from benchmarks.tools import machine, tools


def main() -> None:
    """Measure everything, or the parts that are named, and print the table."""
    parts = {"no-op": no_op, "compile": compile_cpp, "restore": restore, "parallel": parallel}
    parser = argparse.ArgumentParser(prog="make bench-engine")
    parser.add_argument("parts", nargs="*", metavar="|".join(parts))
    parser.add_argument("--rounds", type=int, default=15, help="how often each no-op is timed; builds less often")
    chosen = parser.parse_args()
    found = tools()
    say = sys.stdout.write
    say("\n".join((machine(), ", ".join(found.versions), *found.notes, "", "")))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="wasmforge-bench-") as folder:
        for name in chosen.parts or parts:
            for row in parts[name].measure(found, Path(folder), chosen.rounds):
                rows.append(row)
                say(f"{row.what}: {row.took}, {row.against}, {row.ratio}, processor {row.processor}\n")
                sys.stdout.flush()
    say(f"\n{table(rows)}\n")


if __name__ == "__main__":
    main()
