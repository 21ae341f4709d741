"""The project's own samples, all of them: from what the host has, and again from every image that there is."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_rust import needs, needs_crates
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

HOUSE = Path(__file__).parents[2]

COMPONENTS: dict[str, dict[str, Any]] = tomllib.loads((HOUSE / "forge.toml").read_text())["components"]

# Targets with runtimes of their own, what these come from, and in which something must have passed.
HOSTS = {
    "cloudflare": ((), {"wasmtime", "workerd"}),
    "lambda-edge": ((), {"node", "lambda-edge"}),
    "fastly": (("rust-wasi", "cargo", "viceroy"), {"wasmtime", "viceroy"}),
    "wamr": (("wamr",), {"wasmtime", "iwasm", "iwasm-aot"}),
    "wasmedge": (("wasmedge",), {"wasmtime", "wasmedge", "wasmedge-aot"}),
}


def for_any(component: dict[str, Any], *targets: str) -> bool:
    """Whether it is built for one of these."""
    return bool({*component.get("targets", ("web", "node", "wasi"))} & {*targets})


def test_every_folder_is_a_component() -> None:
    folders = {p.name: p for p in (HOUSE / "samples").iterdir()}
    here = {Path(c["path"]).name for c in COMPONENTS.values()}
    assert here | {name for name, p in folders.items() if (p / "forge.toml").exists()} == {*folders}


@pytest.mark.parametrize("folder", ["primes", "matmul"])
def test_threads_in_a_project_of_its_own(project: ProjectFixture, folder: str) -> None:
    shutil.copytree(HOUSE / "samples" / folder, project.root, dirs_exist_ok=True)
    ended = project.run("build", "-o", "json", "--skip-missing")
    missing = [m["reason"] for e in ended.events() if e["event"] == "Finished" for m in e["report"]["left_out"]]
    if ended.exit == 3 or missing:
        pytest.skip(f"no Emscripten in a container: {missing or ended.output}")
    assert ended.exit == 0, ended.output
    tested = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    assert {(t["target"], t["status"]) for t in tested if t["runtime"] == "node"} == {
        ("web", "passed"),
        ("node", "passed"),
    }


@pytest.mark.parametrize("host", HOSTS)
def test_every_sample_runs_in_the_hosts_own_runtimes(project: ProjectFixture, host: str) -> None:
    shutil.copytree(HOUSE / "samples", project.root / "samples")
    project.write({"forge.toml": (HOUSE / "forge.toml").read_bytes()})
    wanted, runtimes = HOSTS[host]
    needs(project, *wanted, origin="container" if host in {"wamr", "wasmedge"} else "path")
    ended = project.run("build", "-o", "json", "--target", host, timeout=1800)
    if "which needs Rust" in ended.output:
        pytest.skip(f"no rust for the crate fastly from path: {ended.output.splitlines()[0]}")
    assert ended.exit == 0, ended.output
    tested = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    assert {t["runtime"] for t in tested if t["status"] == "passed"} == runtimes
    # what a runtime cannot run, it says: Wasmtime has no shared memory for `tally`
    unrun = {(t["component"], t["runtime"]) for t in tested if t["status"] != "passed"}
    assert unrun == ({("tally", "wasmtime")} if host == "wamr" else set())
    if host == "wamr":
        ended = project.run("smoke", "--target", "wamr", "--runtime", "iwasm-classic", "-o", "json", timeout=600)
        tested = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
        assert {(t["runtime"], t["status"]) for t in tested} == {("iwasm-classic", "passed")}, ended.output
        assert {t["component"] for t in tested} == {n for n, c in COMPONENTS.items() if for_any(c, "wamr")}


@pytest.mark.parametrize("origin", ["path", "container"])
def test_every_sample(project: ProjectFixture, origin: str) -> None:
    shutil.copytree(HOUSE / "samples", project.root / "samples")
    project.write({"forge.toml": (HOUSE / "forge.toml").read_bytes()})
    needs(project, "emscripten", "rust", "rust-wasi", "rust-bindings", "wasm-bindgen", "cargo", origin=origin)
    two = ("--target", "web", "--target", "wasi")
    needs_crates(project, *two)
    tested = [e["outcome"] for e in project.build(*two).events() if e["event"] == "SmokeFinished"]
    assert {t["status"] for t in tested} == {"passed"}
    assert {t["component"] for t in tested} == {n for n, c in COMPONENTS.items() if for_any(c, "web", "wasi")}
    assert project.build(*two).executed() == []
