"""`wasmforge init` by a person who never read the documentation, and the build that follows."""

import json
import shutil

import pytest

from tests.space import Space
from wasmforge import process

SUM = """#include "sum.h"
static int twice(int a) { return 2 * a; }
int sum(const int *values, int count) {
    int total = 0;
    for (int i = 0; i < count; i++) total += values[i];
    return total;
}
int twice_sum(int a, int b) { return twice(a + b); }
"""

WAT = """(module
  (func (export "double") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))
"""

FILES: dict[str, str | bytes] = {
    "libs/sum/sum.c": SUM,
    "libs/sum/api/sum.h": "int sum(const int *values, int count);\nint twice_sum(int a, int b);\n",
    "wat/double.wat": WAT,
    "tools/hello.c": '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
    "tools/bye.c": '#include <stdio.h>\nint main(void) { puts("bye"); return 0; }\n',
    "crates/old/Cargo.toml": '[package]\nname = "old"\n',
    "crates/old/src/lib.rs": '#[no_mangle]\npub extern "C" fn old() {}\n',
    "third_party/zlib/zlib.c": "int zlib;\n",
}


@pytest.mark.e2e
def test_init_then_build(space: Space) -> None:
    space.write(FILES)
    ended = space.run("init")
    assert ended.exit == 0, ended.said
    assert "wrote forge.toml with 4 components" in ended.said
    assert "third_party/" in ended.said
    assert "next: wasmforge build --target web" in ended.said
    space.build("sum", "wat", "hello", "bye")
    assert {p for p in space.dist() if p.endswith(".wasm")} == {
        *(f"{t}/{n}/{n}.wasm" for n in ("sum", "wat") for t in ("web", "node", "wasi")),
        *(f"{t}/{n}/{n}.wasm" for n in ("hello", "bye") for t in ("node", "wasi")),
    }
    exports = json.loads(space.run("inspect", "dist/web/sum/sum.wasm", "-o", "json").said)["module"]["exports"]
    assert {"sum", "twice_sum", "malloc", "free"} <= {e["name"] for e in exports}


@pytest.mark.e2e
def test_init_again_adds_only_what_is_new(space: Space) -> None:
    space.write({"wat/double.wat": WAT})
    assert space.run("init").exit == 0
    before = (space.root / "forge.toml").read_text()
    refused = space.run("init")
    assert refused.exit == 2
    assert "there is a forge.toml already" in refused.said
    assert "--force" in refused.said
    space.write({"more/more.wat": WAT})
    ended = space.run("init", "--force", "-o", "json")
    assert ended.exit == 0, ended.said
    told = json.loads(ended.said)
    assert (told["status"], [e["component"]["name"] for e in told["entries"]]) == ("extended", ["more"])
    assert (space.root / "forge.toml").read_text().startswith(before)


@pytest.mark.e2e
def test_bad_requests(space: Space) -> None:
    assert space.run("init").exit == 2
    assert space.run("init", "nowhere").exit == 2
    space.write({"a.wat": WAT})
    ended = space.run("init", "--dry-run")
    assert ended.exit == 0
    assert "would write" in ended.said
    assert not (space.root / "forge.toml").exists()


@pytest.mark.e2e
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")
def test_what_git_ignores_is_not_looked_into(space: Space) -> None:
    space.write({"a/a.wat": WAT, "gen/g.wat": WAT, ".gitignore": "gen/\n"})
    git = shutil.which("git") or ""
    assert process.run([git, "init", "-q"], cwd=space.root, timeout=20).ok
    ended = space.run("init")
    assert ended.exit == 0, ended.said
    assert "gen/  is ignored by git" in ended.said
    assert "[components.a]" in (space.root / "forge.toml").read_text()
    assert "gen" not in (space.root / "forge.toml").read_text()
