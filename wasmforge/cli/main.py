"""Runs a command line: errors become messages, bugs a log file, both an exit code."""

import errno
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TextIO

from wasmforge.errors import Exit, ForgeError, Problem, UntrustedError, machine_error
from wasmforge.report.errors import print_bug, print_error

ENVIRONMENT_ERRNOS = frozenset(
    {errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOLCK, errno.ENOMEM, errno.ENOSPC, errno.EROFS}
)
"""Error numbers of a system at its limits, wherever they occur."""

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask us to end."""


def run(argv: list[str]) -> int:
    """Run one command line; returns the exit code."""
    _open_streams()
    _install_signal_handlers()
    try:
        code = _command(argv)
        sys.stdout.flush()
    except ForgeError as e:
        print_error(_with_search_path(e), sys.stderr)
        return e.exit_code
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        _redirect_to_devnull(sys.stdout)
        return Exit.FAILED
    except Exception as e:
        return _report_unexpected(e, argv)
    if code == Exit.INTERRUPTED:
        sys.stderr.write("interrupted\n")
    return code


def _command(argv: list[str]) -> int:
    """Run the command. If the project must be trusted first, ask the user and start again."""
    try:
        return _dispatch(argv)
    except UntrustedError as e:
        refused = e
    from wasmforge.cli.trust import ask_first

    if not ask_first(refused.root):
        raise refused
    return _dispatch(argv)


def _dispatch(argv: list[str]) -> int:
    """Run the command. A plain `build` is parsed without typer, whose import takes longer than many builds."""
    if argv[:1] == ["build"]:
        from wasmforge.cli.build import build
        from wasmforge.cli.fast_parser import parse_fast

        said = parse_fast(argv[1:], build)
        if said is not None:
            return build(**said)
    from wasmforge.cli.typer_main import run_typer

    return run_typer(argv)


def _with_search_path(error: ForgeError) -> ForgeError:
    """The error, with a note on the parts of PATH that were not searched, if something was not found."""
    from wasmforge.cli.search_path import OPTION, left_out

    if not left_out or error.exit_code != Exit.MACHINE:
        return error
    what = "not searched: this project's own folder, where a stranger may have put programs"
    said = Problem(where=f"PATH: {', '.join(left_out)}", what=what, hint=f"{OPTION} searches it, this once")
    return ForgeError(*error.problems, said, exit_code=error.exit_code)


def _report_unexpected(error: Exception, argv: list[str]) -> Exit:
    """Report an unexpected error: a system at its limits as such, all else as our bug."""
    if isinstance(error, OSError) and error.errno in ENVIRONMENT_ERRNOS:
        _redirect_to_devnull(sys.stdout)
        print_error(
            machine_error((error.strerror or str(error)).lower(), where=str(error.filename or "output")), sys.stderr
        )
        return Exit.MACHINE
    print_bug(_log(argv), sys.stderr)
    return Exit.BUG


def _open_streams() -> None:
    """Open the standard streams that the caller closed: else the next opened files would take their numbers."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(handle, True)
    os.close(handle)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _install_signal_handlers() -> None:
    """Handle requests to end like Ctrl-C. Signals that were ignored at the start (nohup) stay ignored."""
    for number in END_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _redirect_to_devnull(stream: TextIO) -> None:
    """Point a stream that cannot be written at nothing, so that the interpreter does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in END_SIGNALS:
        signal.signal(number, _ignore_second_signal)
    raise KeyboardInterrupt


def _ignore_second_signal(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: interrupting the cleanup would leave compilers running."""


def _log(argv: list[str]) -> Path:
    """Write the traceback to a log file; returns its path. The last resort is standard error."""
    import traceback

    from wasmforge.app.bug_log import write_bug_log
    from wasmforge.version import version

    text = f"wasmforge {version()}, Python {sys.version}\narguments: {argv!r}\n\n{traceback.format_exc()}"
    if log := write_bug_log(text):
        return log
    sys.stderr.write(text)
    return Path(os.devnull)
