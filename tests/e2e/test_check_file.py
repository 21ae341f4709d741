"""`wasmforge check FILE.wasm`: any module, against every target, without a project."""

import os
import sys

import pytest

from tests.support import wasm_bytes as a
from tests.support.project import ProjectFixture
from wasmforge import process

COMMAND = a.library(
    types=(a.signature(), a.signature(b"", a.I32)),
    imports=(a.imported("wasi_snapshot_preview1", "sched_yield", a.FUNC, a.leb(1)),),
    functions=(0,),
    memories=(b"\x00\x01",),
    exports=(a.exported("memory", a.MEMORY, 0), a.exported("_start", a.FUNC, 1)),
)

SHARED = a.library(memories=(b"\x03\x01\x02",))


def test_where_a_module_can_run(project: ProjectFixture) -> None:
    project.write({"app.wasm": COMMAND})
    ended = project.run("check", "app.wasm", "-o", "json")
    assert ended.exit == 1
    proved = {e["target"] for e in ended.events() if e["event"] == "ContractHolds"}
    assert proved == {"cloudflare", "fastly", "node", "wamr", "wasi", "wasmedge", "web"}
    broken = {(e["finding"]["target"], e["finding"]["rule"]) for e in ended.events() if e["event"] == "RuleViolated"}
    assert broken == {("lambda-edge", "kind")}


def test_one_target_that_holds(project: ProjectFixture) -> None:
    project.write({"elsewhere/app.wasm": COMMAND})
    ended = project.run("check", "elsewhere/app.wasm", "--target", "wasi")
    assert ended.exit == 0
    assert "1 contract holds" in ended.output


def test_why_a_feature_is_not_there(project: ProjectFixture) -> None:
    project.write({"app.wasm": SHARED})
    ended = project.run("check", "app.wasm", "-t", "cloudflare")
    assert ended.exit == 1
    assert "uses threads, which is not permitted on cloudflare" in ended.output
    assert "a worker has no other threads" in ended.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("none.wasm",), 2, "none.wasm: no such file"),
        (("empty.wasm",), 2, "the file is empty (0 bytes)"),
        (("text.wasm",), 2, "not a WebAssembly binary"),
        (("cut.wasm",), 2, "not a WebAssembly module"),
        (("lies.wasm",), 2, "not a WebAssembly module"),
        (("app.wasm", "-t", "fastyl"), 2, "did you mean 'fastly'?"),
        (("app.wasm", "component"), 2, "cannot be checked together"),
    ],
)
def test_wrong_requests(project: ProjectFixture, words: tuple[str, ...], code: int, said: str) -> None:
    lies = a.PREAMBLE + bytes([1]) + a.leb(2**31) + b"\0"
    project.write({"app.wasm": COMMAND, "empty.wasm": b"", "text.wasm": "(module)", "cut.wasm": COMMAND[:-3]})
    project.write({"lies.wasm": lies})
    ended = project.run("check", *words)
    assert ended.exit == code
    assert said in ended.output
    assert "Traceback" not in ended.output


MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "wasmforge", *sys.argv[1:]])
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
sys.exit(done.returncode)
"""
"""Runs wasmforge and tells the resident size in KiB of the largest of its processes."""


def functions(count: int, size: int) -> bytes:
    """A module of so many functions with so many bytes each."""
    body = a.body(b"\x01" * (size - 4))
    declared = a.section(3, a.leb(count) + bytes(count))
    return a.PREAMBLE + a.section(1, a.vec(a.signature())) + declared + a.section(10, a.leb(count) + body * count)


LARGE = {
    "a custom section": lambda: a.library(tail=a.custom("ballast", bytes(200 * 10**6))),
    "few functions": lambda: functions(28, 7 * 10**6),
    "a million functions": lambda: functions(10**6, 190),
}


@pytest.mark.parametrize("what", LARGE)
def test_200_mb_are_judged_in_seconds_and_bounded_memory(project: ProjectFixture, what: str) -> None:
    project.write({"large.wasm": LARGE[what]()})
    words = ("check", "large.wasm", "-t", "fastly")
    env = {**os.environ, "WASMFORGE_CACHE": str(project.cache)}
    done = process.run([sys.executable, "-c", MEASURED, *words], cwd=project.root, env=env, timeout=120)
    assert done.exit == 1, done.text
    assert "more than its limit of 95.4 MiB" in " ".join(done.text.split())
    assert int(done.text.split("peak ")[1]) < 500 * 1024
