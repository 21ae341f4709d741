"""Modules that behave and modules that do not, in Node.js through the glue that a user would import."""

import sys
import time
from pathlib import Path

import pytest

from tests.support import smoke_runs
from wasmforge import smoke
from wasmforge.glue import es_module
from wasmforge.model.smoke import Buffer, Outcome, Smoke
from wasmforge.smoke.job import title_of
from wasmforge.wasm import read

pytestmark = pytest.mark.skipif(smoke_runs.NODE is None, reason="there is no Node.js")

NAN = float("nan")


def built(folder: Path, wat: str, name: str = "sample") -> Path:
    """Assemble a module and write the glue beside it."""
    module = smoke_runs.assemble(folder, wat, name)
    module.with_suffix(".js").write_text(es_module(read(module.read_bytes()), module.name, "node"))
    (folder / "package.json").write_text('{"type": "module"}')
    return module


def handmade(folder: Path, wat: str, glue: str) -> Path:
    """Assemble a module and lay a glue of the test's own beside it; it sees the module's exports as `exports`."""
    module = smoke_runs.assemble(folder, wat)
    start = (
        'import { readFileSync } from "node:fs";\nconst bytes = readFileSync(new URL("sample.wasm", import.meta.url));'
    )
    made = "const { instance: { exports } } = await WebAssembly.instantiate(bytes);"
    module.with_suffix(".js").write_text(f"{start}\n{made}\n{glue}\n")
    (folder / "package.json").write_text('{"type": "module"}')
    return module


def attempt(
    module: Path, test: Smoke, *, preopen: Path | None = None, node: str = smoke_runs.NODE or "node"
) -> Outcome:
    return smoke_runs.run_one(
        smoke_runs.smoke_run("node", module, test, glue=module.with_suffix(".js"), preopen=preopen), node=(node,)
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(
        tmp_path_factory.mktemp("good"),
        smoke_runs.WELL_BEHAVED_WAT.replace('(func (export "vector") (param v128))', ""),
    )


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wat = smoke_runs.MISBEHAVING_WAT.replace('(import "env" "abort" (func $abort', "(func $abort").replace(
        "i32 i32 i32 i32)))", "i32 i32 i32 i32))"
    )
    return built(tmp_path_factory.mktemp("bad"), wat)


@pytest.mark.parametrize(
    "test",
    [
        smoke_runs.call_test("add", 2, 3, returns=5),
        smoke_runs.call_test("add", -1, 0, returns=0xFFFFFFFF),
        smoke_runs.call_test("add", True, False, returns=True),
        smoke_runs.call_test("add64", 2**62, 2**62 - 1, returns=2**63 - 1),
        smoke_runs.call_test("half", 0.2, returns=0.1),
        smoke_runs.call_test("root", -1.0, returns=NAN),
        smoke_runs.call_test("root", float("inf"), returns=float("inf")),
        smoke_runs.call_test("swap", 7, 0.5, returns=(0.5, 7)),
        smoke_runs.call_test("nothing"),
        smoke_runs.call_test("upper", *smoke_runs.UPPER),
        smoke_runs.call_test("double", Buffer(f32=(1.5, -2.0), becomes_f32=(3.0, -4.0)), 2),
    ],
    ids=title_of,
)
def test_right_calls_pass(good: Path, test: Smoke) -> None:
    outcome = attempt(good, test)
    assert (outcome.status, outcome.reason) == ("passed", "")


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (smoke_runs.call_test("add", 2, 3, returns=6), "returned 5, expected 6"),
        (smoke_runs.call_test("nothing", returns=1), "returned nothing, expected 1"),
        (smoke_runs.call_test("ad", 1), "no export 'ad': did you mean 'add'?"),
        (smoke_runs.call_test("add", 1), "add takes 2 arguments, 1 given"),
        (smoke_runs.call_test("add", 1, 2, 3), "add takes 2 arguments, 3 given"),
        (smoke_runs.call_test("add", 1, "x"), 'argument 2 is text, and add takes numbers: use { utf8 = "…" }'),
        (smoke_runs.call_test("add", 1, 2**32), "argument 2 is 4294967296, which does not fit an i32"),
        (
            smoke_runs.call_test("upper", Buffer(utf8="abd", becomes_utf8="ABC"), 3),
            'argument 1 became "ABD", expected "ABC"',
        ),
        (
            smoke_runs.call_test("upper", Buffer(size=2**20, becomes_u8=(0,)), 1),
            "malloc(1048576) gave 1024, which is no room",
        ),
        (Smoke(), "sample.js exports no run(), which starts a command"),
    ],
)
def test_wrong_calls_say_why(good: Path, test: Smoke, reason: str) -> None:
    outcome = attempt(good, test)
    assert outcome.status == "failed"
    assert outcome.reason.startswith(reason)


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (smoke_runs.call_test("spin", timeout=0.5), "did not end within 0.5 s"),
        (
            smoke_runs.call_test("bomb", memory="32 MiB"),
            "trap: unreachable at grow; its memory had grown to 28.06 of 32 MiB",
        ),
        (smoke_runs.call_test("stubborn", memory="32 MiB", timeout=0.5), "did not end within 0.5 s"),
        (smoke_runs.call_test("deep", 0), "trap: call stack exhausted at deep"),
        (smoke_runs.call_test("boom"), "trap: unreachable at boom"),
        (smoke_runs.call_test("divide", 0), "trap: integer divide by zero at divide"),
    ],
)
@pytest.mark.parametrize("node", smoke_runs.NODES)
def test_misbehaviour_is_a_failure_and_no_hang(bad: Path, test: Smoke, reason: str, node: str) -> None:
    started = time.monotonic()
    outcome = attempt(bad, test, node=node)
    assert outcome.status == "failed"
    assert outcome.reason.startswith(reason)
    assert time.monotonic() - started < 20


