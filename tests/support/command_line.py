"""Runs a `wasmforge` command line inside the test process as if it had its own; returns exit code and output.

A process of its own costs a third of a second of start-up. What a command changes in the process that runs it (streams,
environment, current folder, signal handlers, umask) is put back, and what it has cached of the machine is forgotten.
"""

import contextlib
import functools
import io
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import IO, Any

from wasmforge.cli.main import END_SIGNALS, run
from wasmforge.cli.search_path import clean_search_path
from wasmforge.errors import Exit
from wasmforge.uptodate import try_replay

CACHES_OF_PURE_FUNCTIONS = frozenset(
    {
        "wasmforge.config.globs",
        "wasmforge.config.schema_errors",
        "wasmforge.model.traps",
        "wasmforge.plan.recipes.template",
        "wasmforge.sandbox.seccomp",
        "wasmforge.smoke.result_cache",
    }
)
"""Modules whose `functools` caches hold nothing that could change between two commands."""

_Cached = type(functools.lru_cache(lambda: None))


def run_in_process(argv: list[str], *, cwd: Path, env: Mapping[str, str], timeout: float) -> tuple[int, str]:
    """`wasmforge ARGV` in `cwd` with `env` as its whole environment; the exit code, and both streams as one text.

    Only for the main thread. A command that takes more than `timeout` seconds is interrupted and fails the test.
    """
    with tempfile.TemporaryFile() as output:
        with _process_state(cwd, env), _streams(output), _time_limit(timeout), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a process shows none of what pytest turns into errors
            sys.argv = ["wasmforge", *argv]
            clean_search_path(argv)
            code = int(Exit.OK) if try_replay(argv) else int(run(argv))
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if code == Exit.INTERRUPTED:
        raise KeyboardInterrupt(text)
    return code, text


def forget_machine() -> None:
    """Empty the caches of the package: each command must look at the machine with fresh eyes."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("wasmforge.") and name not in CACHES_OF_PURE_FUNCTIONS:
            for value in [*vars(module).values()]:
                if isinstance(value, _Cached):
                    value.cache_clear()


@contextlib.contextmanager
def _process_state(cwd: Path, env: Mapping[str, str]) -> Iterator[None]:
    """The environment, current folder and all else that belongs to a process; as it was when this is over."""
    forget_machine()
    before, argv, temporary = dict(os.environ), sys.argv, tempfile.tempdir
    handlers = {number: signal.getsignal(number) for number in END_SIGNALS}
    mask = os.umask(0o022)
    os.umask(mask)
    here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        _set_environment(env)
        os.chdir(cwd)
        tempfile.tempdir = None
        yield
    finally:
        os.fchdir(here)
        os.close(here)
        os.umask(mask)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        _set_environment(before)
        sys.argv, tempfile.tempdir = argv, temporary


def _set_environment(env: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in env]:
        del os.environ[name]
    os.environ.update(env)


@contextlib.contextmanager
def _streams(output: IO[bytes]) -> Iterator[None]:
    """Both output streams lead to one file, for children too; standard input is empty."""
    before = sys.stdin, sys.stdout, sys.stderr
    saved = [os.dup(number) for number in range(3)]
    empty = os.open(os.devnull, os.O_RDONLY)
    try:
        for number, target in enumerate((empty, output.fileno(), output.fileno())):
            os.dup2(target, number)
        sys.stdin = _text_stream(0, "r")
        sys.stdout = _text_stream(1, "w")
        sys.stderr = _text_stream(2, "w", errors="backslashreplace", line_buffering=True)
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        sys.stdin, sys.stdout, sys.stderr = before
        for number, copy in enumerate(saved):
            os.dup2(copy, number)
            os.close(copy)
        os.close(empty)


def _text_stream(number: int, mode: str, **options: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(open(number, f"{mode}b", closefd=False), encoding="utf-8", **options)


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupts what takes longer, as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
