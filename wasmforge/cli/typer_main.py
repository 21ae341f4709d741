"""Runs a command line with typer; its ends become exit codes and our errors."""

import typer
from typer.exceptions import TyperException

from wasmforge.cli.app import app
from wasmforge.errors import Exit, ForgeError, Problem


def run_typer(argv: list[str]) -> int:
    """Run one command line; returns the exit code. Raises ForgeError for what typer does not take."""
    try:
        code = app(args=argv or ["--help"], prog_name="wasmforge", standalone_mode=False)
    except typer.Exit as e:
        return e.exit_code
    except typer.Abort:
        return Exit.INTERRUPTED
    except TyperException as e:
        raise ForgeError(_usage(e)) from None
    return code if isinstance(code, int) else Exit.OK  # typer turns KeyboardInterrupt into the code 130


def _usage(error: TyperException) -> Problem:
    """The parser's words in our manner."""
    said = getattr(error, "format_message", error.__str__)()
    context = getattr(error, "ctx", None)
    program = context.command_path if context else "wasmforge"
    return Problem(what=said[:1].lower() + said[1:].rstrip("."), hint=f"see `{program} --help`")