def test_commands(tmp_path: Path) -> None:
    cat = built(tmp_path, smoke_runs.CAT, "cat")
    text = "".join(f"line {n} äöü\n" for n in range(2000))
    assert attempt(cat, Smoke(stdin=text, stdout=text)).reason == ""
    assert attempt(cat, Smoke(stdin="a", stdout="b")).reason == 'stdout: line 1 is "a", expected "b"'
    environ = built(tmp_path, smoke_runs.ENV_AND_ARGS.replace("WORDS", "environ"), "environ")
    assert attempt(environ, Smoke(stdout="")).reason == ""
    assert attempt(environ, Smoke(env={"A": "b"}, stdout="A=b\0")).reason == ""
    args = built(tmp_path, smoke_runs.ENV_AND_ARGS.replace("WORDS", "args"), "sample")
    assert attempt(args, Smoke(args=("one", 2, True), stdout="sample\0one\0002\0true\0")).reason == ""
    unlucky = built(tmp_path, smoke_runs.EXIT_3, "unlucky")
    assert attempt(unlucky, Smoke(exit=3, stderr="out of luck\n")).reason == ""
    assert attempt(unlucky, Smoke()).reason == "exit code 3, expected 0; stderr: out of luck"


def test_printing_without_end_fails_at_once(tmp_path: Path) -> None:
    outcome = attempt(built(tmp_path, smoke_runs.CHATTER), Smoke(timeout=20))
    assert (outcome.status, outcome.reason) == ("failed", "printed more than 1024 KiB")
    assert outcome.seconds < 15


def test_a_sleep_in_the_host_ends_at_the_deadline(tmp_path: Path) -> None:
    outcome = attempt(built(tmp_path, smoke_runs.SLEEPER), Smoke(timeout=0.5))
    assert (outcome.status, outcome.reason) == ("failed", "did not end within 0.5 s")
    assert outcome.seconds < 15


def test_files_are_there_only_when_preopened(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "note.txt").write_text("hello")
    module = built(tmp_path, smoke_runs.READING)
    assert attempt(module, Smoke(stdout="hello"), preopen=folder).reason == ""
    assert attempt(module, Smoke()).reason == "exit code 7, expected 0"


EMPTY = '(module (memory (export "memory") 1) (func (export "f") (param i32) (result i32) (local.get 0)))'


def test_glue_that_takes_and_gives_what_wasm_cannot(tmp_path: Path) -> None:
    glue = """export const f = (text) => text + "!";
      export const flag = (on) => !on;
      export const list = () => new Uint8Array([1, 2, 3]);
      export const later = async (x) => x * 2;
      export const object = () => ({});"""
    module = handmade(tmp_path, EMPTY, glue)
    assert attempt(module, smoke_runs.call_test("f", "hi", returns="hi!")).reason == ""
    assert attempt(module, smoke_runs.call_test("f", "hi", returns="ho")).reason == 'returned "hi!", expected "ho"'
    assert attempt(module, smoke_runs.call_test("flag", True, returns=False)).reason == ""
    assert attempt(module, smoke_runs.call_test("list", returns=(1, 2, 3))).reason == ""
    assert attempt(module, smoke_runs.call_test("later", 21, returns=42)).reason == ""
    assert attempt(module, smoke_runs.call_test("object", returns=1)).reason == "returned a Object, expected 1"


