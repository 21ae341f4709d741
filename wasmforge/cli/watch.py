"""`build --watch`: builds again whenever something changes."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from wasmforge.cli import options
from wasmforge.errors import usage

if TYPE_CHECKING:
    from wasmforge.ground import Settings
    from wasmforge.model.artifact import Report
    from wasmforge.plan import Request
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
    from wasmforge import forge
    from wasmforge.report.errors import print_error
    from wasmforge.report.reporter import make_reporter
    from wasmforge.watch import watch

    def build(asked: "Request") -> "Report":
        with options.reporter(output, quiet, verbose, color) as tell:
            report = forge.build(settings, asked, tell)
        if built:
            built()
        return report

    kind: Kind = "json" if output is options.Output.JSON else "plain"
    notices = make_reporter(kind, quiet=quiet, color=color.value, stdout=sys.stdout, stderr=sys.stderr)
    watch(settings, request, build, notices, lambda e: print_error(e, sys.stderr))


def alone(**others: bool) -> None:
    """Refuse words that do not go with --watch."""
    for name, said in others.items():
        if said:
            what = f"--watch and --{name.replace('_', '-')} do not go together"
            raise usage(what, hint="leave one of them out")
