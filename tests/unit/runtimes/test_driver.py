"""What a process left of an answer, and a driver of a test's own: one class and one entry in the table."""

from pathlib import Path

import msgspec
import pytest

from tests.support import wasm_bytes as a
from wasmforge.model.drivers import DRIVERS, DriverEntry
from wasmforge.model.module import PAGE_BYTES
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.model.smoke import Outcome, Smoke, SmokeRun
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import read_answer
from wasmforge.runtimes.protocol import Answer, Job, Value
from wasmforge.smoke.run import identity, run

ADD = a.module(
    a.section(1, a.vec(a.signature(a.I32 + a.I32, a.I32))),
    a.section(3, a.vec(a.leb(0))),
    a.section(7, a.vec(a.exported("add", a.FUNC, 0))),
    a.section(10, a.vec(a.body(b"\x20\x00\x20\x01\x6a"))),
)
"""A module that exports `add`, of two i32."""


def job(folder: Path) -> Job:
    """A call whose streams and answer are in this folder."""
    return Job(
        module="a.wasm",
        glue=None,
        aot=None,
        call="f",
        args=(),
        params=0,
        allocator=None,
        argv=(),
        env={},
        preopen=None,
        timeout=2.0,
        memory=PAGE_BYTES,
        stdin=str(folder / "stdin"),
        stdout=str(folder / "stdout"),
        stderr=str(folder / "stderr"),
        answer=str(folder / "answer"),
    )


def crashed(how: str) -> Answer:
    """The answer for a process that ended so."""
    return Answer(ended="crashed", message=f"node ended before the test did: {how}")


@pytest.mark.parametrize(
    ("result", "stderr", "answer"),
    [
        (ProcessResult(exit=-9, output=b"", seconds=1, timed_out=True), b"", Answer(ended="timeout")),
        (ProcessResult(exit=-11, output=b"", seconds=1), b"", crashed("died by signal SIGSEGV")),
        (
            ProcessResult(exit=1, output=b"Traceback\n  File\nValueError: no\nbye\n", seconds=1),
            b"",
            crashed("exit code 1: ValueError: no"),
        ),
        (ProcessResult(exit=5, output=b"", seconds=1), b"a\nb\n", crashed("exit code 5: b")),
    ],
)
def test_no_answer(result: ProcessResult, stderr: bytes, answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "stderr").write_bytes(stderr)
    assert read_answer("node", job(tmp_path), result) == answer


def test_an_answer_that_was_written(tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(msgspec.json.encode(Answer(ended="exited", exit=3)))
    assert read_answer("node", job(tmp_path), ProcessResult(exit=0, output=b"", seconds=1)).exit == 3


class Toy:
    """A driver that adds its arguments and looks at no module. All that a driver needs is here."""

    uses_glue = False
    uses_aot = False
    shares_memory = False

    def __init__(self, *, file: RuntimeFile, context: RuntimeContext) -> None:
        self.file, self.context = file, context

    def unavailable(self) -> UnavailableRuntime | None:
        """It always is."""
        return None

    def identity(self) -> str:
        """Name and version."""
        return "toy 1"

    def run(self, job: Job, folder: Path) -> Answer:
        """Add."""
        (folder / "stdout").write_text("adding")
        total = sum(int(value.text) for value in job.args)
        return Answer(ended="returned", results=(Value(kind="i32", text=str(total)),))


@pytest.mark.parametrize(("returns", "status"), [(5, "passed"), (6, "failed")])
def test_a_driver_takes_one_class_and_an_entry_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returns: int, status: str
) -> None:
    monkeypatch.setitem(DRIVERS, "toy", DriverEntry(factory=f"{__name__}:Toy"))
    (tmp_path / "add.wasm").write_bytes(ADD)
    file = RuntimeFile(format=1, name="toy-runtime", driver="toy", tests=("call",))
    context = RuntimeContext(cancel=CancelToken(), files={"toy-runtime": file})
    smoke_run = SmokeRun(
        label="add@wasi/release",
        component="add",
        target="wasi",
        runtime="toy-runtime",
        smoke=Smoke(call="add", args=(2, 3), returns=returns),
        module=str(tmp_path / "add.wasm"),
    )
    emitted: list[Outcome] = []
    (outcome,) = run([smoke_run], context, workers=1, emit=emitted.append)
    assert (outcome.status, emitted) == (status, [outcome])
    assert identity("toy-runtime", context) == "toy 1"


def test_an_unknown_driver_is_a_mistake_of_the_file() -> None:
    from wasmforge.config import load_catalog
    from wasmforge.plan.checks.runtime import check_runtime

    catalog = load_catalog(None)
    file = RuntimeFile(format=1, name="mine", driver="nodejs", tests=("call",))
    (problem,) = check_runtime(file, catalog)
    assert str(problem) == "runtime mine: driver: unknown driver 'nodejs'"
    assert problem.hint == "did you mean 'node'?"


def test_every_driver_of_the_table_can_be_made() -> None:
    from wasmforge.runtimes.driver import make_driver

    for name in DRIVERS:
        file = RuntimeFile(format=1, name=name, driver=name, tests=("call",))
        driver = make_driver(file, RuntimeContext(cancel=CancelToken(), files={name: file}))
        assert isinstance(driver.uses_glue, bool)