@pytest.mark.parametrize(
    ("glue", "reason"),
    [
        ("export const f = (", "SyntaxError: "),
        ("throw new Error('no luck')", "Error: no luck"),
        ("throw null", "error: null"),
        ("export const g = 1", "no export 'f': the module exports no function"),
        ("await new Promise(() => {})", "did not end within 1 s"),
        ("for (;;);", "did not end within 1 s"),
        ("export const f = (x, y) => 1", "f takes 2 arguments, 1 given"),
        ("export const f = (x) => new Promise(() => {})", "did not end within 1 s"),
        ("import { writeSync } from 'node:fs'; for (;;) writeSync(1, 'x'.repeat(1e4))", "printed more than 1024 KiB"),
        ("process.exit(5)", "node ended before the test did: exit code 5"),
        ("process.kill(process.pid, 'SIGSEGV'); for (;;);", "node ended before the test did: died by signal SIGSEGV"),
        (
            "const a = []; for (;;) a.push(new Array(1e6).fill({}))",
            "node ended before the test did: died by signal SIG",
        ),
        (
            "const a = []; for (;;) a.push(new Uint8Array(5e8).fill(1, 0, 9))",
            "RangeError: Array buffer allocation failed",
        ),
        ("setTimeout(() => { throw new Error('late') }); await new Promise(() => {})", "Error: late"),
    ],
)
@pytest.mark.parametrize("node", smoke_runs.NODES)
def test_glue_that_misbehaves(tmp_path: Path, glue: str, reason: str, node: str) -> None:
    test = smoke_runs.call_test("f", 1, returns=1, timeout=1.0, memory="64 MiB")
    outcome = attempt(handmade(tmp_path, EMPTY, glue), test, node=node)
    assert outcome.status == "failed"
    assert outcome.reason.startswith(reason)


def test_glue_that_fills_memory(tmp_path: Path) -> None:
    module = handmade(tmp_path, EMPTY, "const a = []; for (;;) a.push(new Uint8Array(5e7).fill(1))")
    assert (
        attempt(module, smoke_runs.call_test("f", 1, memory="64 MiB")).reason == "took more memory than 1088 MiB in all"
    )


def test_missing_allocator_in_the_glue(tmp_path: Path) -> None:
    module = handmade(tmp_path, smoke_runs.WELL_BEHAVED_WAT, "export const { upper } = exports;")
    reason = attempt(module, smoke_runs.call_test("upper", *smoke_runs.UPPER)).reason
    assert reason == "a buffer needs the glue to export malloc, as the module does"


def test_no_glue_no_node_and_a_node_that_does_not_start(good: Path) -> None:
    test = smoke_runs.call_test("add", 1, 2, returns=3)
    smoke_run = smoke_runs.smoke_run("node", good, test)
    assert smoke_runs.run_one(smoke_run).reason == "sample.wasm has no JavaScript glue to import"
    glued = smoke_runs.smoke_run("node", good, test, glue=good.with_suffix(".js"))
    absent = smoke_runs.run_one(glued, node=None)
    assert (absent.status, absent.reason) == ("skipped", "node is not on this machine: wasmforge toolchain show node")
    broken = smoke_runs.run_one(glued, node=("/nowhere/node",))
    assert (broken.status, broken.reason.split(":")[0]) == ("skipped", "/nowhere/node does not start")


def test_a_runtime_that_crashes(good: Path) -> None:
    script = "import os,sys; print('v20.0.0') if '--version' in sys.argv else os.kill(os.getpid(), 11)"
    smoke_run = smoke_runs.smoke_run("node", good, smoke_runs.call_test("add", 1, 2), glue=good.with_suffix(".js"))
    outcome = smoke_runs.run_one(smoke_run, node=(sys.executable, "-c", script))
    assert (outcome.status, outcome.reason) == ("failed", "node ended before the test did: died by signal SIGSEGV")


def test_identity() -> None:
    assert smoke_runs.NODE is not None
    assert smoke.identity("node", smoke_runs.context()).startswith("node 2")
    assert smoke.identity("node", smoke_runs.context(node=None)) == ""
