"""Modules that misbehave, in every runtime that is here: each is a failed cell with its reason in one line."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from tests.support import installed_runtimes, smoke_runs
from wasmforge import smoke
from wasmforge.glue import es_module
from wasmforge.model.smoke import Expect, Outcome, Request, Smoke, SmokeRun
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.wasm import read

pytestmark = [
    # the client of a container engine is one per thread, and its socket is closed when the thread is gone
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

START = '(module (memory (export "memory") 1) (func $f (export "_start") BODY) OTHERS)'
DEEP = """(func $deep (param i32) (result i32)
  (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (call $deep (local.get 0))))"""
LACKING = """(module (import "env" "gone" (func $gone)) (memory (export "memory") 1)
  (func (export "_start") (call $gone)))"""


def program(body: str, others: str = "") -> str:
    return START.replace("BODY", body).replace("OTHERS", others)


PROGRAMS: Mapping[str, tuple[str, Smoke, tuple[str, ...]]] = {
    "loop": (program("(loop (br 0))"), Smoke(timeout=1.0), ("did not end within 1 s",)),
    "recurse": (
        program("(drop (call $deep (i32.const 0)))", DEEP),
        Smoke(timeout=20.0, memory="64 MiB"),
        # WasmEdge's interpreter has no bound of its own: its memory has
        ("trap: call stack exhausted", "took more memory than", "ended before the test did: died by signal"),
    ),
    "grow": (
        program("(loop (br_if 0 (i32.ne (i32.const -1) (memory.grow (i32.const 64))))) unreachable"),
        Smoke(timeout=20.0, memory="64 MiB"),
        ("trap: unreachable",),
    ),
    "print": (smoke_runs.CHATTER, Smoke(timeout=5.0), ("printed more than 1024 KiB",)),
    "trap": (program("unreachable"), Smoke(), ("trap: unreachable",)),
    "exit 3": (smoke_runs.EXIT_3, Smoke(), ("exit code 3, expected 0; stderr: out of luck",)),
    "denied path": (smoke_runs.READING, Smoke(), ("exit code 7, expected 0",)),
    # the ES module for Node.js has to be given the import by whoever uses it
    "missing import": (LACKING, Smoke(), ("env.gone", "Imports argument must be present")),
    "hang on stdin": (smoke_runs.CAT, Smoke(stdout="more"), ('stdout: line 1 is missing, expected "more"',)),
}
"""By what they do: the program, its test, and the beginnings or parts of reasons that are right."""

PROVIDED = pytest.mark.toolchains

RUNTIMES = (
    "wasmtime",
    "node",
    pytest.param("iwasm", marks=PROVIDED),
    pytest.param("iwasm-classic", marks=PROVIDED),
    pytest.param("wasmedge", marks=PROVIDED),
    "wasmtime-cli",  # no registry that tests/provision uses has it
)


def attempt(runtime: str, smoke_run: SmokeRun, context: smoke.RuntimeContext) -> Outcome:
    reported: list[Outcome] = []
    (outcome,) = smoke.run([smoke_run], context, workers=1, emit=reported.append)
    assert reported == [outcome]
    assert "\n" not in outcome.reason
    assert outcome.runtime == runtime
    return outcome


@pytest.mark.parametrize("deed", PROGRAMS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_program_that(deed: str, runtime: str, tmp_path: Path) -> None:
    if (
        runtime == "wasmtime-cli"
        and isinstance(installed_runtimes.find_runtime_toolchain("wasmtime-cli"), ResolvedToolchain) is False
    ):
        pytest.skip("no registry has wasmtime's own program built")
    context = installed_runtimes.require_runtimes(runtime)
    wat, test, reasons = PROGRAMS[deed]
    module = smoke_runs.assemble(tmp_path, wat)
    glue = module.with_suffix(".js")
    glue.write_text(es_module(read(module.read_bytes()), module.name, "node"))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    outcome = attempt(runtime, smoke_runs.smoke_run(runtime, module, test, glue=glue), context)
    assert outcome.status == "failed", outcome
    assert any(reason in outcome.reason for reason in reasons), outcome.reason
    assert outcome.seconds < 60 + test.timeout


WORKER = """export default { async fetch(request) {
  const deed = new URL(request.url).pathname;
  if (deed === "/loop") for (;;);
  if (deed === "/trap") throw new Error("boom");
  if (deed === "/print") for (;;) console.log("x".repeat(10000));
  if (deed === "/hang") return new Promise(() => {});
  if (deed === "/big") return new Response("x".repeat(3000000));
  return new Response("fine");
} };
"""

ANSWERS = {
    "/loop": "did not end within 2 s",
    "/trap": "status 500, expected 200",
    "/print": "printed more than 1024 KiB",
    "/hang": "status 500, expected 200",  # workerd finds out that nothing will come
    "/big": "printed more than 1024 KiB",
    "/": 'body: line 1 is "fine", expected "other"',
}


@PROVIDED
@pytest.mark.parametrize("deed", ANSWERS)
def test_a_worker_that(deed: str, tmp_path: Path) -> None:
    context = installed_runtimes.require_runtimes("workerd")
    module = smoke_runs.assemble(tmp_path, program("nop"))
    (tmp_path / "worker.mjs").write_text(WORKER)
    (tmp_path / "sample.js").write_text("")
    test = Smoke(request=Request(path=deed), expect=Expect(body="other"), timeout=2.0)
    smoke_run = smoke_runs.smoke_run("workerd", module, test, glue=tmp_path / "sample.js")
    files = {"glue": str(tmp_path / "sample.js"), "worker": str(tmp_path / "worker.mjs")}
    outcome = attempt("workerd", msgspec.structs.replace(smoke_run, files=files), context)
    assert (outcome.status, outcome.reason[: len(ANSWERS[deed])]) == ("failed", ANSWERS[deed])


@PROVIDED
def test_a_worker_whose_memory_grows_is_bounded(tmp_path: Path) -> None:
    context = installed_runtimes.require_runtimes("workerd")
    most = "(loop (br_if 0 (i32.ne (i32.const -1) (memory.grow (i32.const 1))))) memory.size"
    wat = f'(module (memory (export "memory") 1) (func (export "most") (result i32) {most}))'
    module = smoke_runs.assemble(tmp_path, wat)
    glue = module.with_suffix(".js")
    glue.write_text(es_module(read(module.read_bytes()), module.name, "workerd"))
    test = Smoke(call="most", returns=1024, memory="64 MiB")
    smoke_run = smoke_runs.smoke_run("workerd", module, test, glue=glue)
    files = {"glue": str(glue), "module": str(module)}
    outcome = attempt("workerd", msgspec.structs.replace(smoke_run, files=files), context)
    assert (outcome.status, outcome.answer) == ("passed", "returned 1024"), outcome


HANDLERS = {
    "loop": (program("(loop (br 0))"), "did not end within 3 s"),
    "trap": (program("unreachable"), "status 500, expected 200"),
    "silence": (program("nop"), 'body: line 1 is missing, expected "x"'),
    "print": (smoke_runs.CHATTER, "printed more than 1024 KiB"),
    "lack": (LACKING.replace("env", "fastly_http_req"), "viceroy 0."),
}


@PROVIDED
@pytest.mark.parametrize("deed", HANDLERS)
def test_a_handler_that(deed: str, tmp_path: Path) -> None:
    context = installed_runtimes.require_runtimes("viceroy")
    wat, reason = HANDLERS[deed]
    module = smoke_runs.assemble(tmp_path, wat)
    test = Smoke(request=Request(), expect=Expect(body="x"), timeout=3.0)
    outcome = attempt("viceroy", smoke_runs.smoke_run("viceroy", module, test), context)
    assert (outcome.status, outcome.reason[: len(reason)]) == ("failed", reason)
    assert deed != "lack" or "does not provide the import fastly_http_req.gone: take a newer" in outcome.reason


def test_a_runtime_that_is_killed_does_not_stop_the_others(tmp_path: Path) -> None:
    """A runtime of a few words whose program dies by a signal, hangs in silence, or is not there at all."""
    module = smoke_runs.assemble(tmp_path, program("nop"))
    context = installed_runtimes.require_runtimes("wasmtime")
    files, toolchains = dict(context.files), dict(context.toolchains)
    deaths = {"dies": "kill -SEGV $$", "hangs": "sleep 1000 & wait", "fine": "exit 0"}
    for name, deed in deaths.items():
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\n{deed}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        files[name] = msgspec.structs.replace(files["iwasm"], name=name, toolchain=name, tool=name)
        toolchains[name] = ResolvedToolchain(
            toolchain=name, origin="path", identity=name, location="", tools={name: (str(script),)}
        )
    files["gone"] = msgspec.structs.replace(files["iwasm"], name="gone", toolchain="gone")
    known = smoke.RuntimeContext(cancel=context.cancel, files=files, toolchains=toolchains)
    runs = [smoke_runs.smoke_run(n, module, Smoke(timeout=1.0)) for n in ("dies", "hangs", "gone", "wasmtime", "fine")]
    outcomes = smoke.run(runs, known, workers=2, emit=lambda _: None)
    assert [(o.status, o.reason) for o in outcomes] == [
        ("failed", "dies ended before the test did: died by signal SIGSEGV"),
        ("failed", "did not end within 1 s"),
        ("skipped", "gone is not on this machine: wasmforge toolchain show gone"),
        ("passed", ""),
        ("passed", ""),
    ]
    assert not [p for p in Path("/proc").glob("[0-9]*") if _is_of(p, tmp_path)]


def _is_of(process: Path, folder: Path) -> bool:
    """Whether a process was started from a folder."""
    try:
        return os.fsencode(str(folder)) in (process / "cmdline").read_bytes()
    except OSError:
        return False
