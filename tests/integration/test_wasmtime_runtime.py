"""Modules that behave and modules that do not, in Wasmtime."""

import threading
import time
from pathlib import Path

import pytest

from tests.support import smoke_runs
from wasmforge import smoke
from wasmforge.model.smoke import Buffer, Outcome, Smoke
from wasmforge.process import CancelToken
from wasmforge.smoke.job import title_of

NAN = float("nan")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return smoke_runs.assemble(tmp_path_factory.mktemp("good"), smoke_runs.WELL_BEHAVED_WAT)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return smoke_runs.assemble(tmp_path_factory.mktemp("bad"), smoke_runs.MISBEHAVING_WAT)


def attempt(module: Path, test: Smoke, *, preopen: Path | None = None) -> Outcome:
    return smoke_runs.run_one(smoke_runs.smoke_run("wasmtime", module, test, preopen=preopen))


@pytest.mark.parametrize(
    "test",
    [
        smoke_runs.call_test("add", 2, 3, returns=5),
        smoke_runs.call_test("add", 0xFFFFFFFF, 0, returns=-1),
        smoke_runs.call_test("add", -1, 0, returns=0xFFFFFFFF),
        smoke_runs.call_test("add", True, False, returns=True),
        smoke_runs.call_test("add64", 2**62, 2**62 - 1, returns=2**63 - 1),
        smoke_runs.call_test("half", 0.2, returns=0.1),
        smoke_runs.call_test("root", 2, returns=1.414, tolerance=0.001),
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
    assert outcome.seconds > 0


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (smoke_runs.call_test("add", 2, 3, returns=6), "returned 5, expected 6"),
        (smoke_runs.call_test("swap", 7, 0.5, returns=(0.5, 8)), "returned [0.5, 7], expected [0.5, 8]"),
        (smoke_runs.call_test("nothing", returns=1), "returned nothing, expected 1"),
        (smoke_runs.call_test("ad", 1), "no export 'ad': did you mean 'add'?"),
        (smoke_runs.call_test("add", 1), "add takes 2 arguments, 1 given"),
        (smoke_runs.call_test("add", 1, 2**32), "argument 2 is 4294967296, which does not fit an i32"),
        (
            smoke_runs.call_test("add", "x", 1),
            'argument 1 is text, and the parameter is i32: use { utf8 = "…" } to pass its addr',
        ),
        (
            smoke_runs.call_test("vector", 1),
            "argument 1 is for a parameter of type v128, which a smoke test cannot pass",
        ),
        (
            smoke_runs.call_test("upper", Buffer(utf8="abd", becomes_utf8="ABC"), 3),
            'argument 1 became "ABD", expected "ABC"',
        ),
        (
            smoke_runs.call_test("double", Buffer(f32=(1.0, 2.0), becomes_f32=(2.0, 5.0)), 2),
            "argument 1: element 1 became 4.0, expected 5.0",
        ),
        (
            smoke_runs.call_test("upper", Buffer(size=3, becomes_sha256="00" * 32), 3),
            "argument 1 has SHA-256 709e80c88487a241",
        ),
        (
            smoke_runs.call_test("upper", Buffer(size=2**20, becomes_u8=(0,)), 1),
            "malloc(1048576) gave 1024, which is no room for 1048576 bytes",
        ),
        (smoke_runs.call_test("add", 1, 2, memory="4 KiB"), "memory must be at least one page, 65536 bytes, not 4096"),
        (Smoke(), "a command needs an export `_start`, and the module has none"),
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
        (
            smoke_runs.call_test("stubborn", memory="32 MiB", timeout=0.5),
            "did not end within 0.5 s; its memory had grown to 28",
        ),
        (smoke_runs.call_test("deep", 0), "trap: call stack exhausted at deep"),
        (smoke_runs.call_test("boom"), "trap: unreachable at boom"),
        (smoke_runs.call_test("divide", 0), "trap: integer divide by zero at divide"),
        (smoke_runs.call_test("abort"), "trap: called the import env.abort, which is not provided"),
        (smoke_runs.call_test("boom", memory=65535), "memory must be at least one page"),
    ],
)
def test_misbehaviour_is_a_failure_and_no_hang(bad: Path, test: Smoke, reason: str) -> None:
    started = time.monotonic()
    outcome = attempt(bad, test)
    assert outcome.status == "failed"
    assert outcome.reason.startswith(reason)
    assert time.monotonic() - started < 20


