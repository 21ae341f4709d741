"""Options that several commands share, and what they make: settings and a reporter."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from wasmforge.cli.declare import Argument, Option
from wasmforge.errors import usage
from wasmforge.report.paper import Paper, make_paper
from wasmforge.report.reporter import Kind, Reporter, make_reporter


class Output(StrEnum):
    """How a command tells what it has to tell."""

    TEXT = "text"
    JSON = "json"


class Color(StrEnum):
    """When to use color; NO_COLOR is obeyed by `auto`."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


Components = Annotated[list[str] | None, Argument(metavar="[COMPONENT[@TARGET]]...", help="Only these components.")]
Targets = Annotated[
    list[str] | None, Option("--target", "-t", metavar="TARGET", help="Only this target; may be repeated.")
]
Profile = Annotated[str | None, Option("--profile", "-p", help="dev, release or size.")]
Directory = Annotated[Path, Option("-C", metavar="DIR", help="Work as if started in this folder.")]
Jobs = Annotated[int, Option("--jobs", "-j", min=0, metavar="N", help="Actions at once; 0: one per core.")]
OutputOption = Annotated[Output, Option("--output", "-o", help="Words, or one JSON object per line.")]
ColorOption = Annotated[Color, Option("--color", help="Use color.")]
Quiet = Annotated[bool, Option("--quiet", "-q", help="Only errors and the last line.")]
Verbose = Annotated[bool, Option("--verbose", "-v", help="Also commands, and the output of tools.")]
OriginKind = Annotated[
    str | None,
    Option("--origin", metavar="KIND", help="Where to take toolchains from: path, container, …"),
]
Offline = Annotated[bool, Option("--offline", help="Fetch nothing.")]


def folder(path: Path) -> Path:
    """The folder of `-C`. Raises ForgeError when it is none."""
    if not path.is_dir():
        raise usage("no such folder", where=f"-C {path}")
    return path


def paper(color: Color = Color.AUTO) -> Paper:
    """Standard output, to be written on by a view."""
    return make_paper(sys.stdout, color.value)


@contextmanager
def reporter(output: Output, quiet: bool, verbose: bool, color: Color) -> Iterator[Reporter]:
    """A reporter for a run; leaves the terminal as it was."""
    kind: Kind = "json" if output is Output.JSON else "auto"
    made = make_reporter(kind, quiet=quiet, verbose=verbose, color=color.value, stdout=sys.stdout, stderr=sys.stderr)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def quiet_reporter(*, quiet: bool = True) -> Iterator[Reporter]:
    """A reporter for commands whose answer is a page: what is told, if anything, goes to standard error."""
    made = make_reporter("plain", quiet=quiet, stdout=sys.stderr, stderr=sys.stderr)
    try:
        yield made
    finally:
        made.close()
