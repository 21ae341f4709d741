"""Builds from end to end: what comes out, what is done again, and what is left alone."""

import json
import shutil
from pathlib import Path

import pytest

from tests.e2e.toy import GOOD, WAT_FORGE, toys, wat
from tests.space import Space
from wasmforge import process

pytestmark = pytest.mark.e2e

SAMPLES = Path(__file__).parents[2] / "samples"

WEB = """
format = 1
[build]
targets = ["web", "wasi"]
[components.hello]
path = "hello"
language = "wat"
exports = ["gcd", "fib"]
[[components.hello.smoke]]
call = "gcd"
args = [1071, 462]
returns = 21
"""


def web(space: Space) -> None:
    """The sample hello for two targets."""
    space.write({"forge.toml": WEB})
    shutil.copytree(SAMPLES / "hello", space.root / "hello")


def mtimes(space: Space) -> dict[Path, int]:
    """When each file and folder of dist was written, in nanoseconds."""
    return {p: p.lstat().st_mtime_ns for p in (space.root / "dist").rglob("*")}


def test_what_a_build_delivers_and_that_a_second_does_nothing(space: Space) -> None:
    web(space)
    first = space.build()
    events = [e["event"] for e in first.events()]
    assert events[0] == "BuildStarted"
    assert events[-1] == "Finished"
    assert events.count("Delivered") == events.count("Proved") == 2
    assert events.count("Tested") == 3
    dist = space.dist()
    assert set(dist) == {
        "manifest.json",
        "wasi/hello/hello.wasm",
        *(f"web/hello/{name}" for name in ("hello.wasm", "hello.js", "hello.d.ts", "package.json")),
    }
    record = json.loads(dist["manifest.json"])["artifacts"]["web/hello"]
    assert record["contract"] == "holds"
    assert [f["size"] for f in record["files"]] == [len(dist[f"web/hello/{f['name']}"]) for f in record["files"]]
    assert [t["status"] for t in record["smoke"]] == ["passed", "passed"]
    assert record["exports"] == ["gcd", "fib"]
    before = mtimes(space)
    (space.root / "hello" / "src" / "hello.wat").touch()
    second = space.build()
    assert second.ran() == []
    assert second.events()[-1]["report"]["cached"] == first.events()[0]["actions"]
    assert mtimes(space) == before


def test_equal_actions_of_two_targets_run_once_or_give_the_same(space: Space) -> None:
    web(space)
    assert space.run("build", "--target", "web").exit == 0
    ended = space.build("--target", "wasi")
    assert ended.ran() == []
    assert space.dist()["wasi/hello/hello.wasm"] == space.dist()["web/hello/hello.wasm"]


def test_what_somebody_did_to_dist_is_put_right(space: Space) -> None:
    web(space)
    space.build()
    before, folder = space.dist(), space.root / "dist" / "web" / "hello"
    (folder / "hello.js").write_text("nonsense")
    (folder / "hello.wasm").unlink()
    (folder / "more").mkdir()
    shutil.rmtree(space.root / "dist" / "wasi")
    (space.root / "dist" / "manifest.json").unlink()
    assert space.build().ran() == []
    assert space.dist() == before
    shutil.rmtree(folder)
    folder.symlink_to(space.root / "hello")
    assert space.build().ran() == []
    assert space.dist() == before
    assert (space.root / "hello" / "src" / "hello.wat").exists()


def test_the_es_module_opens_in_node_with_plain_import(space: Space) -> None:
    web(space)
    space.build("--target", "web")
    script = 'import { gcd, fib } from "./dist/web/hello/hello.js"; console.log(gcd(1071, 462), fib(10))'
    done = process.run(["/usr/bin/env", "node", "--input-type=module", "-e", script], cwd=space.root, timeout=60)
    if done.exit == 127:
        pytest.skip("no node on PATH")
    assert done.text == "21 55n\n"


def test_profiles(space: Space) -> None:
    wat(space)
    space.build()
    release = space.dist()["wasi/hello/hello.wasm"]
    space.write({"hello/hello.wat": '(module (func $name (export "f") (result i32) i32.const 42))'})
    space.build("--profile", "dev")
    assert b"name" in space.dist()["wasi/hello/hello.wasm"]
    assert json.loads(space.dist()["manifest.json"])["artifacts"]["wasi/hello"]["profile"] == "dev"
    space.build("--profile", "size")
    assert space.dist()["wasi/hello/hello.wasm"] == release
    assert space.run("build", "--profile", "fast").exit == 2