def test_command_gets_stdin_and_gives_stdout(tmp_path: Path) -> None:
    module = smoke_runs.assemble(tmp_path, smoke_runs.CAT)
    text = "".join(f"line {n} äöü\n" for n in range(2000))
    assert attempt(module, Smoke(stdin=text, stdout=text)).reason == ""
    assert attempt(module, Smoke(stdout="")).reason == ""
    wrong = attempt(module, Smoke(stdin="a\nb\nc\n", stdout="a\nB\nc\n"))
    assert wrong.reason == 'stdout: line 2 is "b", expected "B"'


def test_command_gets_its_arguments_and_only_the_environment_of_the_test(tmp_path: Path) -> None:
    args = smoke_runs.assemble(tmp_path, smoke_runs.ENV_AND_ARGS.replace("WORDS", "args"), "args")
    environ = smoke_runs.assemble(tmp_path, smoke_runs.ENV_AND_ARGS.replace("WORDS", "environ"), "environ")
    assert attempt(args, Smoke(args=("one", 2, True), stdout="sample\0one\0002\0true\0")).reason == ""
    assert attempt(environ, Smoke(stdout="")).reason == ""
    assert attempt(environ, Smoke(env={"A": "b"}, stdout="A=b\0")).reason == ""


def test_exit_code_and_stderr(tmp_path: Path) -> None:
    module = smoke_runs.assemble(tmp_path, smoke_runs.EXIT_3)
    assert attempt(module, Smoke(exit=3, stderr="out of luck\n")).reason == ""
    assert attempt(module, Smoke()).reason == "exit code 3, expected 0; stderr: out of luck"
    assert attempt(module, Smoke(exit=3, stderr="luck\n")).reason.startswith("stderr: line 1 is")


def test_a_trap_of_a_command_fails(tmp_path: Path) -> None:
    module = smoke_runs.assemble(
        tmp_path, '(module (memory (export "memory") 1) (func $main (export "_start") unreachable))'
    )
    assert attempt(module, Smoke()).reason == "trap: unreachable at main"


def test_printing_without_end_fails_at_once(tmp_path: Path) -> None:
    outcome = attempt(smoke_runs.assemble(tmp_path, smoke_runs.CHATTER), Smoke(timeout=20))
    assert (outcome.status, outcome.reason) == ("failed", "printed more than 1024 KiB")
    assert outcome.seconds < 15


def test_a_sleep_in_the_host_ends_at_the_deadline(tmp_path: Path) -> None:
    outcome = attempt(smoke_runs.assemble(tmp_path, smoke_runs.SLEEPER), Smoke(timeout=0.5))
    assert (outcome.status, outcome.reason) == ("failed", "did not end within 0.5 s")
    assert outcome.seconds < 15


def test_files_are_there_only_when_preopened_and_writing_changes_a_copy(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "note.txt").write_text("hello")
    reading, writing = (
        smoke_runs.assemble(tmp_path, smoke_runs.READING, "reading"),
        smoke_runs.assemble(tmp_path, smoke_runs.WRITING, "writing"),
    )
    assert attempt(reading, Smoke(stdout="hello"), preopen=folder).reason == ""
    assert attempt(reading, Smoke()).reason == "exit code 7, expected 0"
    assert attempt(writing, Smoke(writes={"note.txt": ""}), preopen=folder).reason == ""
    assert attempt(writing, Smoke(writes={"note.txt": "x"})).reason == 'note.txt: line 1 is missing, expected "x"'
    assert attempt(reading, Smoke(writes={"other": ""}), preopen=folder).reason == "it wrote no file other"
    assert (folder / "note.txt").read_text() == "hello"


def test_initialize_is_called_first(tmp_path: Path) -> None:
    wat = """(module (global $x (mut i32) (i32.const 1))
      (func (export "_initialize") (global.set $x (i32.const 42)))
      (func (export "x") (result i32) (global.get $x)))"""
    assert attempt(smoke_runs.assemble(tmp_path, wat), smoke_runs.call_test("x", returns=42)).reason == ""


def test_an_endless_start_function_is_interrupted(tmp_path: Path) -> None:
    wat = '(module (func $spin (loop (br 0))) (func (export "f")) (start $spin))'
    assert (
        attempt(smoke_runs.assemble(tmp_path, wat), smoke_runs.call_test("f", timeout=0.5)).reason
        == "did not end within 0.5 s"
    )


