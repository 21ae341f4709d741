"""A session with a program that a command-line runtime starts anew for each turn, and that times its calls itself.

The program is what `c_harness.py` writes; the runtime is on this machine or in an image.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wasmforge import process
from wasmforge.bench.session import NoAnswerError, end_of
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.runtime_command import runtime_arguments
from wasmforge.process import ProcessResult
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.program import resolve_program, runtime_environment

MAX_CONTAINER_MEMORY_BYTES = 2 << 30
"""Bytes that a runtime may use in a container."""

MAX_CONTAINER_FILE_BYTES = 1 << 30
"""Bytes of each file that it may write there."""

MAX_MODULE_MEMORY_BYTES = 2 << 30
"""Bytes that the memory of the module may grow to."""

Launch = Callable[[int, Path, float], ProcessResult]
"""Runs the program once: with this number of calls, in this folder, for at most so many seconds. Its `output` has what
the program printed."""


class OneShotSession:
    """Answers each question by one run of the program in `folder`."""

    def __init__(self, launch: Launch, folder: Path) -> None:
        self._launch = launch
        self._folder = folder

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises NoAnswerError when the program fails, or does not end within `timeout` seconds."""
        calls = question["calls"] if question["do"] == "time" else 0
        assert isinstance(calls, int)  # noqa: S101 - the questions of session.py
        result = self._launch(calls, self._folder, timeout)
        if not result.ok:
            raise NoAnswerError(end_of(result, timeout))
        lines = [line.strip() for line in result.text.splitlines() if line.strip()]
        if not calls:
            return {"result": lines[-1] if lines else None}
        try:
            return {"seconds": float(lines[-1])}
        except (IndexError, ValueError):
            raise NoAnswerError("printed no time") from None


def engine_name(file: RuntimeFile, context: RuntimeContext) -> str:
    """`wasmedge-aot 0.17.1`: the name of a runtime, with the version of its program if that is known."""
    toolchain = context.toolchain(file)
    versions = toolchain.versions if isinstance(toolchain, ResolvedToolchain) else {}
    return " ".join((file.name, *dict.fromkeys(versions.values())))


def make_launch(file: RuntimeFile, context: RuntimeContext, program: Path, arguments: Path) -> Launch:
    """A function that runs `program` in a runtime; the module sees its folder as `/`.

    The program, and the files `argument-N` in the folder `arguments`, are copied there at the first run.
    """

    def launch(calls: int, folder: Path, timeout: float) -> ProcessResult:
        for source in (program, *arguments.glob("argument-*")):
            if not (folder / source.name).exists():
                shutil.copyfile(source, folder / source.name)
        (folder / "stdin").touch()
        words = runtime_arguments(
            file.command,
            str(folder / program.name),
            (str(calls),),
            memory=MAX_MODULE_MEMORY_BYTES,
            folder=str(folder),
        )
        argv = (*context.tool(file), *words)
        toolchain = context.toolchain(file)
        if isinstance(toolchain, ResolvedToolchain) and toolchain.image:
            return _run_in_image(context, toolchain, argv, folder, calls, timeout)
        with _pinned():
            return process.run(
                resolve_program(argv), cwd=folder, env=runtime_environment(), timeout=timeout, cancel=context.cancel
            )

    return launch


def _run_in_image(
    context: RuntimeContext,
    toolchain: ResolvedToolchain,
    argv: tuple[str, ...],
    folder: Path,
    calls: int,
    timeout: float,
) -> ProcessResult:
    assert context.run_in_image is not None  # noqa: S101 - a toolchain in an image comes with this
    buffers = () if calls else tuple(f"out.{n}" for n in range(sum(1 for _ in folder.glob("argument-*"))))
    result = context.run_in_image(
        toolchain,
        argv,
        folder,
        bring=buffers,
        memory=MAX_CONTAINER_MEMORY_BYTES,
        file=MAX_CONTAINER_FILE_BYTES,
        timeout=timeout,
        cancel=context.cancel,
    )
    printed = b"".join((folder / name).read_bytes() for name in ("stderr", "stdout"))
    return ProcessResult(
        exit=result.exit, output=printed or result.output, seconds=result.seconds, timed_out=result.timed_out
    )


@contextmanager
def _pinned() -> Iterator[None]:
    """Pin what is started in the `with` block to one processor, as the other participants are."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
