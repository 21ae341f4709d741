"""`wasmforge inspect`: what is in a module, or what native code was made for."""

from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.declare import Argument


def inspect(
    file: Annotated[Path, Argument(metavar="F.wasm", help="A WebAssembly binary, or native code made of one.")],
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Show a module's imports, exports, features, sections, sizes and producers."""
    from wasmforge import look
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.module import show_module
    from wasmforge.report.views.native import show_native

    with options.quiet_reporter() as tell:
        seen = look.inspect(file, tell)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(seen, paper)
    elif isinstance(seen, look.SeenNative):
        show_native(seen.native, str(file), seen.size, seen.gzip, paper)
    else:
        show_module(seen.module, str(file), seen.gzip, seen.features, paper)