def test_assemblyscript_allocator_is_used_and_pinned(tmp_path: Path) -> None:
    wat = """(module (memory (export "memory") 1) (global $pinned (mut i32) (i32.const 0))
      (func (export "__new") (param $n i32) (param $class i32) (result i32) (i32.mul (local.get $class) (i32.const 64)))
      (func (export "__pin") (param i32) (result i32) (global.set $pinned (local.get 0)) (local.get 0))
      (func (export "first") (param i32) (result i32)
        (i32.add (i32.load8_u (local.get 0)) (i32.mul (i32.const 1000) (global.get $pinned)))))"""
    test = smoke_runs.call_test("first", Buffer(hex="2a"), returns=64042)
    assert attempt(smoke_runs.assemble(tmp_path, wat), test).reason == ""


def test_too_much_memory_at_the_start_is_said_so(tmp_path: Path) -> None:
    module = smoke_runs.assemble(tmp_path, '(module (memory (export "memory") 100) (func (export "f")))')
    reason = attempt(module, smoke_runs.call_test("f", memory="1 MiB")).reason
    assert reason == "the module starts with 6553600 bytes of memory, the test permits 1048576"


def test_files_that_are_no_modules(tmp_path: Path) -> None:
    module = tmp_path / "x.wasm"
    assert "No such file" in attempt(module, Smoke()).reason
    module.write_bytes(b"")
    assert attempt(module, Smoke()).reason == "x.wasm: offset 0x0: the file is empty"
    module.write_bytes(b"\0asm\x01\0\0\0\x0a")
    assert attempt(module, Smoke()).reason.startswith("x.wasm: offset 0x")


def test_an_invalid_body_is_refused_by_the_runtime(tmp_path: Path) -> None:
    wat = '(module (func (export "_start") (result i32)))'
    reason = attempt(smoke_runs.assemble(tmp_path, wat), Smoke()).reason
    assert "type mismatch" in reason


def test_many_trials_keep_their_order_and_cancel_skips(good: Path) -> None:
    tests = [smoke_runs.call_test("add", n, 1, returns=n + 1) for n in range(4)]
    runs = [smoke_runs.smoke_run("wasmtime", good, t) for t in tests] + [
        smoke_runs.smoke_run("wasmtim", good, tests[0])
    ]
    reported: list[Outcome] = []
    outcomes = smoke.run(runs, smoke_runs.context(), workers=2, emit=reported.append)
    assert [o.test for o in outcomes] == [*(f"add({n}, 1)" for n in range(4)), "add(0, 1)"]
    assert [o.status for o in outcomes] == ["passed"] * 4 + ["failed"]
    assert outcomes[4].reason == "unknown runtime 'wasmtim': did you mean 'wasmtime'?"
    assert sorted(reported, key=repr) == sorted(outcomes, key=repr)
    cancel = CancelToken()
    cancel.set()
    ended = smoke.run(runs, smoke_runs.context(cancel=cancel), workers=2, emit=reported.append)
    assert [o.reason for o in ended] == ["interrupted"] * 5
    assert smoke.run([], smoke_runs.context(cancel=cancel), workers=0, emit=reported.append) == ()


def test_cancelling_ends_what_runs(bad: Path) -> None:
    cancel = CancelToken()
    threading.Timer(1.0, cancel.set).start()
    smoke_run = smoke_runs.smoke_run("wasmtime", bad, smoke_runs.call_test("spin", timeout=60))
    outcomes = smoke.run([smoke_run] * 3, smoke_runs.context(cancel=cancel), workers=2, emit=lambda _: None)
    assert [(o.status, o.reason) for o in outcomes] == [("skipped", "interrupted")] * 3
    assert all(o.seconds < 15 for o in outcomes)


def test_a_preopen_that_is_not_there(bad: Path, tmp_path: Path) -> None:
    reason = attempt(bad, smoke_runs.call_test("boom"), preopen=tmp_path / "none").reason
    assert reason == f"preopen: {tmp_path / 'none'} is not a folder"


def test_identity() -> None:
    assert smoke.identity("wasmtime", smoke_runs.context()).startswith("wasmtime ")
    assert smoke.identity("wasmer", smoke_runs.context()) == ""