def test_needs_are_built_first_and_laid_beside_the_sources(space: Space) -> None:
    toys(space, {"user": "cp needs/base/base.wasm $1; printf '\\000\\004\\003two' >> $1", "base": GOOD})
    forge = (space.root / "forge.toml").read_text()
    space.write({"forge.toml": forge.replace('path = "user"', 'path = "user"\nneeds = ["base"]')})
    every = [f"{name}@wasi/release:{step}" for name in ("base", "user") for step in ("build", "strip")]
    assert space.build("user").ran() == every
    assert space.dist()["wasi/user/user.wasm"].endswith(b"two")
    toys(space, {"user": (space.root / "user/build.sh").read_text(), "base": f"# the same\n{GOOD}"})
    space.write({"forge.toml": forge.replace('path = "user"', 'path = "user"\nneeds = ["base"]')})
    assert space.build().ran() == ["base@wasi/release:build"]


IMPORTS = '(module (import "env" "log" (func)) (func (export "f") (result i32) i32.const 42))'


def test_a_broken_contract_and_a_waived_one(space: Space) -> None:
    wat(space)
    space.write({"hello/hello.wat": IMPORTS})
    ended = space.run("build")
    assert ended.exit == 1
    assert "Broken hello@wasi" in ended.said
    assert json.loads(space.dist()["manifest.json"])["artifacts"]["wasi/hello"]["contract"] == "broken"
    waive = 'waive = [{ rule = "imports", item = "env.log", because = "the host logs" }]\n'
    space.write({"forge.toml": WAT_FORGE + waive})
    ended = space.run("build")
    assert ended.exit == 0, ended.said
    assert "because: the host logs" in ended.said
    assert json.loads(space.dist()["manifest.json"])["artifacts"]["wasi/hello"]["contract"] == "waived"


def test_a_smoke_test_that_fails(space: Space) -> None:
    wat(space)
    space.write({"forge.toml": WAT_FORGE + '[[components.hello.smoke]]\ncall = "f"\nreturns = 41\n'})
    for args in (("build",), ("smoke",), ("build",)):
        ended = space.run(*args)
        assert ended.exit == 1, ended.said
        assert "41" in ended.said
        assert "42" in ended.said
    assert space.run("build", "--no-smoke").exit == 0
    assert space.run("check").exit == 0


def test_dry_run_writes_nothing(space: Space) -> None:
    web(space)
    before = sorted(space.root.rglob("*"))
    ended = space.run("build", "--dry-run")
    assert ended.exit == 0, ended.said
    assert "wasm-tools parse src/hello.wat" in ended.said
    assert "nothing was run" in ended.said
    (plan,) = (json.loads(line) for line in space.run("build", "--dry-run", "-o", "json").said.splitlines())
    assert set(plan["tools"]) == {"wasm-tools", "wasmforge"}
    assert "never built" in space.run("explain", "hello@web").said
    assert sorted(space.root.rglob("*")) == before


def test_plain_output_fits_100_columns_and_knows_no_colors(space: Space) -> None:
    web(space)
    ended = space.run("build")
    assert "\x1b" not in ended.said
    *lines, last = ended.said.splitlines()
    assert max(map(len, lines)) <= 100
    told = "1 component, 2 targets: built 4 actions, 2 from the store, 2 contracts hold, 3 smoke tests passed"
    assert last.startswith(told)
    assert "\x1b[" in space.run("build", "--color", "always").said


def test_check_smoke_inspect_and_clean(space: Space) -> None:
    web(space)
    ended = space.run("check")
    assert ended.exit == 2
    assert "hello@web: is not built yet" in ended.said
    assert "hint: run `wasmforge build hello --target web` first" in ended.said
    space.build()
    assert "2 contracts hold" in space.run("check").said
    assert "1 contract holds" in space.run("check", "hello", "--target", "web").said
    assert "3 smoke tests passed" in space.run("smoke").said
    ended = space.run("inspect", "dist/web/hello/hello.wasm", "-o", "json")
    assert [e["name"] for e in json.loads(ended.said)["module"]["exports"]] == ["gcd", "fib"]
    space.write({"dist/web/hello/hello.wasm": b"\0asm\1\0\0\0"})
    ended = space.run("check")
    assert ended.exit == 1
    assert "gcd" in ended.said
    ended = space.run("clean")
    assert ended.exit == 0
    assert sorted(p.name for p in space.root.iterdir()) == ["forge.toml", "hello"]
    assert space.run("clean").said == ""


def test_members_from_everywhere(space: Space) -> None:
    wat(space)
    space.write(
        {
            "forge.toml": WAT_FORGE.replace("format = 1", 'format = 1\nmembers = ["parts/*"]'),
            "parts/one/forge.toml": 'format = 1\n[components.one]\npath = "src"\nlanguage = "wat"\nexports = ["f"]\n',
        }
    )
    shutil.copytree(space.root / "hello", space.root / "parts" / "one" / "src")
    for cwd, args in (("parts/one/src", ()), ("hello", ()), (".", ("-C", "parts/one"))):
        ended = space.run("build", "-o", "json", *args, cwd=cwd)
        assert ended.exit == 0, ended.said
        assert set(space.dist()) == {"manifest.json", "wasi/hello/hello.wasm", "wasi/one/one.wasm"}
    assert not (space.root / "parts" / "one" / "dist").exists()
