"""`wasmforge init`: write a forge.toml for the sources found."""

from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.params import Argument, Option

_HERE = Path()


def init(
    folder: Annotated[
        Path, Argument(metavar="[DIR]", help="The folder to search; by default the current one.")
    ] = _HERE,
    force: Annotated[
        bool, Option("--force", help="Add to an existing forge.toml; nothing in it is changed or lost.")
    ] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show what would be written and do nothing.")] = False,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Find C, C++, Rust, AssemblyScript, Zig and WAT sources and write a forge.toml that builds them."""
    from wasmforge.app.ask_cmake import CMakeAsker
    from wasmforge.app.init import init as write_project
    from wasmforge.report.views.init import show_init

    place = options.folder(directory) / folder
    with options.quiet_reporter(quiet=output is options.Output.JSON) as emit:
        done = write_project(place, force=force, dry_run=dry_run, ask=CMakeAsker(place, emit))
    options.show(done, show_init, output, color)
