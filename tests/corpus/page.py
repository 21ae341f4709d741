"""`python -m tests.corpus.page RESULTS`: writes docs/corpus.md from cells that `python -m tests.corpus --keep` kept."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from tests.corpus import cells
from tests.corpus.cells import Cell

PAGE = Path(__file__).parents[2] / "docs" / "corpus.md"

HEAD = """\
# Projects that others wrote

`make corpus` builds {projects} upstream C and C++ projects with every recipe that can, for `web`, `node` and
`wasi`, and runs their tests. Each has a forge.toml of at most {lines} lines in `tests/corpus/projects/`, as a
person would write it. It names where the sources are published, with their SHA-256; nothing of them is in this
repository. The answers that the tests compare come from elsewhere: from standards, from the project's own
documentation, or from its native build.

A cell passes where the contract holds on the bytes, the module loads and every test passes. **{passed} of the
{run} cells that were run pass ({percent} %).** A cell has the module's size and the seconds of its actions,
some of which the store had.

This page is made by `python -m tests.corpus --keep cells.jsonl`, then `python -m tests.corpus.page
cells.jsonl`. `WHAT` and `RECIPES` choose a part of `make corpus`. What is kept is added to the file, and the
last result of a cell counts.

| project | lines | recipe | web | node | wasi |
|---|---:|---|---:|---:|---:|
"""


def read_cells(path: Path) -> dict[tuple[str, str, str], Cell]:
    """The last result of each cell, by project, recipe and target."""
    kept = (msgspec.json.decode(line, type=Cell) for line in path.read_text("utf-8").splitlines())
    return {(cell.project, cell.recipe, cell.target): cell for cell in kept}


def render(known: dict[tuple[str, str, str], Cell]) -> str:
    """The page."""
    run = [cell for cell in known.values() if cell.here]
    passed = sum(cell.ok for cell in run)
    names = cells.projects()
    head = HEAD.format(
        projects=len(names),
        lines=max(map(cells.lines, names)),
        passed=passed,
        run=len(run),
        percent=100 * passed // max(len(run), 1),
    )
    rows = [
        f"| {name} | {cells.lines(name)} | {recipe} | "
        + " | ".join(_shown(known.get((name, recipe, target))) for target in cells.TARGETS)
        + " |\n"
        for name in names
        for recipe in cells.recipes(name)
        if any((name, recipe, target) in known for target in cells.TARGETS)
    ]
    return head + "".join(rows) + _not_run(known, names) + "".join(_reasons(run))


def _not_run(known: dict[tuple[str, str, str], Cell], names: Sequence[str]) -> str:
    """The recipes that were not tried, with the number of projects."""
    missing = Counter(r for n in names for r in cells.recipes(n) if not any((n, r, t) in known for t in cells.TARGETS))
    each = ", ".join(f"{recipe} ({number} projects)" for recipe, number in sorted(missing.items()))
    return f"\nNot run for this page: {each}.\n" if each else ""


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "not run"
    if not cell.here:
        return "no toolchain"
    return f"{cell.size / 1024:.0f} KiB, {cell.seconds:.1f} s" if cell.ok else "**fails**"


def _reasons(run: Iterable[Cell]) -> Sequence[str]:
    """Why cells fail, each reason once for the targets that share it."""
    failing: dict[tuple[str, str], dict[str, list[str]]] = {}
    for cell in sorted((c for c in run if not c.ok), key=lambda c: (c.project, c.recipe, c.target)):
        reasons = failing.setdefault((cell.project, cell.recipe), {})
        reasons.setdefault(_plain(cell.why.replace(f"@{cell.target}/", "@")), []).append(cell.target)
    lines = [
        f"- {project} with {recipe}, {', '.join(targets)}: `{why}`\n"
        for (project, recipe), reasons in failing.items()
        for why, targets in reasons.items()
    ]
    return ("\n## Why cells fail\n\n", *lines) if lines else ()


def _plain(why: str) -> str:
    """A reason in one line, without the folder in which a project was built."""
    return " ".join(re.sub(r"/\S*/work-\w+/", "", why).replace("`", "'").split())[:200]


def main(words: list[str]) -> int:
    """Write the page; 2 where no file of results is named."""
    if len(words) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    PAGE.write_text(render(read_cells(Path(words[0]))), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
