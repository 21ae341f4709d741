"""`wasmforge inspect`: what is in a module."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options


def inspect(
    file: Annotated[Path, typer.Argument(metavar="F.wasm", help="A WebAssembly binary.")],
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Show a module's imports, exports, features, sections, sizes and producers."""
    from wasmforge import look
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.module import show_module

    with options.quiet_reporter() as tell:
        seen = look.inspect(file, tell)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(seen, paper)
    else:
        show_module(seen.module, str(file), seen.gzip, seen.features, paper)
