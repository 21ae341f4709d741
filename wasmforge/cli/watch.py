"""`build --watch`: builds again whenever something changes."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from wasmforge.cli import options
from wasmforge.errors import usage_error

if TYPE_CHECKING:
    from wasmforge.app.workspace import Settings
    from wasmforge.model.report import Report
    from wasmforge.model.request import Request
    from wasmforge.report.reporter import Kind


def keep_building(
    settings: "Settings",
    request: "Request",
    *,
    output: options.Output,
    quiet: bool,
    verbose: bool,
    color: options.Color,
    built: Callable[[], None] | None = None,
) -> NoReturn:
    """Build until Ctrl-C; `built` is called after each build."""
    from wasmforge.app.build import build
    from wasmforge.app.watch import watch
    from wasmforge.report.errors import print_error
    from wasmforge.report.reporter import make_reporter

    def build_once(unit_request: "Request") -> "Report":
        with options.reporter(output, quiet, verbose, color) as emit:
            report = build(settings, unit_request, emit)
        if built:
            built()
        return report

    kind: Kind = "json" if output is options.Output.JSON else "plain"
    notices = make_reporter(kind, quiet=quiet, color=color.value, stdout=sys.stdout, stderr=sys.stderr)
    watch(settings, request, build_once, notices.emit, lambda e: print_error(e, sys.stderr))


def reject_with_watch(**others: bool) -> None:
    """Raise ForgeError for options that cannot be used with --watch."""
    for name, said in others.items():
        if said:
            message = f"--watch and --{name.replace('_', '-')} do not go together"
            raise usage_error(message, hint="give one of them")
