"""`wasmforge init`: write a forge.toml from the sources that are there."""

from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.declare import Argument, Option

_HERE = Path()


def init(
    folder: Annotated[Path, Argument(metavar="[DIR]", help="Where to look; here if not given.")] = _HERE,
    force: Annotated[
        bool, Option("--force", help="Add to a forge.toml that is there; nothing in it is changed or lost.")
    ] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show what would be written and do nothing.")] = False,
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Find C, C++, Rust, AssemblyScript, Zig and WAT sources and write a forge.toml that builds them."""
    from wasmforge.load.init import init as write_project
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.init import show_found

    done = write_project(options.folder(directory) / folder, force=force, dry_run=dry_run)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(done, paper)
    else:
        show_found(done, paper)
