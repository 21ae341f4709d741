"""Options that several commands share, and the settings and reporter made of them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from wasmforge.cli.params import Argument, Option
from wasmforge.errors import usage_error
from wasmforge.model.events import Event
from wasmforge.report.output import Output as OutputStream
from wasmforge.report.output import make_output
from wasmforge.report.reporter import Kind, make_reporter

Result = TypeVar("Result")


class Output(StrEnum):
    """The format of a command's output."""

    TEXT = "text"
    JSON = "json"


class Color(StrEnum):
    """When to use color; NO_COLOR is obeyed by `auto`."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class SandboxMode(StrEnum):
    """Whether commands and smoke tests run in a sandbox."""

    AUTO = "auto"
    REQUIRED = "required"
    OFF = "off"


Components = Annotated[list[str] | None, Argument(metavar="[COMPONENT[@TARGET]]...", help="Only these components.")]
Targets = Annotated[
    list[str] | None, Option("--target", "-t", metavar="TARGET", help="Only this target; may be repeated.")
]
Profile = Annotated[str | None, Option("--profile", "-p", help="dev, release or size.")]
Directory = Annotated[Path, Option("-C", metavar="DIR", help="Work as if started in this folder.")]
Jobs = Annotated[
    int, Option("--jobs", "-j", min=0, metavar="N", help="How many actions run at once; 0 is one per core.")
]
OutputOption = Annotated[Output, Option("--output", "-o", help="Text, or one JSON object per line.")]
ColorOption = Annotated[Color, Option("--color", help="Use color.")]
Quiet = Annotated[bool, Option("--quiet", "-q", help="Show only errors and the last line.")]
Verbose = Annotated[bool, Option("--verbose", "-v", help="Show commands and the output of tools as well.")]
OriginKind = Annotated[
    str | None,
    Option("--origin", metavar="KIND", help="Take toolchains from this kind of origin, such as path or container."),
]
Sandbox = Annotated[
    SandboxMode | None,
    Option("--sandbox", help="Run commands in a sandbox: if possible, always or not at all, or never."),
]
TrustProject = Annotated[
    bool, Option("--trust-project", help="Trust the project's own recipes and toolchains for this run.")
]
Offline = Annotated[bool, Option("--offline", help="Fetch nothing.")]


def folder(path: Path) -> Path:
    """The folder of `-C`. Raises ForgeError if it is not a folder."""
    if not path.is_dir():
        raise usage_error("no such folder", where=f"-C {path}")
    return path


def open_output(color: Color = Color.AUTO) -> OutputStream:
    """Standard output, for a view."""
    return make_output(sys.stdout, color.value)


def show(result: Result, view: Callable[[Result, OutputStream], None], output: Output, color: Color) -> None:
    """Print a result on standard output: as one JSON object, or with its view."""
    from wasmforge.report.json_lines import show_json

    out = open_output(color)
    if output is Output.JSON:
        show_json(result, out)
    else:
        view(result, out)


@contextmanager
def reporter(output: Output, quiet: bool, verbose: bool, color: Color) -> Iterator[Callable[[Event], None]]:
    """The event sink of a reporter for a run; the terminal is restored at the end."""
    kind: Kind = "json" if output is Output.JSON else "auto"
    chosen = make_reporter(kind, quiet=quiet, verbose=verbose, color=color.value, stdout=sys.stdout, stderr=sys.stderr)
    try:
        yield chosen.emit
    finally:
        chosen.close()


@contextmanager
def quiet_reporter(*, quiet: bool = True) -> Iterator[Callable[[Event], None]]:
    """The event sink of commands that print a page: events go to standard error, if anywhere."""
    chosen = make_reporter("plain", quiet=quiet, stdout=sys.stderr, stderr=sys.stderr)
    try:
        yield chosen.emit
    finally:
        chosen.close()
