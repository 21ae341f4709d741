"""Runs the app and answers for how it ends: errors in words, bugs in a log file, exit codes for both."""

import errno
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TextIO

from wasmforge.errors import Exit, ForgeError, machine
from wasmforge.report.errors import print_bug, print_error

MACHINE = frozenset(
    {errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOLCK, errno.ENOMEM, errno.ENOSPC, errno.EROFS}
)
"""What the system says when it is at its limits, wherever that happens."""

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask us to end."""


def run(argv: list[str]) -> int:
    """Run one command line; returns the exit code."""
    _open_streams()
    _listen()
    try:
        code = _command(argv)
        sys.stdout.flush()
    except ForgeError as e:
        print_error(e, sys.stderr)
        return e.exit_code
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        _turn_off(sys.stdout)
        return Exit.FAILED
    except Exception as e:
        return _unforeseen(e, argv)
    if code == Exit.INTERRUPTED:
        sys.stderr.write("interrupted\n")
    return code


def _command(argv: list[str]) -> int:
    """Do what is asked for; `build` in plain words without typer, which takes longer than many a build."""
    if argv[:1] == ["build"]:
        from wasmforge.cli.build import build
        from wasmforge.cli.plain import plain

        said = plain(argv[1:], build)
        if said is not None:
            return build(**said)
    from wasmforge.cli.parse import parse

    return parse(argv)


def _unforeseen(error: Exception, argv: list[str]) -> Exit:
    """A system at its limits is not our bug, wherever it shows."""
    if isinstance(error, OSError) and error.errno in MACHINE:
        _turn_off(sys.stdout)
        print_error(machine((error.strerror or str(error)).lower(), where=str(error.filename or "output")), sys.stderr)
        return Exit.MACHINE
    print_bug(_log(argv), sys.stderr)
    return Exit.BUG


def _open_streams() -> None:
    """Give us the three standard streams where the caller closed some: else the next files opened take their places."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(handle, True)
    os.close(handle)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _listen() -> None:
    """Take a request to end like Ctrl-C; what was ignored when we were started (nohup) stays ignored."""
    for number in ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _turn_off(stream: TextIO) -> None:
    """Point a stream that cannot be written at nothing, so that the interpreter does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in ENDS:
        signal.signal(number, _patience)
    raise KeyboardInterrupt


def _patience(_number: int, _frame: FrameType | None) -> None:
    """We are ending already; torn out of that a second time, we would leave compilers running."""


def _log(argv: list[str]) -> Path:
    """Write the traceback where the user can find it; falls back to a temporary folder."""
    import tempfile
    import traceback

    from wasmforge.execute.places import Places
    from wasmforge.version import version

    text = f"wasmforge {version()}, Python {sys.version}\narguments: {argv!r}\n\n{traceback.format_exc()}"
    name = f"bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    for folder in (Places().cache / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        except OSError:
            continue
        return folder / name
    sys.stderr.write(text)
    return Path(os.devnull)
