"""`wasmforge inspect`: the facts of a module, or the header of native code."""

from pathlib import Path
from typing import Annotated

from wasmforge.cli import options
from wasmforge.cli.params import Argument


def inspect(
    file: Annotated[Path, Argument(metavar="F.wasm", help="A WebAssembly binary, or native code made of one.")],
    output: options.OutputOption = options.Output.TEXT,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Show a module's imports, exports, features, sections, sizes and producers."""
    from wasmforge.app import inspect as use_case
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.aot import show_aot
    from wasmforge.report.views.module import show_module

    with options.quiet_reporter() as emit:
        seen = use_case.inspect(file, emit)
    out = options.open_output(color)
    if output is options.Output.JSON:
        show_json(seen, out)
    elif isinstance(seen, use_case.AotInfo):
        show_aot(seen.native, str(file), seen.size, seen.gzip, out)
    else:
        show_module(seen.module, str(file), seen.gzip, seen.features, out)
