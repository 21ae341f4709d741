"""How long it takes to bring 1,000 outputs back from the store into an empty dist."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.clock import Way, run, side_by_side
from benchmarks.table import Row, told
from benchmarks.tools import Tools

OUTPUTS = 1000

ROLES = [f"part{i:03}" for i in range(OUTPUTS - 1)]

TARGET = f"""
format = 1
name = "many"
delivers = {["module", *ROLES]}
runtimes = []
[features]
permitted = []
[recipes]
many = "many"
"""

TOOLCHAIN = """
format = 1
name = "many"
[[origins]]
kind = "path"
program = "sh"
probe = ["-c", "echo 1.0"]
tools = { sh = ["{program}"] }
"""

RECIPE = f"""
format = 1
name = "many"
toolchain = "many"
[languages.many]
[sources]
script = ["make.sh"]
[[steps]]
name = "make"
run = ["sh", "{{sources.script}}", "{{name}}.wasm"]
outputs = {{ module = "{{name}}.wasm", {", ".join(f'{role} = "{role}.txt"' for role in ROLES)} }}
"""

SCRIPT = rf"""printf '\000asm\001\000\000\000' > "$1"
i=0
while [ $i -lt {OUTPUTS - 1} ]; do
    name=$(printf part%03d $i).txt
    echo "$i is what this file holds, and a few words more so that it is not empty" > "$name"
    i=$((i + 1))
done
"""


def measure(tools: Tools, folder: Path, rounds: int) -> Iterator[Row]:
    """One component with that many outputs, whose dist is deleted before each build."""
    root = folder / "many"
    for path, text in (
        ("forge.toml", 'format = 1\n[build]\ntargets = ["many"]\n[components.all]\npath = "all"\nlanguage = "many"\n'),
        ("all/make.sh", SCRIPT),
        ("targets/many.toml", TARGET),
        ("toolchains/many.toml", TOOLCHAIN),
        ("recipes/many.toml", RECIPE),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    env = {"WASMFORGE_CACHE": str(folder / "many-cache")}
    ours = Way(name="wasmforge", argv=(tools.wasmforge, "build"), cwd=root, env=env)
    there = Way(name="all in dist", argv=(tools.wasmforge, "build"), cwd=root, env=env)
    run(ours.argv, root, env)
    ours.before = lambda _round: shutil.rmtree(root / "dist")
    there.before = lambda _round: shutil.rmtree(root / ".wasmforge" / "unchanged")
    side_by_side((ours, there), max(5, rounds // 2), warm=1)
    processor = median(ours.processor) - median(there.processor)
    wall = ours.median - there.median
    beside = f"all in dist, compared {told(there)}"
    yield Row(f"{OUTPUTS} outputs from the store", told(ours), beside, f"+{wall:.2f} s", f"+{processor:.2f} s", "< 1 s")
