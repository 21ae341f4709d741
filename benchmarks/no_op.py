"""How long it takes to find out that there is nothing to do, at two sizes, beside turbo and ninja."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks import copy_project
from benchmarks.clock import Way, run, side_by_side
from benchmarks.table import Row, compared
from benchmarks.tools import Tools

SIZES = ((20, 200, "≤ 1 ×"), (300, 8600, "≤ 0.7 ×"))

STAND_IN = "#!/bin/sh\nmkdir -p out && exec sh copy.sh out/copy.txt out/module.wasm src/*.txt\n"
"""Starts a package's script as npm would, for turbo's first build, which is not timed: npm takes seconds each time."""


def measure(tools: Tools, folder: Path, rounds: int) -> Iterator[Row]:
    """The tree is built by each once, then each is asked again and again."""
    for components, files, goal in SIZES:
        root = folder / f"tree-{components}"
        copy_project.make(root, components, files)
        ways = _ways(tools, root, folder)
        side_by_side(ways, rounds, warm=2)
        ours, bare, *others = ways
        what = f"no-op, {components} components, {files} files"
        for other in others:
            yield compared(what, ours, other, goal if other.name == "turbo" else "–")
        yield compared(what, ours, bare, "–")


def _ways(tools: Tools, root: Path, folder: Path) -> list[Way]:
    ours = Way(
        name="wasmforge", argv=(tools.wasmforge, "build"), cwd=root, env={"WASMFORGE_CACHE": str(folder / "cache")}
    )
    bare = Way(name="bare Python", argv=(tools.python, "-c", "pass"), cwd=root)
    ninja = Way(name="ninja", argv=(tools.ninja,), cwd=root)
    for _ in range(2):  # the second finds the folders of the project as they will stay
        run(ours.argv, root, ours.env)
    run(ninja.argv, root, {})
    if tools.turbo is None:
        return [ours, bare, ninja]
    env = {"TURBO_TELEMETRY_DISABLED": "1", "TURBO_NO_UPDATE_NOTIFIER": "1"}
    turbo = Way(name="turbo", argv=(tools.turbo, "run", "build"), cwd=root, env=env)
    shim = folder / "stand-in"
    shim.mkdir(exist_ok=True)
    (shim / "npm").write_text(STAND_IN)
    (shim / "npm").chmod(0o755)
    run(turbo.argv, root, {**env, "PATH": f"{shim}:/usr/local/bin:/usr/bin:/bin"})
    return [ours, bare, turbo, ninja]
