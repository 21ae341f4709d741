"""Shows runtimes: one line each with the tests they run, or one in full."""

from collections.abc import Sequence

import msgspec

from wasmforge.model.runtime import RuntimeFile
from wasmforge.report.output import Output
from wasmforge.report.style import Span
from wasmforge.report.text_table import Column, table
from wasmforge.report.views.layout import INDENT, comma_list, field_table, section, title
from wasmforge.report.views.recipe import words_line


def show_runtimes(runtimes: Sequence[RuntimeFile], out: Output) -> None:
    """Print one line for each runtime."""
    rows = [
        (Span(r.name, "name"), comma_list(r.tests), r.runs, "yes" if r.threads else "", r.toolchain or "", r.summary)
        for r in runtimes
    ]
    columns = (
        Column("runtime"),
        Column("tests"),
        Column("runs"),
        Column("threads"),
        Column("toolchain"),
        Column("what", wraps=True),
    )
    out.print(table(columns, rows, out.width))


def show_runtime(runtime: RuntimeFile, path: str, out: Output) -> None:
    """Print what a runtime runs and how it is started; `path` is its file."""
    patterns: dict[str, object] = msgspec.to_builtins(runtime.output)
    fields = [
        ("file", path),
        ("driver", runtime.driver),
        ("tests", comma_list(runtime.tests)),
        ("runs", runtime.runs),
        ("threads", "yes" if runtime.threads else "no"),
        ("toolchain", runtime.toolchain or "none: it comes with wasmforge"),
        ("tool", runtime.tool),
        ("on request", "only where `smoke --runtime` names it" if runtime.on_request else ""),
        ("command", words_line(runtime.command)),
        ("call", words_line(runtime.call)),
    ]
    lines = [title(runtime.name, runtime.summary), *field_table(fields, out.width)]
    if runtime.driver == "command-line":
        texts = ((key, _pattern(value)) for key, value in patterns.items())
        lines += section("output patterns", field_table(texts, out.width, INDENT))
    out.print(lines)


def _pattern(value: object) -> str:
    return comma_list(f"{k} = {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
