"""`make corpus`: builds every project of the corpus with every recipe for every target, and prints the table.

`WHAT="zlib lua"` chooses projects, `RECIPES="zig"` recipes. The exit code is 1 if a cell failed.
With `--init` it builds upstream sources from what `wasmforge init` writes instead, see `from_init.py`.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.corpus import cells, from_init


def main(names: list[str]) -> int:
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


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(from_init.main([w for w in words if w != "--init"]) if "--init" in words else main(words))
