"""Runs the app and answers for how it ends: errors in words, bugs in a log file, exit codes for both."""

import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

import typer
from typer.exceptions import TyperException

from wasmforge.cli.app import app
from wasmforge.errors import Exit, ForgeError, Problem
from wasmforge.report.errors import print_bug, print_error


def run(argv: list[str]) -> int:
    """Run one command line; returns the exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code = app(args=argv or ["--help"], prog_name="wasmforge", standalone_mode=False)
        sys.stdout.flush()
    except ForgeError as e:
        print_error(e, sys.stderr)
        return e.exit_code
    except typer.Exit as e:
        return e.exit_code
    except TyperException as e:
        print_error(ForgeError(_usage(e)), sys.stderr)
        return Exit.USAGE
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("interrupted\n")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; point stdout elsewhere, so that the interpreter does not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    except Exception:
        print_bug(_log(argv), sys.stderr)
        return Exit.BUG
    return code if isinstance(code, int) else Exit.OK


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _usage(error: TyperException) -> Problem:
    """The parser's words in our manner."""
    said = getattr(error, "format_message", error.__str__)()
    context = getattr(error, "ctx", None)
    program = context.command_path if context else "wasmforge"
    return Problem(what=said[:1].lower() + said[1:].rstrip("."), hint=f"see `{program} --help`")


def _log(argv: list[str]) -> Path:
    """Write the traceback where the user can find it; falls back to a temporary folder."""
    import tempfile

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
