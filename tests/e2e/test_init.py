"""`wasmforge init` by a person who never read the documentation, and the build that follows."""

import json
import shutil

import pytest

from tests.support.project import ProjectFixture
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


def test_init_then_build(project: ProjectFixture) -> None:
    project.write(FILES)
    ended = project.run("init")
    assert ended.exit == 0, ended.output
    assert "wrote forge.toml with 4 components" in ended.output
    assert "third_party/" in ended.output
    assert "next: wasmforge build --target web" in ended.output
    project.build("sum", "wat", "hello", "bye")
    assert {p for p in project.dist() if p.endswith(".wasm")} == {
        *(f"{t}/{n}/{n}.wasm" for n in ("sum", "wat") for t in ("web", "node", "wasi")),
        *(f"{t}/{n}/{n}.wasm" for n in ("hello", "bye") for t in ("web", "node", "wasi")),
    }
    exports = json.loads(project.run("inspect", "dist/web/sum/sum.wasm", "-o", "json").output)["module"]["exports"]
    assert {"sum", "twice_sum", "malloc", "free"} <= {e["name"] for e in exports}


def test_init_again_adds_only_what_is_new(project: ProjectFixture) -> None:
    project.write({"wat/double.wat": WAT})
    assert project.run("init").exit == 0
    before = (project.root / "forge.toml").read_text()
    refused = project.run("init")
    assert refused.exit == 2
    assert "there is a forge.toml already" in refused.output
    assert "--force" in refused.output
    project.write({"more/more.wat": WAT})
    ended = project.run("init", "--force", "-o", "json")
    assert ended.exit == 0, ended.output
    told = json.loads(ended.output)
    assert (told["status"], [e["component"]["name"] for e in told["entries"]]) == ("extended", ["more"])
    assert (project.root / "forge.toml").read_text().startswith(before)


def test_bad_requests(project: ProjectFixture) -> None:
    assert project.run("init").exit == 2
    assert project.run("init", "nowhere").exit == 2
    project.write({"a.wat": WAT})
    ended = project.run("init", "--dry-run")
    assert ended.exit == 0
    assert "would write" in ended.output
    assert not (project.root / "forge.toml").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")
def test_what_git_ignores_is_not_looked_into(project: ProjectFixture) -> None:
    project.write({"a/a.wat": WAT, "gen/g.wat": WAT, ".gitignore": "gen/\n"})
    git = shutil.which("git") or ""
    assert process.run([git, "init", "-q"], cwd=project.root, timeout=20).ok
    ended = project.run("init")
    assert ended.exit == 0, ended.output
    assert "gen/  is ignored by git" in ended.output
    assert "[components.a]" in (project.root / "forge.toml").read_text()
    assert "gen" not in (project.root / "forge.toml").read_text()
