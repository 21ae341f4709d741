"""`make corpus`: builds every project of the corpus with every recipe for every target, and prints the table.

`WHAT="zlib lua"` chooses projects, `RECIPES="zig"` recipes. The exit code is 1 if a cell failed.
`--keep FILE` adds every cell to a file, as a line of JSON, for `page.py`. With `--init` it builds upstream sources from
what `wasmforge init` writes instead, see `from_init.py`.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import msgspec

from tests.corpus import cells, from_init


def main(names: list[str], keep: Path | None = None) -> int:
    """Print a line per project and recipe while they are built, and why a cell failed."""
    chosen = os.environ.get("RECIPES", "").split()
    found: list[cells.Cell] = []
    with tempfile.TemporaryDirectory(prefix="wasmforge-corpus-") as root:
        for project in names or cells.projects():
            for recipe in cells.recipes(project):
                if chosen and recipe not in chosen:
                    continue
                place = Path(root, recipe)
                place.mkdir(exist_ok=True)
                try:
                    row = cells.build(project, recipe, place)
                except cells.NotHereError as error:
                    print(f"{project:<15} left out: {error}", flush=True)  # noqa: T201
                    break
                found += row
                if keep:
                    with keep.open("ab") as kept:
                        kept.writelines(msgspec.json.encode(cell) + b"\n" for cell in row)
                print(f"{project:<15} {recipe:<17}", *map(_shown, row), flush=True)  # noqa: T201
                for why in dict.fromkeys(cell.why for cell in row if cell.why):
                    print(f"    {why[:300]}", flush=True)  # noqa: T201
    there = [cell for cell in found if cell.here]
    print(f"{sum(cell.ok for cell in there)} of {len(there)} cells pass, {len(found) - len(there)} lack a toolchain")  # noqa: T201
    return 0 if all(cell.ok for cell in there) else 1


def _shown(cell: cells.Cell) -> str:
    if not cell.here:
        return f"{'no toolchain':>20}"
    return f"{f'{cell.size / 1024:.0f} KiB {cell.seconds:.1f} s' if cell.ok else 'FAILED':>20}"


def parse(words: list[str]) -> argparse.Namespace:
    """The command line. Exits with 2 for a project that is not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--init", action="store_true", help="build from what `wasmforge init` writes")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="add every cell to this file")
    options = parser.parse_args(words)
    if unknown := sorted({*options.projects} - {*cells.projects()}):
        parser.error(f"no project {unknown[0]} in the corpus: it has {', '.join(cells.projects())}")
    return options


if __name__ == "__main__":
    options = parse(sys.argv[1:])
    sys.exit(from_init.main(options.projects) if options.init else main(options.projects, options.keep))
